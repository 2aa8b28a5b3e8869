import Files
import Report

/// The finished runs under a folder of outputs: `OUTPUTS/RECIPE/RUN`.
package struct RunStore {
  /// What was found under the outputs.
  package struct Listing {
    /// The runs, the newest first.
    package var runs: [StoredRun] = []
    /// What stands where runs do and cannot be read, a sentence each.
    package var problems: [String] = []
  }

  /// The folder that holds a folder for each recipe.
  package let root: String

  /// Opens the store at `root`, which need not be there.
  package init(_ root: String) { self.root = root }

  /// The folders of recipes, sorted.
  package var recipes: [String] {
    plainFolders(in: root).filter { recipe in
      plainFolders(in: folder(of: recipe)).contains { isRun(FilePaths.join(folder(of: recipe), $0)) }
    }
  }

  /// The folder that holds the runs of a recipe.
  package func folder(of recipe: String) -> String { FilePaths.join(root, recipe) }

  /// The folder of the recipe that `name` stands for: its name, or the path of its file.
  /// - Parameter trials: whether a recipe will do of which there are sweeps alone.
  /// - Throws: ``RunRefusal`` where it has no runs here.
  package func recipe(named name: String, trials: Bool = false) throws -> String {
    let recipes = trials ? plainFolders(in: root) : recipes
    if recipes.contains(name) { return name }
    let isFile = name.hasSuffix(".yaml") || name.hasSuffix(".yml")
    let stem = isFile ? FilePaths.stem(of: name) : FilePaths.name(of: name)
    if recipes.contains(stem) { return stem }
    let hint = Suggestion.nearest(to: stem, among: recipes).map { "; did you mean '\($0)'?" }
    let known = recipes.isEmpty ? "" : "; there are runs of \(recipes.joined(separator: ", "))"
    throw RunRefusal("there are no runs of '\(name)' under '\(root)'\(hint ?? known)")
  }

  /// The ids of a recipe's finished runs, oldest first, without looking into them.
  package func ids(of recipe: String) -> [String] {
    plainFolders(in: folder(of: recipe)).filter { FilePaths.exists(record(recipe, $0)) }
      .sorted(by: RunID.precedes)
  }

  /// Reads one run of a recipe.
  /// - Throws: `FileError`, `RunFailure`.
  package func run(_ id: String, of recipe: String) throws -> StoredRun {
    try StoredRun(
      directory: FilePaths.join(folder(of: recipe), id),
      recipeFolder: recipe,
      id: id,
      tags: tags(of: recipe).filter { $0.run == id }.map(\.name)
    )
  }

  /// Reads all finished runs, of one recipe or of all.
  /// - Parameter trials: whether the trials of sweeps are listed too.
  package func listing(of recipe: String? = nil, trials: Bool = false) -> Listing {
    var listing = Listing()
    for recipe in recipe.map({ [$0] }) ?? plainFolders(in: root) {
      let tags = tags(of: recipe)
      for name in plainFolders(in: folder(of: recipe)) {
        var ids = isRun(FilePaths.join(folder(of: recipe), name)) ? [name] : []
        if trials { ids += trialIDs(of: name, in: folder(of: recipe)) }
        for id in ids {
          let path = FilePaths.join(folder(of: recipe), id)
          do {
            guard FilePaths.exists(record(recipe, id)) else {
              throw RunFailure("'\(path)' has no record of its run ('\(ReportDocument.file)')")
            }
            listing.runs.append(
              try StoredRun(
                directory: path,
                recipeFolder: recipe,
                id: id,
                tags: tags.filter { $0.run == id }.map(\.name)
              )
            )
          } catch {
            listing.problems.append("\(error)")
          }
        }
      }
    }
    listing.runs.sort { $0.isNewer(than: $1) }
    return listing
  }

  /// The run that a recipe's `latest` leads to, or nil.
  package func latest(of recipe: String) -> String? {
    let link = FilePaths.join(folder(of: recipe), RunTag.latest)
    guard let target = Links.target(of: link), !target.contains("/"),
      FilePaths.exists(record(recipe, target))
    else { return nil }
    return target
  }

  private func record(_ recipe: String, _ id: String) -> String {
    FilePaths.join(FilePaths.join(folder(of: recipe), id), ReportDocument.file)
  }

  /// Whether a run stands at `path`, whole or not: a folder with metrics, a record, or a run's name.
  private func isRun(_ path: String) -> Bool {
    RunID.isOne(FilePaths.name(of: path))
      || [ReportDocument.file, "metrics.json"].contains { FilePaths.exists(FilePaths.join(path, $0)) }
  }

  private func trialIDs(of study: String, in folder: String) -> [String] {
    ["trials", "confirm"].flatMap { group -> [String] in
      let path = FilePaths.join(FilePaths.join(folder, study), group)
      return plainFolders(in: path).filter { isRun(FilePaths.join(path, $0)) }.map {
        "\(study)/\(group)/\($0)"
      }
    }
  }

  /// The folders in a folder that are not hidden and no links.
  func plainFolders(in folder: String) -> [String] {
    ((try? FilePaths.list(folder)) ?? []).filter { name in
      let path = FilePaths.join(folder, name)
      return !name.hasPrefix(".") && !Links.isLink(path) && FilePaths.isFolder(path)
    }
  }
}
