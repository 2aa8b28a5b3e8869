import Clicks
import Numerics
import Tables

/// By what candidates are narrowed, in the files of a saved model: the conditions and the names of columns.
struct SavedConditions: Codable {
  var conditions: [String]
  var category: String?
  var availableFrom: String?
  var availableUntil: String?
  var columns: [Column]
  var allowed: [String]?
  var blocked: [String]?

  /// A column of the items' values, as ``ColumnValues`` has them.
  struct Column: Codable {
    var column: String
    var kind: Kind
    /// What moments count.
    var unit: String?
    /// The texts behind codes.
    var values: [String]?
  }

  enum Kind: String, Codable {
    case integers, numbers, moments, texts
  }

  /// What is said of `conditions` beside the arrays.
  init(_ conditions: CandidateConditions) {
    self.conditions = conditions.conditions
    category = conditions.categoryName
    (availableFrom, availableUntil) = (conditions.availableFrom, conditions.availableUntil)
    columns = conditions.columns.compactMap { Column($0) }
    allowed = conditions.lists?.allowed
    blocked = conditions.lists?.blocked
  }
}

extension SavedConditions.Column {
  init?(_ column: LogColumn) {
    self.column = column.name
    switch column.values {
    case .integers: kind = .integers
    case .reals: kind = .numbers
    case .moments(_, let unit):
      kind = .moments
      self.unit = unit.rawValue
    case .names(_, let names):
      kind = .texts
      values = names
    case .lists, .vectors: return nil
    }
  }
}

extension CandidateConditions {
  /// `candidate_column_N`, the values of all items, and `candidate_listed`, whether lists of ids leave each in.
  var tensors: [SafetensorsFile.Tensor] {
    func tensor(_ name: String, _ values: SafetensorsFile.Values) -> SafetensorsFile.Tensor {
      .init(name: name, shape: [values.count], values: values)
    }
    let values = columns.compactMap { column -> SafetensorsFile.Values? in
      switch column.values {
      case .integers(let values), .moments(let values, _): .int64(values)
      case .reals(let values): .float64(values)
      case .names(let codes, _): .int32(codes)
      case .lists, .vectors: nil
      }
    }
    let listed = lists.map { [tensor("candidate_listed", .int32($0.isListed.map { $0 ? 1 : 0 }))] } ?? []
    return values.enumerated().map { tensor("candidate_column_\($0.offset)", $0.element) } + listed
  }

  /// Reads what `saved` tells of, for `count` items.
  /// - Throws: `FormatFailure` where an array is missing, or does not fit the others.
  init(_ saved: SavedConditions, _ file: MappedTensors, count: Int) throws {
    func perItem<Element: ArrayElement>(_ name: String) throws -> [Element] {
      let values: [Element] = try file.values(name)
      guard values.count == count else {
        throw file.failure("'\(name)' has \(values.count) values, not one for each of \(count) items")
      }
      return values
    }
    let columns = try saved.columns.enumerated().map { place, column -> LogColumn in
      let name = "candidate_column_\(place)"
      let values: ColumnValues
      switch column.kind {
      case .integers: values = .integers(try perItem(name))
      case .numbers: values = .reals(try perItem(name))
      case .moments:
        guard let unit = column.unit.flatMap(TimeUnit.init(rawValue:)) else {
          throw file.failure("the dates '\(column.column)' count an odd unit")
        }
        values = .moments(try perItem(name), unit)
      case .texts:
        let (codes, names): ([Int32], [String]) = (try perItem(name), column.values ?? [])
        guard codes.allSatisfy({ $0 < Int32(clamping: names.count) }),
          zip(names, names.dropFirst()).allSatisfy(isBytewiseBefore)
        else { throw file.failure("the texts '\(column.column)' do not fit together") }
        values = .names(codes: codes, names: names)
      }
      return LogColumn(name: column.column, values: values)
    }
    var lists: Lists?
    if file.has("candidate_listed") {
      let listed: [Int32] = try perItem("candidate_listed")
      lists = Lists(isListed: listed.map { $0 != 0 }, allowed: saved.allowed, blocked: saved.blocked ?? [])
    }
    do {
      try self.init(
        conditions: saved.conditions,
        categoryName: saved.category,
        availableFrom: saved.availableFrom,
        availableUntil: saved.availableUntil,
        columns: columns,
        lists: lists
      )
    } catch let problem as ItemCondition.Problem {
      throw file.failure("a condition on its candidates is none: \(problem)")
    }
  }
}
