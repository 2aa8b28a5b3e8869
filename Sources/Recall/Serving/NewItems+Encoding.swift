import Clicks
import Tables

extension NewItems {
  /// Encodes the values of one item.
  struct Encoder {
    let items: NewItems
    var row: NewItemRow
    var notes: [RequestNote] = []

    private var saved: SavedModel { items.saved }

    /// Takes all values that are given; flags are those of a multi-valued column, by its name.
    mutating func take(
      _ values: [String: FeatureValue],
      _ flags: [String: [(value: String, isOn: Bool)]]
    ) throws {
      let features = saved.catalogue.features
      if let value = values[NewItems.category], saved.model.shape.usesCategory { try takeCategory(value) }
      for (place, column) in features.categories.enumerated() {
        guard let value = values[column.name] else { continue }
        let text = try value.text(of: column.name)
        row.codes[place] = NewItems.code(text, in: column, items.lookups[place])
        if row.codes[place] == 0, value != .none { note(text, column.name) }
      }
      for (place, column) in features.numbers.enumerated() {
        guard let value = values[column.name] else { continue }
        row.places[place] = column.place(try number(value, column.name))
      }
      for (place, column) in features.multi.enumerated() {
        guard values[column.name] != nil || flags[column.name] != nil else { continue }
        try takeMulti(place, column, values[column.name], flags[column.name] ?? [])
      }
      for (place, column) in features.texts.enumerated() {
        guard let value = values[column.name] else { continue }
        row.bags[features.multi.count + place] = column.weights(try value.text(of: column.name))
      }
      if let column = features.vectors, let value = values[NewItems.vectors] { try takeVector(value, column) }
      if let column = features.age, let value = values[column.name] {
        row.createdHours = try hours(value, column.name)
      }
    }

    private mutating func takeCategory(_ value: FeatureValue) throws {
      guard value != .none else {
        row.category = saved.catalogue.categoryOfItem.first ?? 0
        return
      }
      let text = try value.text(of: NewItems.category)
      let key = items.categories.map { $0.place(of: text).map(Int64.init) } ?? NewItems.integer(text)
      row.category = key.map(saved.catalogue.categoryVocabulary.code) ?? 0
      if row.category == 0 { note(text, NewItems.category) }
    }

    private mutating func takeMulti(
      _ place: Int,
      _ column: MultiColumn,
      _ value: FeatureValue?,
      _ flags: [(value: String, isOn: Bool)]
    ) throws {
      var given: [String] = []
      switch value {
      case .list(let values)?: given = try values.map { try $0.text(of: column.name) }
      case FeatureValue.none?: break
      case let value?: given = [try value.text(of: column.name)]
      case nil:
        given = row.bags[place].map { column.values[Int($0.code) - 1] }.filter { own in
          !flags.contains { $0.value.utf8.elementsEqual(own.utf8) }
        }
      }
      given += flags.filter(\.isOn).map(\.value)
      var codes: [Int32] = []
      for value in given where !value.isEmpty {
        if let code = items.multi[place].place(of: value) {
          codes.append(Int32(code + 1))
        } else {
          note(value, column.name)
        }
      }
      let weight: Float = items.sums[place] ? 1 : 1 / Float(max(1, codes.count))
      // Flags stand in the order of their names' bytes, which is that of codes.
      if !flags.isEmpty { codes.sort() }
      row.bags[place] = codes.map { ($0, weight) }
    }

    private mutating func takeVector(_ value: FeatureValue, _ column: VectorColumn) throws {
      guard value != .none else {
        (row.vector, row.vectorRow) = (nil, 0)
        return
      }
      guard case .list(let values) = value, values.count == column.width else {
        let count = if case .list(let values) = value { "\(values.count)" } else { value.kind }
        throw RequestFailure(NewItems.vectors, "expected a list of \(column.width) numbers, got \(count)")
      }
      let numbers = try values.map { Float(try number($0, NewItems.vectors)) }
      guard numbers.allSatisfy(\.isFinite) else {
        throw RequestFailure(NewItems.vectors, "expected finite numbers of 32 bits")
      }
      row.vector = numbers
    }

    private mutating func note(_ value: String, _ column: String) {
      notes.append(.unknownValue(value, column: column, nearest: nil))
    }

    /// A number, or a date in seconds since 1970; NaN for nothing.
    private func number(_ value: FeatureValue, _ name: String) throws -> Double {
      try value.number(of: name) { moment in
        moment.ticks(of: moment.unit).map { Double($0) / Double(moment.unit.ticksPerSecond) }
      }
    }

    /// Hours since the first training click. Numbers count in the unit in which they are moments of our days, else in the log's.
    private func hours(_ value: FeatureValue, _ name: String) throws -> Double {
      let time = try number(value, name)
      if case .text(let text) = value, Double(text) == nil { return saved.clock.hours(time, in: .seconds) }
      let unit = Int64(exactly: time.rounded(.down)).flatMap(TimeUnit.init(ofMoment:))
      return saved.clock.hours(time, in: unit)
    }
  }
}
