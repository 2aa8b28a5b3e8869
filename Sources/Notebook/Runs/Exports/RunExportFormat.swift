import Files

/// What follows experiments and is given finished runs.
package enum RunExportFormat: String, CaseIterable, Sendable {
  /// Curves and figures as event files.
  case tensorboard
  /// Settings, figures, curves, tags and files in MLflow's store of files.
  case mlflow

  /// In a few words, for help.
  package var summary: String {
    switch self {
    case .tensorboard: "event files, a folder a run, for tensorboard --logdir FOLDER"
    case .mlflow: "MLflow's store of files, an experiment a recipe, for mlflow ui --backend-store-uri FOLDER"
    }
  }

  /// Where it goes by default, which is where those programs look.
  package var folder: String {
    switch self {
    case .tensorboard: "runs"
    case .mlflow: "mlruns"
    }
  }

  /// Writes `run` into `folder`, in place of what it wrote of the same run before.
  /// - Returns: the folder of this run.
  /// - Throws: `FileError`, ``RunFailure``.
  package func write(_ run: StoredRun, into folder: String) throws -> String {
    switch self {
    case .tensorboard: try TensorBoardExport.write(run, into: folder)
    case .mlflow: try MLflowStore(folder).write(run)
    }
  }
}

extension StoredRun {
  /// The name of its recipe, which its folder has where it stands with others.
  var recipeName: String {
    recipeFolder.isEmpty
      ? (document.recipe.isEmpty ? "recipe" : FilePaths.name(of: document.recipe)) : recipeFolder
  }

  /// What it is called among the runs of its recipe: its id; of a trial with the study's name; of a run in a folder of
  /// somebody's own with its end, as that folder may have held others.
  var exportName: String {
    guard recipeFolder.isEmpty else { return id }
    let parts = FilePaths.real(FilePaths.absolute(directory)).split(separator: "/").suffix(3).map(String.init)
    if parts.count == 3, ["trials", "confirm"].contains(parts[1]) { return parts.joined(separator: "-") }
    return "\(id)-\(UTCTime.compact(endSeconds))"
  }

  /// When it ended, in seconds since 1970.
  var endSeconds: Double { UTCTime.seconds(document.date) ?? 0 }
}
