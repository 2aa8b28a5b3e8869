/// The values of a multi-valued column: of each row any number of codes, each with a weight.
package struct Bags: Sendable, Equatable {
  /// `offsets[row]..<offsets[row + 1]` is the range of a row, `[rows + 1]`.
  package var offsets: [Int32]
  /// The codes, all above 0.
  package var codes: [Int32]
  /// How much each counts, finite.
  package var weights: [Float]

  /// Puts bags together; none by default.
  package init(offsets: [Int32] = [0], codes: [Int32] = [], weights: [Float] = []) {
    self.offsets = offsets
    self.codes = codes
    self.weights = weights
  }

  /// The number of rows.
  package var count: Int { offsets.count - 1 }

  /// The bags of some rows, in their order.
  package func rows(_ rows: some Collection<Int>) -> Bags {
    var chosen = Bags()
    chosen.offsets.reserveCapacity(rows.count + 1)
    for row in rows {
      let range = Int(offsets[row])..<Int(offsets[row + 1])
      chosen.codes += codes[range]
      chosen.weights += weights[range]
      chosen.offsets.append(Int32(chosen.codes.count))
    }
    return chosen
  }

  /// Checks that there are `count` bags whose codes lie in `1..<vocabulary`.
  /// - Throws: `ModelError.input`.
  func validate(count: Int, below vocabulary: Int, _ name: String) throws {
    guard self.count == count else {
      throw ModelError.input("expected \(count) bags of \(name), got \(self.count)")
    }
    guard offsets.first == 0, Int(offsets[count]) == codes.count, codes.count == weights.count,
      zip(offsets, offsets.dropFirst()).allSatisfy(<=), weights.allSatisfy(\.isFinite)
    else { throw ModelError.input("the bags of \(name) do not fit together") }
    try validateIDs(codes, below: vocabulary, name)
    guard codes.allSatisfy({ $0 > 0 }) else {
      throw ModelError.input("code 0 of \(name) is unknown and stands in no bag")
    }
  }
}

/// Bags in memory of their own, to be read by rows.
final class BagColumn {
  private let offsets: Storage<Int32>
  private let codes: Storage<Int32>
  private let weights: Storage<Float>
  private let starts = Storage<Int32>()
  private let ends = Storage<Int32>()

  init(_ bags: Bags) {
    offsets = Storage(copying: bags.offsets)
    codes = Storage(copying: bags.codes)
    weights = Storage(copying: bags.weights)
  }

  /// All of them.
  var all: BagRows {
    BagRows(starts: offsets.start, ends: offsets.start + 1, codes: codes.start, weights: weights.start)
  }

  /// Those of the `count` rows numbered `ids`, good until others are chosen.
  func chosen(_ ids: UnsafePointer<Int32>, count: Int) -> BagRows {
    starts.reserve(count)
    ends.reserve(count)
    for place in 0..<count {
      starts[place] = offsets[Int(ids[place])]
      ends[place] = offsets[Int(ids[place]) + 1]
    }
    return BagRows(starts: starts.start, ends: ends.start, codes: codes.start, weights: weights.start)
  }
}
