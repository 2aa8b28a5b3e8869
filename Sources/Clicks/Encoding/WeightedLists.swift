/// Of each row any number of codes, each with a weight: the values of a multi-valued column, or the words of a text.
package struct WeightedLists: Sendable, Equatable {
  /// `offsets[row]..<offsets[row + 1]` is the range of a row, `[rows + 1]`.
  package var offsets: [Int32]
  /// The codes, from 1.
  package var codes: [Int32]
  /// How much each counts.
  package var weights: [Float]

  /// Puts lists together; none by default.
  package init(offsets: [Int32] = [0], codes: [Int32] = [], weights: [Float] = []) {
    self.offsets = offsets
    self.codes = codes
    self.weights = weights
  }

  /// The number of rows.
  package var count: Int { offsets.count - 1 }

  /// Whether the values of a row were added up, not their mean taken, which is told by the weights alone: of a mean, values of
  /// a row of two or more count less than one. Where no row has two, a mean is what is usual.
  package var areSums: Bool {
    let row = offsets.indices.dropLast().first { offsets[$0 + 1] - offsets[$0] > 1 }
    return row.map { weights[Int(offsets[$0])] == 1 } ?? false
  }

  /// Adds a row.
  mutating func append(_ row: some Sequence<(code: Int32, weight: Float)>) {
    for entry in row {
      codes.append(entry.code)
      weights.append(entry.weight)
    }
    offsets.append(Int32(codes.count))
  }

  /// The lists of chosen rows; where the place of one is nil, an empty list.
  package func rows(_ places: some Sequence<Int?>) -> WeightedLists {
    var chosen = WeightedLists()
    for place in places {
      if let place {
        let range = Int(offsets[place])..<Int(offsets[place + 1])
        chosen.codes += codes[range]
        chosen.weights += weights[range]
      }
      chosen.offsets.append(Int32(chosen.codes.count))
    }
    return chosen
  }

  /// These, and behind them `others`.
  func adding(_ others: WeightedLists) -> WeightedLists {
    WeightedLists(
      offsets: offsets + others.offsets.dropFirst().map { $0 + Int32(codes.count) },
      codes: codes + others.codes,
      weights: weights + others.weights
    )
  }

  /// Whether there is one list for each of `count` rows, with codes from 1 to below `vocabulary`.
  package func fits(_ count: Int, below vocabulary: Int) -> Bool {
    self.count == count && offsets.first == 0 && Int(offsets[count]) == codes.count
      && codes.count == weights.count && zip(offsets, offsets.dropFirst()).allSatisfy(<=)
      && codes.allSatisfy { $0 > 0 && Int($0) < vocabulary } && weights.allSatisfy(\.isFinite)
  }
}

/// A multi-valued column: which values have codes, and how those of one row are brought together.
package struct MultiColumn: Sendable, Equatable {
  /// What becomes of the embeddings of a row's values.
  package enum Combine: String, CaseIterable, Sendable, Hashable {
    /// Their mean: values count one over the number of known ones.
    case mean
    /// Their sum.
    case sum
  }

  /// The column's name.
  package var name: String
  /// The values with codes from 1, in the order of their bytes.
  package var values: [String]

  /// Puts a column together.
  package init(name: String, values: [String]) {
    self.name = name
    self.values = values
  }

  /// The number of codes with the 0, which no list has.
  package var size: Int { values.count + 1 }

  /// Learns the values of the rows `learned` of a column of lists, and encodes all rows: values that none of these has are
  /// left out, and one that a row has twice counts twice.
  /// - Parameter lists: offsets, codes and names as `ColumnValues.lists` has them.
  static func encode(
    _ name: String,
    _ lists: (offsets: [Int], codes: [Int32], names: [String]),
    learned: [Int],
    _ combine: Combine
  ) -> (column: MultiColumn, values: WeightedLists) {
    var isKnown = [Bool](repeating: false, count: lists.names.count)
    for row in learned {
      for entry in lists.offsets[row]..<lists.offsets[row + 1] { isKnown[Int(lists.codes[entry])] = true }
    }
    var codes = [Int32](repeating: 0, count: lists.names.count)
    var column = MultiColumn(name: name, values: [])
    for place in lists.names.indices where isKnown[place] {
      column.values.append(lists.names[place])
      codes[place] = Int32(column.values.count)
    }
    var values = WeightedLists()
    for row in 0..<(lists.offsets.count - 1) {
      let known = lists.codes[lists.offsets[row]..<lists.offsets[row + 1]]
        .map { codes[Int($0)] }.filter { $0 > 0 }
      let weight: Float = combine == .sum ? 1 : 1 / Float(max(1, known.count))
      values.append(known.lazy.map { (code: $0, weight: weight) })
    }
    return (column, values)
  }
}
