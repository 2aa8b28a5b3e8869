import Files
import Recipe

/// Problems of a recipe as the protocol has them.
struct ProblemList {
  private let session: EditorSession
  private let document: Workspace.Document
  private let source: SourceText
  private let skipped: Int
  private let shown: String

  /// The problems of a document, as it was when they were looked for.
  init(_ session: EditorSession, _ document: Workspace.Document) {
    self.session = session
    self.document = document
    (source, skipped) = document.text.source(document.uri)
    shown = session.check.shown(document.path)
  }

  /// The problems in order; those of other files stand where the document names these files.
  func json(of diagnostics: [Diagnostic]) -> [JSONValue] { diagnostics.map(json) }

  private func json(_ diagnostic: Diagnostic) -> JSONValue {
    let place = diagnostic.place
    let isElsewhere = place.map { $0.file != shown } ?? false
    let words = Secrets.masked(diagnostic.message)
    let message = (isElsewhere ? place.map { "\($0.shown): " } ?? "" : "") + words
    var members: [(key: String, value: JSONValue)] = [
      ("range", (isElsewhere ? extends : range(of: place)).json),
      ("severity", .int(diagnostic.severity == .error ? 1 : 2)), ("source", .string("towerbook")),
      ("message", .string(message)),
    ]
    if let name = diagnostic.name { members.append(("code", .string(name))) }
    if isElsewhere, let place, let location = session.location(of: place) {
      let related = JSONValue.object([("location", location), ("message", .string(words))])
      members.append(("relatedInformation", .array([related])))
    }
    return .object(members)
  }

  /// The span of a place in the document; its beginning for what has no place.
  func range(of place: Place?) -> TextRange {
    guard let place, let range = source.range(of: place) else { return span(0..<0) }
    return span(range.lowerBound + skipped..<range.upperBound + skipped)
  }

  /// What mends a problem, and where; nil where that is not certain, or where it is in another file.
  func edit(for diagnostic: Diagnostic) -> (range: TextRange, text: String)? {
    guard let correction = diagnostic.correction, correction.place.file == shown,
      let range = correction.range(in: source)
    else { return nil }
    return (span(range.lowerBound + skipped..<range.upperBound + skipped), correction.meant)
  }

  private func span(_ range: Range<Int>) -> TextRange { document.text.textRange(range, session.encoding) }

  /// Where the document says what it extends.
  private var extends: TextRange {
    let section = RecipeOutline(document.text).section(id: "extends")
    return span(section?.range ?? 0..<0)
  }
}

extension EditorSession {
  /// A place as the protocol has it; nil where its file cannot be read.
  func location(of place: Place) -> JSONValue? {
    guard place.file != Place.commandLine else { return nil }
    let path = FilePaths.absolute(place.file, from: check.root)
    let open = workspace.open.lazy.compactMap { self.workspace.document($0) }.first { $0.path == path }
    guard let text = open?.text ?? (try? MappedFile.readText(path)).map({ EditorText($0) }) else {
      return nil
    }
    let (source, skipped) = text.source(place.file)
    let range = source.range(of: place) ?? 0..<0
    let span = text.textRange(range.lowerBound + skipped..<range.upperBound + skipped, encoding)
    return .object([("uri", .string(open?.uri ?? FileURI.uri(path))), ("range", span.json)])
  }

  /// A span of an open document as the protocol has it.
  func location(of range: Range<Int>, in document: Workspace.Document) -> JSONValue {
    .object([("uri", .string(document.uri)), ("range", document.text.textRange(range, encoding).json)])
  }
}
