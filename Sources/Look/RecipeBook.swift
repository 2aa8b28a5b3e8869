import Files
import Notebook
import Recipe
import Steps
import Synchronization

/// The recipes in a folder, each with what is wrong with it.
final class RecipeBook: Sendable {
  /// One recipe.
  struct Entry: Sendable, Equatable {
    /// Its path, as it is named on a command line.
    var path: String
    /// Its title; nil where it has none, or cannot be read so far.
    var title: String?
    /// What is wrong, errors and warnings.
    var problems: [Diagnostic]

    /// The name of its folder under the outputs.
    var name: String { FilePaths.stem(of: path) }
    var errors: Int { problems.count { $0.severity == .error } }
  }

  private struct Seen {
    var stamp: FileStamp?
    var others: [String: FileStamp?]
    var entry: Entry
    var since: ContinuousClock.Instant
  }

  /// How deep recipes are looked for.
  private static let depth = 2
  /// The most recipes that are shown.
  private static let most = 200
  /// What a recipe is checked against (data, runs) changes without it; so it is checked again after so long.
  private static let lifetime = Duration.seconds(10)

  private let settings: LookSettings
  private let tools: LookTools
  private let seen = Mutex<[String: Seen]>([:])

  init(_ settings: LookSettings, _ tools: LookTools) { (self.settings, self.tools) = (settings, tools) }

  /// Changes whenever ``entries()`` may have.
  func stamp() -> String {
    let known = seen.withLock { $0 }
    return paths().map { path in
      let others = (known[path]?.others.keys.sorted() ?? []).map {
        FileStamp($0).map { "\($0.hashValue)" } ?? "-"
      }
      let age = known[path].map { ContinuousClock.now - $0.since > Self.lifetime } ?? true
      return ([path, FileStamp(path).map { "\($0.hashValue)" } ?? "-", age ? "old" : ""] + others)
        .joined(separator: " ")
    }.joined(separator: "\n")
  }

  /// The recipes, sorted by their paths.
  func entries() -> [Entry] { paths().map(entry) }

  private func entry(_ path: String) -> Entry {
    let stamp = FileStamp(path)
    if let known = seen.withLock({ $0[path] }), known.stamp == stamp,
      known.others.allSatisfy({ FileStamp($0.key) == $0.value }),
      ContinuousClock.now - known.since <= Self.lifetime
    {
      return known.entry
    }
    var entry = Entry(path: path, title: nil, problems: [])
    var files: [String] = []
    do {
      let plan = try tools.plan(path, [])
      (entry.title, entry.problems, files) = (plan.recipe.title, plan.warnings, plan.recipe.files)
    } catch let errors as RecipeErrors {
      entry.problems = errors.diagnostics
    } catch {
      entry.problems = [Diagnostic(severity: .error, message: "\(error)")]
    }
    for place in entry.problems.indices {
      entry.problems[place].message = Secrets.masked(entry.problems[place].message)
    }
    let others = Dictionary(files.map { ($0, FileStamp($0)) }) { first, _ in first }
    let made = Seen(stamp: stamp, others: others, entry: entry, since: .now)
    seen.withLock { $0[path] = made }
    return entry
  }

  /// The files that look like recipes.
  private func paths() -> [String] {
    var found: [String] = []
    let outputs = FilePaths.real(FilePaths.absolute(settings.outputs))
    func search(_ folder: String, _ depth: Int) {
      for name in (try? FilePaths.list(folder)) ?? [] where !name.hasPrefix(".") && found.count < Self.most {
        let path = folder == "." ? name : FilePaths.join(folder, name)
        if RunTag.isRecipe(name) {
          if !FilePaths.isFolder(path), Self.isRecipe(path) { found.append(path) }
        } else if depth > 0, !Links.isLink(path), FilePaths.isFolder(path),
          FilePaths.real(FilePaths.absolute(path)) != outputs
        {
          search(path, depth - 1)
        }
      }
    }
    search(settings.recipes, Self.depth)
    return found
  }

  /// Whether a file has a line that begins a cell, or extends another.
  private static func isRecipe(_ path: String) -> Bool {
    guard let size = FilePaths.size(of: path), size <= 1 << 20, let text = try? MappedFile.readText(path)
    else { return false }
    let names = StepList.all.map { $0.name } + ["extends"]
    return text.split(separator: "\n").contains { line in
      names.contains { name in
        line.hasPrefix(name)
          && (line.dropFirst(name.count).hasPrefix(":") || line.dropFirst(name.count).hasPrefix(" as "))
      }
    }
  }
}
