import Files
import Report

/// Finds the record of a run by what people call the run.
package struct RunLookup {
  private let outputs: String

  /// Looks for runs of recipes in the folder `outputs`, which holds a folder for each.
  package init(outputs: String) { self.outputs = outputs }

  /// The path of the record of a run.
  ///
  /// - Parameter run: a run's folder, its record or another file that the run itself wrote; a recipe, or its name, for the
  ///   newest run of it; nil for the newest of all recipes.
  /// - Throws: ``CannotStart`` where there is none.
  package func record(of run: String?) throws -> String {
    guard let run else { return try newest() }
    if FilePaths.isFolder(run) {
      guard let found = record(in: run) else {
        throw CannotStart("'\(run)' holds no record of a run: there is no \(ReportDocument.file) in it")
      }
      return found
    }
    guard FilePaths.exists(run) else { return try newest(named: run) }
    let beside = FilePaths.join(FilePaths.parent(of: run), ReportDocument.file)
    if OutputName.reserved.contains(FilePaths.name(of: run)), FilePaths.exists(beside) { return beside }
    if run.hasSuffix(".json") { return run }
    guard run.hasSuffix(".yaml") || run.hasSuffix(".yml") else {
      throw CannotStart("'\(run)' is neither a run's folder nor its \(ReportDocument.file) nor a recipe")
    }
    guard let found = record(in: FilePaths.join(outputs, FilePaths.stem(of: run))) else {
      throw CannotStart(
        "'\(run)' has no run under '\(outputs)'; run it with 'towerbook run \(run)', or name the run's folder"
      )
    }
    return found
  }

  /// The record in a folder, which is a run's or holds the runs of a recipe.
  private func record(in folder: String) -> String? {
    let record = FilePaths.join(folder, ReportDocument.file)
    if FilePaths.exists(record) { return record }
    let latest = FilePaths.join(folder, "latest")
    guard FilePaths.exists(FilePaths.join(latest, ReportDocument.file)) else { return nil }
    // The run's own name, since 'latest' may be another run a moment later.
    let run = FilePaths.join(folder, FilePaths.name(of: FilePaths.real(latest)))
    return FilePaths.join(FilePaths.isFolder(run) ? run : latest, ReportDocument.file)
  }

  private func newest(named recipe: String) throws -> String {
    if !recipe.contains("/"), let found = record(in: FilePaths.join(outputs, recipe)) { return found }
    let known =
      (try? FilePaths.list(outputs))?.filter { record(in: FilePaths.join(outputs, $0)) != nil } ?? []
    let hint = Suggestion.clause(for: recipe, among: known)
    throw CannotStart("there is no run, record or recipe '\(recipe)'\(hint)")
  }

  private func newest() throws -> String {
    let records = ((try? FilePaths.list(outputs)) ?? []).compactMap { name -> (path: String, time: Int)? in
      guard let path = record(in: FilePaths.join(outputs, name)) else { return nil }
      return FilePaths.modified(path).map { (path, $0) }
    }
    guard let newest = records.max(by: { $0.time < $1.time }) else {
      throw CannotStart("there is no run under '\(outputs)'; make one with 'towerbook run RECIPE'")
    }
    return newest.path
  }
}
