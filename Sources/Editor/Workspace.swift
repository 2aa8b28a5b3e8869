import Files
import Notebook
import Recipe
import Synchronization

/// The recipes that are open in an editor, and what is known of them; shared by the thread that answers and those that look
/// for problems.
final class Workspace: Sendable {
  /// A recipe as it is in the editor.
  struct Document: Sendable {
    var uri: String
    /// Where it is, or would be saved; absolute.
    var path: String
    var version: Int?
    var text: EditorText
    /// Raised with every change.
    var serial = 0
    /// Whether it was a recipe at any time: other YAML is left in peace.
    var isRecipe = false
    /// What was found in it last.
    var checked: Checked?
    /// What is known of its cells, by id.
    var forecasts: [String: CellForecast] = [:]
  }

  /// What was found in a document, as it was then.
  struct Checked: Sendable {
    var serial: Int
    var result: RecipeCheck.Result
    /// The last plan there was, which stays while the text is no YAML.
    var plan: Plan?
    /// The metrics that this gives, and the names of its settings.
    var metrics: MetricNames?
    var settings: [String]

    init(serial: Int, result: RecipeCheck.Result, before: Checked?) {
      self.serial = serial
      self.result = result
      plan = result.plan ?? before?.plan
      metrics = result.plan?.metricNames ?? before?.metrics
      settings = result.plan?.recipe.settingNames ?? before?.settings ?? []
    }
  }

  private let documents = Mutex<[String: Document]>([:])
  private let waiting = Mutex<[String]>([])

  /// The document at an address; nil where it is not open.
  func document(_ uri: String) -> Document? { documents.withLock { $0[uri] } }

  /// The addresses of all that are open.
  var open: [String] { documents.withLock { $0.keys.sorted() } }

  /// Opens a document, or opens it anew.
  func open(_ document: Document) { documents.withLock { $0[document.uri] = document } }

  /// Closes a document.
  func close(_ uri: String) { documents.withLock { $0[uri] = nil } }

  /// Changes a document; false where it is not open.
  func change(_ uri: String, _ body: (inout Document) -> Void) -> Bool {
    documents.withLock { documents in
      guard var document = documents.removeValue(forKey: uri) else { return false }
      body(&document)
      documents[uri] = document
      return true
    }
  }

  /// The texts of all documents by their paths, links followed.
  var unsaved: [String: [UInt8]] {
    documents.withLock { documents in
      var texts: [String: [UInt8]] = [:]
      for document in documents.values { texts[FilePaths.real(document.path)] = document.text.bytes }
      return texts
    }
  }

  /// Puts a document among those to be looked at, once.
  func wait(_ uri: String) {
    waiting.withLock { waiting in if !waiting.contains(uri) { waiting.append(uri) } }
  }

  /// The next document to be looked at; nil for none.
  func next() -> String? { waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}
