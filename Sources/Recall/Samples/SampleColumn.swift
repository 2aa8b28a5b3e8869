import Clicks
import Tables

/// A column of an item or a user table beside samples.
package struct SampleColumn {
  /// What it is called among the samples.
  package let name: String
  /// Whether it tells of users; else of items.
  package let isOfUsers: Bool
  private let keys: Vocabulary
  private let rowOfCode: [Int]
  private let values: ColumnValues

  /// Takes a column of a table.
  /// - Parameters:
  ///   - keys: the items or users of the table, `[rows]`, each once.
  ///   - column: one value each.
  /// - Throws: `DataError` where it holds more than one value a row.
  package init(_ column: LogColumn, isOfUsers: Bool, of keys: [Int64]) throws {
    precondition(column.values.count == keys.count, "one value a row")
    switch column.values {
    case .lists, .vectors:
      throw DataError("the column '\(column.name)' holds lists, and samples have one value a row")
    case .integers, .reals, .names, .moments: break
    }
    name = column.name
    self.isOfUsers = isOfUsers
    self.keys = Vocabulary(keysOf: keys)
    var rowOfCode = [Int](repeating: -1, count: self.keys.size)
    for (row, key) in keys.enumerated() { rowOfCode[Int(self.keys.code(of: key))] = row }
    rowOfCode[0] = -1
    self.rowOfCode = rowOfCode
    values = column.values
  }

  /// Whether its values are text.
  package var isText: Bool { if case .names = values { true } else { false } }

  /// The number of a key; not a number where the table has none.
  func number(_ key: Int64) -> Float {
    let row = rowOfCode[Int(keys.code(of: key))]
    guard row >= 0 else { return .nan }
    return switch values {
    case .integers(let values): Float(values[row])
    case .reals(let values): Float(values[row])
    case .moments(let values, let unit):
      values[row] == ColumnValues.noTime
        ? .nan : Float(Double(values[row]) / Double(unit.ticksPerSecond))
    case .names, .lists, .vectors: .nan
    }
  }

  /// The text of a key; empty where the table has none.
  func text(_ key: Int64) -> String {
    let row = rowOfCode[Int(keys.code(of: key))]
    guard row >= 0, case .names(let codes, let names) = values else { return "" }
    return names[Int(codes[row])]
  }
}
