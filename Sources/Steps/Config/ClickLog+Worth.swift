import Clicks
import Files

/// What clicks are worth, in bundles.
extension ClickLog {
  /// Puts weights, events and impressions into a bundle, those that there are.
  func addWorth(to bundle: inout Bundle) {
    if let weights { bundle.add("log.weights", weights) }
    let columns = [("event", events), ("impressions", impressions)].compactMap { name, values in
      values.map { LogColumn(name: name, values: $0) }
    }
    if !columns.isEmpty { ColumnBundle.add(columns, to: &bundle, prefix: "log.worth") }
  }

  /// Takes them out of a bundle, for a log of as many rows.
  /// - Throws: `BundleError` where they do not fit it.
  mutating func takeWorth(from bundle: Bundle) throws {
    if bundle.has("log.weights") {
      let values = try bundle.float32("log.weights")
      guard values.count == count, values.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
        throw BundleError.damaged("its weights do not fit its clicks")
      }
      weights = values
    }
    guard bundle.has("log.worth.columns") else { return }
    for column in try ColumnBundle.columns(in: bundle, prefix: "log.worth") {
      guard column.values.count == count else {
        throw BundleError.damaged("its columns are not equally long")
      }
      switch (column.name, column.values) {
      case ("event", .names): events = column.values
      case ("impressions", .lists): impressions = column.values
      default: throw BundleError.damaged("its column '\(column.name)' is odd")
      }
    }
  }
}
