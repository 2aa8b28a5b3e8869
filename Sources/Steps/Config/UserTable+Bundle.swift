import Clicks
import Files
import Notebook
import Tables

extension UserTable {
  /// Takes a table out of a bundle; nil where it holds none.
  init?(bundle: Bundle) throws {
    guard bundle.has("users.keys") else { return nil }
    let keys = try bundle.int64("users.keys")
    let columns = try ["kept", "number", "list"].map {
      try ColumnBundle.columns(in: bundle, prefix: "users.\($0)")
    }
    let facts = try bundle.ints("users.facts")
    guard columns.joined().allSatisfy({ $0.values.count == keys.count }), facts.count == 3,
      Set(keys).count == keys.count
    else { throw BundleError.damaged("its user table does not fit together") }
    self.init(keys: keys, kept: columns[0], numbers: columns[1], lists: columns[2])
    (missingUsers, missingClicks, droppedRows) = (facts[0], facts[1], facts[2])
  }

  /// Puts the table into a bundle.
  func add(to bundle: inout Bundle) {
    bundle.add("users.keys", keys)
    ColumnBundle.add(kept, to: &bundle, prefix: "users.kept")
    ColumnBundle.add(numbers, to: &bundle, prefix: "users.number")
    ColumnBundle.add(lists, to: &bundle, prefix: "users.list")
    bundle.add("users.facts", [missingUsers, missingClicks, droppedRows])
  }
}
