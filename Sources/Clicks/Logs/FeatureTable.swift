import Tables

/// A table of items or of users whose columns become features.
package protocol FeatureTable {
  /// What it is a table of, as messages call it: `item`.
  static var what: String { get }
  /// The row's own keys, each once.
  var keys: [Int64] { get }
  /// Columns of numbers, or of moments where the file has dates.
  var numbers: [LogColumn] { get }
  /// Columns of text or of integers.
  var kept: [LogColumn] { get }
  /// Multi-valued columns.
  var lists: [LogColumn] { get }
  /// Where to list a column of each kind, as `item_columns.keep`.
  static var settings: (kept: String, numbers: String, lists: String) { get }
}

extension FeatureTable {
  /// The numbers in the column called `name`, `[rows]`, dates as seconds since 1970; NaN where there is none.
  /// - Throws: `DataError` where no such column of numbers was kept.
  package func numbers(_ name: String) throws -> [Double] { try times(name).values }

  /// The same, and what dates count; nil of the unit where they are numbers.
  package func times(_ name: String) throws -> (values: [Double], unit: TimeUnit?) {
    switch numbers.first(where: { $0.name == name })?.values {
    case .reals(let values)?: return (values, nil)
    case .moments(let ticks, let unit)?:
      let scale = Double(unit.ticksPerSecond)
      return (ticks.map { $0 == ColumnValues.noTime ? .nan : Double($0) / scale }, .seconds)
    default:
      throw DataError(
        "the \(Self.what) table has no numbers '\(name)' that were kept; list the column in config's "
          + Self.settings.numbers
      )
    }
  }

  /// The values of the kept column called `name` as keys, `[rows]`, and the names behind them.
  /// - Throws: `DataError` where no such column was kept.
  package func kept(_ name: String) throws -> (keys: [Int64], names: [String]?) {
    guard let column = kept.first(where: { $0.name == name }) else {
      throw DataError(
        "the \(Self.what) table has no column '\(name)' that was kept; list it in config's \(Self.settings.kept)"
      )
    }
    return column.values.keys
  }

  /// The values of the multi-valued column called `name`, as `ColumnValues.lists` has them.
  /// - Throws: `DataError` where no such column was kept.
  package func lists(_ name: String) throws -> (offsets: [Int], codes: [Int32], names: [String]) {
    guard case .lists(let offsets, let codes, let names)? = lists.first(where: { $0.name == name })?.values
    else {
      throw DataError(
        "the \(Self.what) table has no multi-valued column '\(name)'; list it in config's \(Self.settings.lists)"
      )
    }
    return (offsets, codes, names)
  }
}

extension ItemTable: FeatureTable {
  package static var what: String { "item" }
  package static var settings: (kept: String, numbers: String, lists: String) {
    ("item_columns.keep", "item_columns.numbers", "item_columns.multi or item_columns.flags")
  }
  package var keys: [Int64] { items }

  /// The texts of the column called `name`: the titles, or a kept column.
  /// - Throws: `DataError` where there is no such column of text.
  package func texts(_ name: String) throws -> (codes: [Int32], names: [String]) {
    let columns = (titles.map { [$0] } ?? []) + kept
    guard case .names(let codes, let names)? = columns.first(where: { $0.name == name })?.values else {
      throw DataError(
        "the item table has no text '\(name)'; name the column in config's item_columns.title or list it in "
          + "item_columns.keep"
      )
    }
    return (codes, names)
  }
}

extension ColumnRequest {
  /// Asks for a column of numbers of which some may be missing; where its first fields are dates, as moments.
  static func numbers(_ selector: ColumnSelector, of reader: any TableReader) throws -> ColumnRequest {
    let place = try reader.index(of: selector)
    let fields = try reader.firstRows(100).compactMap { place < $0.count ? $0[place] : nil }
      .filter { !$0.isEmpty }
    let areDates = fields.contains { Double($0) == nil } && fields.allSatisfy(\.isTime)
    return ColumnRequest(selector, as: areDates ? .time : .real, empty: .substitute)
  }
}
