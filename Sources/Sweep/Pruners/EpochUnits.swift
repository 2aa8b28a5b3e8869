import Files
import Notebook

/// The values of users after the epochs of a study's trials, a small file each in the study's folder: what every process
/// that has a part in the study can read, wherever it runs.
struct EpochUnits: Sendable {
  /// The study's folder.
  let folder: StudyFolder

  /// Writes what was told after an epoch; it appears whole or not at all.
  /// - Throws: `FileError`.
  func keep(_ units: UnitValues, of trial: Int, epoch: Int) throws {
    var bundle = Bundle()
    bundle.add("ids", units.ids)
    bundle.add("values", units.values)
    try Folders.make(FilePaths.parent(of: folder.epochUnits(trial, epoch: epoch)))
    try BundleFile.write(bundle, to: folder.epochUnits(trial, epoch: epoch))
  }

  /// What was told after an epoch; nil where there is nothing, or it is damaged.
  func values(of trial: Int, epoch: Int) -> UnitValues? {
    guard let bundle = try? BundleFile.read(folder.epochUnits(trial, epoch: epoch)),
      let ids = try? bundle.int64("ids"), let values = try? bundle.float64("values"),
      ids.count == values.count
    else { return nil }
    return UnitValues(ids: ids, values: values)
  }
}

extension Study {
  /// The pruner, or nil where all trials go to their end.
  var pruner: (any Pruner)? {
    let units = EpochUnits(folder: folder)
    return definition.pruner { trial, epoch in units.values(of: trial.number, epoch: epoch) }
  }
}
