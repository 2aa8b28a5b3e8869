import Files
import Report

/// Finds the record of a run by what people call the run.
package struct RunLookup {
  private let outputs: String

  /// Looks for runs of recipes in the folder `outputs`, which holds a folder for each.
  package init(outputs: String) { self.outputs = outputs }

  /// The path of the record of a run.
  ///
  /// - Parameter run: a ``RunReference``, or a record under whatever name; nil for the newest run of all recipes.
  /// - Throws: ``CannotStart`` and ``RunRefusal`` where there is none; `FileError` and `RunFailure` where it cannot be read.
  package func record(of run: String?) throws -> String {
    if let run, run.hasSuffix(".json"), !OutputName.reserved.contains(FilePaths.name(of: run)),
      FilePaths.exists(run), !FilePaths.isFolder(run)
    {
      return run
    }
    let store = RunStore(outputs)
    if run == nil, store.recipes.isEmpty {
      throw CannotStart("there is no run under '\(outputs)'; make one with 'towerbook run RECIPE'")
    }
    let found = try RunReference(run ?? RunTag.latest).run(in: store)
    return FilePaths.join(found.directory, ReportDocument.file)
  }
}
