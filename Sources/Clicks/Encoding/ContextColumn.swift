import Tables

/// A column of the log as a categorical feature of the request, or one of the item table as one of items: its values
/// as codes from 1.
package struct ContextColumn: Sendable, Equatable {
  /// The column's name.
  package var name: String
  /// The values seen in the clicks to learn from, or in the items of these; others have code 0.
  package var vocabulary: Vocabulary
  /// The names behind values that are text, or nil where values are integers.
  package var names: [String]?

  /// Puts a column together.
  package init(name: String, vocabulary: Vocabulary, names: [String]?) {
    self.name = name
    self.vocabulary = vocabulary
    self.names = names
  }

  /// Makes a column of the values that `log` has in `rows`.
  /// - Throws: `DataError` where the log does not have the column, or has decimal numbers in it.
  package init(_ name: String, in log: ClickLog, rows: [Int32]) throws {
    let (keys, names) = try Self.keys(name, in: log)
    self.init(name: name, vocabulary: Vocabulary(keysOf: rows.map { keys[Int($0)] }), names: names)
  }

  /// The codes of what `log` has in `rows`, `[rows]`.
  /// - Throws: `DataError` as the initialiser does.
  package func codes(in log: ClickLog, rows: [Int32]) throws -> [Int32] {
    let keys = try Self.keys(name, in: log).keys
    return rows.map { vocabulary.code(of: keys[Int($0)]) }
  }

  private static func keys(_ name: String, in log: ClickLog) throws -> (keys: [Int64], names: [String]?) {
    guard let values = log.extra(name) else {
      throw DataError("the click log has no column '\(name)' that was kept; list it in config's columns.keep")
    }
    if case .reals = values {
      throw DataError("'\(name)' holds decimal numbers, which are no categories")
    }
    return values.keys
  }
}
