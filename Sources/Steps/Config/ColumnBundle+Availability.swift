import Clicks
import Files
import Notebook

extension ColumnBundle {
  /// The columns of the two times between which items may be shown, by the names of their bundles.
  private static let names = (from: "items.available_from", until: "items.available_until")

  /// Adds those that the table has.
  static func addAvailability(of items: ItemTable, to bundle: inout Bundle) {
    if let column = items.availableFrom { add([column], to: &bundle, prefix: names.from) }
    if let column = items.availableUntil { add([column], to: &bundle, prefix: names.until) }
  }

  /// Reads what was added.
  /// - Throws: `BundleError` where a column is not one of `count` items.
  static func availability(in bundle: Bundle, count: Int) throws -> (from: LogColumn?, until: LogColumn?) {
    let found = try [names.from, names.until].map { name -> LogColumn? in
      guard bundle.has("\(name).columns") else { return nil }
      return try columns(in: bundle, prefix: name).first
    }
    guard found.allSatisfy({ $0.map { $0.values.count == count } ?? true }) else {
      throw BundleError.damaged("its item columns are not equally long")
    }
    return (found[0], found[1])
  }
}
