import Files
import Notebook
import Report

/// What the metrics of the confirming runs of one setting are the means of, read back from their folders.
struct ConfirmedUnits {
  /// The file's name in the run directory.
  static let file = "units.bundle"
  /// Under which name the values of the metric that was searched for stand.
  static let validation = "validation"
  /// Under which name those of the metric on the test's clicks stand.
  static let test = "test"

  private let runs: [Bundle?]

  /// Reads the units of the trials numbered `numbers`; nil for one that did not run.
  init(_ numbers: [Int?], in folder: StudyFolder) {
    runs = numbers.map { number in number.flatMap { try? BundleFile.read(folder.units($0)) } }
  }

  /// The values called `name` of every run, `[runs][units]`, and of which units; nil where one has none, or they differ.
  func values(_ name: String) -> (ids: [Int64], values: [[Double]])? {
    var ids: [Int64]?
    var all: [[Double]] = []
    for run in runs {
      guard let run, let own = try? run.int64("\(name).ids"), let values = try? run.float64("\(name).values"),
        own.count == values.count, ids == nil || ids == own
      else { return nil }
      ids = own
      all.append(values)
    }
    return ids.map { ($0, all) }
  }
}
