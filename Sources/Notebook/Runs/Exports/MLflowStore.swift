import Files

/// MLflow's store of files: `FOLDER/EXPERIMENT/RUN` with a file a metric, parameter and tag.
///
/// Source: `mlflow/store/tracking/file_store.py`.
package struct MLflowStore {
  private let root: String

  /// Takes the store in the folder `root`, which need not be there.
  package init(_ root: String) { self.root = root }

  /// Writes `run` into the experiment that is called as its recipe, in place of what was written of it before.
  /// - Parameter parent: the run that it is a child of, as this gave it.
  /// - Returns: the folder of the run, whose name is the run's id.
  /// - Throws: `FileError`, ``RunFailure`` where the store cannot be used.
  package func write(_ run: StoredRun, parent: String? = nil) throws -> String {
    var entry = MLflowRun(name: run.exportName, key: "\(run.recipeName)/\(run.exportName)")
    entry.endMilliseconds = Int(run.endSeconds * 1_000)
    entry.startMilliseconds = entry.endMilliseconds - Int(min(max(run.seconds, 0), 1e9) * 1_000)
    entry.parameters = run.document.settings.map { setting in
      if case .text(let text) = RunFact.Value(setting.value) { return (setting.name, text) }
      return (setting.name, setting.value)
    }
    let curves = run.curves
    for curve in curves { entry.addCurve(curve) }
    for metric in run.document.metrics {
      metric.value.map { entry.addMetric(metric.name, $0) }
    }
    entry.tags = [
      ("mlflow.note.content", run.document.title), ("mlflow.source.name", run.document.command),
      ("towerbook.directory", FilePaths.absolute(run.directory)), ("towerbook.run", run.id),
      ("towerbook.tags", run.tags.joined(separator: ",")),
    ]
    entry.tags += run.document.provenance.map { ("towerbook.\($0.name)", $0.value) }
    entry.parent = parent
    entry.files = OutputName.reserved.map { FilePaths.join(run.directory, $0) }.filter(FilePaths.exists)
    return try write(entry, experiment: run.recipeName)
  }

  /// Writes a run into the experiment called `experiment`, likewise.
  package func write(_ run: MLflowRun, experiment name: String) throws -> String {
    let experiment = try experiment(named: name, at: run.startMilliseconds)
    let folder = FilePaths.join(FilePaths.join(root, experiment), run.id)
    let staging = try StagingFolder(in: root)
    do {
      try run.write(to: staging.path, at: folder, experiment: experiment)
      try Folders.remove(folder)
      try Folders.move(staging.path, to: folder)
    } catch {
      try? Folders.remove(staging.path)
      throw error
    }
    return folder
  }

  /// The id of the experiment called `name`, which is made where there is none, as if at `time`.
  private func experiment(named name: String, at time: Int) throws -> String {
    try Folders.make(root)
    for id in try FilePaths.list(root).sorted() {
      let path = FilePaths.join(FilePaths.join(root, id), "meta.yaml")
      guard let text = try? MappedFile.readText(path) else { continue }
      let line = text.split(separator: "\n").first { $0.hasPrefix("name:") }?.dropFirst("name:".count)
      let found = line.map { $0.drop { $0 == " " } }
      guard let found, [name, "'\(name)'", MLflowRun.quoted(name)].contains(String(found)) else { continue }
      guard text.contains("lifecycle_stage: active") else {
        throw RunFailure(
          "the experiment '\(name)' in '\(root)' was deleted in MLflow; restore it there, or name another folder"
        )
      }
      return id
    }
    // As MLflow's own, 18 digits; of the name, so that two programs that begin at once make one experiment.
    let digits = UInt64("\(Digest(name))".prefix(15), radix: 16) ?? 0
    let id = String(100_000_000_000_000_000 + digits % 900_000_000_000_000_000)
    let isFirst = try FilePaths.list(root).allSatisfy { $0.hasPrefix(".") }
    if isFirst { try make(experiment: "0", named: "Default", at: time) }
    try make(experiment: id, named: name, at: time)
    return id
  }

  private func make(experiment id: String, named name: String, at time: Int) throws {
    let folder = FilePaths.join(root, id)
    try Folders.make(folder)
    let lines = [
      "artifact_location: \(MLflowRun.quoted(MLflowRun.fileURL(folder)))", "creation_time: \(time)",
      "experiment_id: '\(id)'", "last_update_time: \(time)", "lifecycle_stage: active",
      "name: \(MLflowRun.quoted(name))",
    ]
    try AtomicFile.write(lines.map { $0 + "\n" }.joined(), to: FilePaths.join(folder, "meta.yaml"))
  }
}
