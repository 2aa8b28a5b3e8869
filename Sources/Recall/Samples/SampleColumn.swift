import Clicks
import Tables

/// A column of an item or a user table beside samples.
package struct SampleColumn {
  /// What stands in it, a row of the table each.
  private enum Values {
    case integers([Int64?])
    case reals([Double])
    case texts(codes: [Int32], names: [String])
  }

  /// What it is called among the samples.
  package let name: String
  /// Whether it tells of users; else of items.
  package let isOfUsers: Bool
  private let keys: Vocabulary
  private let rowOfCode: [Int]
  private let values: Values

  /// Takes a column of a table.
  /// - Parameters:
  ///   - keys: the items or users of the table, `[rows]`, each once.
  ///   - column: one value each; moments become seconds since 1970.
  /// - Throws: `DataError` where it holds more than one value a row.
  package init(_ column: LogColumn, isOfUsers: Bool, of keys: [Int64]) throws {
    precondition(column.values.count == keys.count, "one value a row")
    let values: Values
    switch column.values {
    case .lists, .vectors:
      throw DataError("the column '\(column.name)' holds lists, and samples have one value a row")
    case .integers(let integers): values = .integers(integers)
    case .reals(let reals): values = .reals(reals)
    case .names(let codes, let names): values = .texts(codes: codes, names: names)
    case .moments(let ticks, .seconds):
      values = .integers(ticks.map { $0 == ColumnValues.noTime ? nil : $0 })
    case .moments(let ticks, let unit):
      let scale = Double(unit.ticksPerSecond)
      values = .reals(ticks.map { $0 == ColumnValues.noTime ? .nan : Double($0) / scale })
    }
    self.init(name: column.name, values, isOfUsers: isOfUsers, of: keys)
  }

  /// The categories of `table`: whole numbers where all that are there are such, else text.
  package init(categoriesOf table: ItemTable) {
    let (name, categories) = (ItemTableColumns.category, table.categories)
    let values: Values
    if let names = table.categoryNames {
      // -1 stands for no category.
      let codes = categories.map { names.indices.contains(Int($0)) ? Int32($0) + 1 : 0 }
      let texts = [""] + names
      let numbers = texts.map { $0.isEmpty ? nil : Int64($0) }
      let areNumbers = zip(texts, numbers).allSatisfy { text, number in
        number.map { "\($0)" == text } ?? text.isEmpty
      }
      values =
        areNumbers && texts.contains { !$0.isEmpty }
        ? .integers(codes.map { numbers[Int($0)] }) : .texts(codes: codes, names: texts)
    } else {
      values = .integers(categories)
    }
    self.init(name: name, values, isOfUsers: false, of: table.items)
  }

  private init(name: String, _ values: Values, isOfUsers: Bool, of keys: [Int64]) {
    (self.name, self.isOfUsers, self.values) = (name, isOfUsers, values)
    self.keys = Vocabulary(keysOf: keys)
    var rowOfCode = [Int](repeating: -1, count: self.keys.size)
    for (row, key) in keys.enumerated() { rowOfCode[Int(self.keys.code(of: key))] = row }
    rowOfCode[0] = -1
    self.rowOfCode = rowOfCode
  }

  /// Whether its values are text.
  package var isText: Bool { if case .texts = values { true } else { false } }

  /// The same column of samples, without rows.
  package var noNumbers: RankingSamples.Numbers {
    if case .integers = values { .integers([]) } else { .reals([]) }
  }

  /// Puts the numbers of `keys` behind those of samples; there is none where the table has none.
  func add(_ keys: [Int64], to numbers: inout RankingSamples.Numbers) {
    let rows = keys.map { rowOfCode[Int(self.keys.code(of: $0))] }
    switch (values, numbers) {
    // Held once while it grows.
    case (.integers(let values), .integers(var all)):
      numbers = .integers([])
      all += rows.map { $0 < 0 ? nil : values[$0] }
      numbers = .integers(all)
    case (.reals(let values), .reals(var all)):
      numbers = .reals([])
      all += rows.map { $0 < 0 ? .nan : values[$0] }
      numbers = .reals(all)
    default: preconditionFailure("a column of '\(name)' is of other samples")
    }
  }

  /// The text of a key; empty where the table has none.
  func text(_ key: Int64) -> String {
    let row = rowOfCode[Int(keys.code(of: key))]
    guard row >= 0, case .texts(let codes, let names) = values else { return "" }
    return names[Int(codes[row])]
  }
}
