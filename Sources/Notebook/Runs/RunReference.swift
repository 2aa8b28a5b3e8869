import Files
import Report

/// How a run is named on the command line: its folder or a file that it wrote itself, its id or the beginning of it, a
/// tag, `latest`, a recipe or its name for its latest run; behind each, `~2` for the second run of the recipe before it.
package struct RunReference {
  /// The name as it was typed.
  package let text: String

  /// Takes a name as it was typed.
  package init(_ text: String) { self.text = text }

  /// Finds the run.
  /// - Throws: ``RunRefusal`` where there is none or more than one, `FileError` and `RunFailure` where it cannot be read.
  package func run(in store: RunStore) throws -> StoredRun {
    guard let match = text.wholeMatch(of: /(.+)~([0-9]{1,6})/), !FilePaths.exists(text) else {
      return try Self.base(text, in: store)
    }
    let run = try Self.base(String(match.1), in: store)
    let back = Int(match.2) ?? 0
    guard back > 0 else { return run }
    guard !run.recipeFolder.isEmpty else {
      throw RunRefusal("'\(match.1)' is no run under '\(store.root)', so there is none before it")
    }
    let earlier = store.listing(of: run.recipeFolder).runs.filter { run.isNewer(than: $0) }
    guard back <= earlier.count else {
      let count =
        earlier.isEmpty ? "is no run" : earlier.count == 1 ? "is one run" : "are \(earlier.count) runs"
      throw RunRefusal("'\(text)': there \(count) of '\(run.recipeFolder)' before '\(run.id)'")
    }
    return earlier[back - 1]
  }

  private static func base(_ name: String, in store: RunStore) throws -> StoredRun {
    if let run = try standing(at: name, in: store) { return run }
    if RunTag.isRecipe(name) { return try latest(ofFile: name, in: store) }
    if name == RunTag.latest {
      let runs = store.recipes.compactMap { recipe in try? latest(of: recipe, in: store) }
      guard let newest = runs.max(by: { $1.isNewer(than: $0) }) else { throw unknown(name, in: store) }
      return newest
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 1, store.recipes.contains(name) { return try latest(of: name, in: store) }
    let isQualified = parts.count == 2 && store.recipes.contains(parts[0])
    guard parts.count == 1 || isQualified else { throw unknown(name, in: store) }
    let found = matches(parts[parts.count - 1], of: isQualified ? [parts[0]] : store.recipes, in: store)
    guard let first = found.first else { throw unknown(name, in: store) }
    guard found.count == 1 else {
      let shown = found.prefix(6).map { "\($0.recipe)/\($0.id)" } + (found.count > 6 ? ["…"] : [])
      throw RunRefusal("'\(name)' could be \(found.count) runs: \(shown.joined(separator: ", "))")
    }
    return try store.run(first.id, of: first.recipe)
  }

  /// The run whose folder stands at `path`, or which wrote the file there, or of the recipe whose outputs do; nil for none.
  private static func standing(at path: String, in store: RunStore) throws -> StoredRun? {
    var folder = path
    let beside = FilePaths.parent(of: path)
    if OutputName.reserved.contains(FilePaths.name(of: path)), FilePaths.exists(path),
      FilePaths.exists(FilePaths.join(beside, ReportDocument.file))
    {
      folder = beside
    }
    guard FilePaths.isFolder(folder) else { return nil }
    let real = FilePaths.real(FilePaths.absolute(folder))
    let (parent, root) = (FilePaths.parent(of: real), FilePaths.real(FilePaths.absolute(store.root)))
    if parent == root, store.recipes.contains(FilePaths.name(of: real)) {
      return try latest(of: FilePaths.name(of: real), in: store)
    }
    guard FilePaths.exists(FilePaths.join(folder, ReportDocument.file)) else {
      // A folder of that name may well stand beside a run that is called so.
      if !path.contains("/"), path != ".", path != ".." { return nil }
      throw holdsNone(folder)
    }
    guard FilePaths.parent(of: parent) == root else { return try StoredRun(directory: folder) }
    return try store.run(FilePaths.name(of: real), of: FilePaths.name(of: parent))
  }

  /// The newest run of the recipe in a file, which need not be there any more.
  private static func latest(ofFile path: String, in store: RunStore) throws -> StoredRun {
    let recipe = FilePaths.stem(of: path)
    if store.recipes.contains(recipe) { return try latest(of: recipe, in: store) }
    guard FilePaths.exists(path) else { throw unknown(path, in: store) }
    throw RunRefusal(
      "'\(path)' has no run under '\(store.root)'; run it with 'towerbook run \(path)', or name the run's folder"
    )
  }

  private static func latest(of recipe: String, in store: RunStore) throws -> StoredRun {
    if let id = store.latest(of: recipe) { return try store.run(id, of: recipe) }
    let listing = store.listing(of: recipe)
    if let run = listing.runs.first { return run }
    throw RunRefusal(
      listing.problems.first ?? "there is no finished run of '\(recipe)' under '\(store.root)'"
    )
  }

  /// The runs that a name stands for: by id, else by tag, else by what an id begins with.
  private static func matches(_ name: String, of recipes: [String], in store: RunStore)
    -> [(recipe: String, id: String)]
  {
    let all = recipes.flatMap { recipe in store.ids(of: recipe).map { (recipe: recipe, id: $0) } }
    let exact = all.filter { $0.id == name }
    if !exact.isEmpty { return exact }
    if name == RunTag.latest, recipes.count == 1 {
      return recipes.compactMap { r in store.latest(of: r).map { (r, $0) } }
    }
    let tagged = recipes.flatMap { recipe in
      store.tags(of: recipe).filter { $0.name == name }.map { (recipe: recipe, id: $0.run) }
    }
    if !tagged.isEmpty { return tagged }
    return name.utf8.count >= 4 ? all.filter { $0.id.hasPrefix(name) } : []
  }

  private static func holdsNone(_ folder: String) -> RunRefusal {
    RunRefusal("'\(folder)' holds no finished run: there is no '\(ReportDocument.file)' in it")
  }

  private static func unknown(_ name: String, in store: RunStore) -> RunRefusal {
    if FilePaths.isFolder(name) { return holdsNone(name) }
    if FilePaths.exists(name) {
      return RunRefusal("'\(name)' is neither a run's folder nor its \(ReportDocument.file) nor a recipe")
    }
    let recipes = store.recipes
    guard !recipes.isEmpty else {
      return RunRefusal("no run '\(name)': there are no finished runs under '\(store.root)'")
    }
    let names =
      recipes + recipes.flatMap { recipe in store.tags(of: recipe).map(\.name) + store.ids(of: recipe) }
    let last = name.split(separator: "/").last.map(String.init) ?? name
    if let near = Suggestion.nearest(to: last, among: names + [RunTag.latest]) {
      return RunRefusal("no run '\(name)' under '\(store.root)'; did you mean '\(near)'?")
    }
    return RunRefusal(
      "no run '\(name)' under '\(store.root)'; there are runs of \(recipes.joined(separator: ", ")), which 'towerbook runs' lists"
    )
  }
}
