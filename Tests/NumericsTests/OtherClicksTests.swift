import Testing

@testable import Numerics

@Suite("The other clicks of a user as the context of a target")
struct OtherClicksTests {
  /// Two users: items 1 to 6, of which 2 is clicked twice, and item 9 alone.
  private static let clicks: [Int32] = [1, 2, 3, 2, 4, 5, 6, 9]

  private static func samples(most: Int) -> SampleColumns {
    var samples = SampleColumns(
      users: [1, 1, 1, 2],
      items: [1, 2, 6, 9],
      categories: [0, 0, 0, 0],
      histories: HistoryWindows(clicks: clicks, starts: [0, 0, 0, 7], ends: [7, 7, 7, 8])
    )
    samples.others = OtherClicks(targets: [0, 3, 6, 7], most: most)
    return samples
  }

  private static let shape = TwoTowerShape(userVocabulary: 3, itemVocabulary: 10, categoryVocabulary: 1)

  private func shown(_ samples: SampleColumns, step: Int, masks: Bool = false) -> [[Int32]] {
    let options = TrainingTests.options {
      $0.batchSize = 4
      $0.masksHistory = masks
    }
    return BatchAssembler(samples, shape: Self.shape, options: options).withBatch([0, 1, 2, 3], step: step) {
      batch in
      (0..<4).map { row in
        guard let windows = batch.queries.histories else { return [] }
        return (Int(windows.starts[row])..<Int(windows.ends[row])).map { windows.clicks[$0] }
      }
    }
  }

  @Test("all but those on the target's item, where they are few enough")
  func all() {
    #expect(
      shown(Self.samples(most: 7), step: 3) == [
        [2, 3, 2, 4, 5, 6], [1, 3, 4, 5, 6], [1, 2, 3, 2, 4, 5], [],
      ]
    )
  }

  @Test("else as many as are asked for, drawn anew in each step, each pair as often as another")
  func drawn() {
    let samples = Self.samples(most: 2)
    var counts: [[Int32]: Int] = [:]
    for step in 0..<5000 {
      let rows = shown(samples, step: step)
      #expect(rows[3].isEmpty && rows.prefix(3).allSatisfy { $0.count == 2 })
      counts[rows[1], default: 0] += 1
      if step < 20 { #expect(shown(samples, step: step) == rows) }
    }
    // Ten pairs of 1, 3, 4, 5 and 6; chi-square with nine degrees of freedom is below 33.7 but once in 10,000.
    #expect(counts.count == 10)
    let chiSquare = counts.values.reduce(0.0) { $0 + (Double($1) - 500) * (Double($1) - 500) / 500 }
    #expect(chiSquare < 33.7)
  }

  @Test("a mask takes all of the user's items out of the candidates, whether they are shown or not")
  func masked() throws {
    let options = TrainingTests.options {
      $0.batchSize = 4
      $0.masksHistory = true
    }
    try BatchAssembler(Self.samples(most: 1), shape: Self.shape, options: options).withBatch([0, 1, 2, 3]) {
      batch in
      let (offsets, excluded) = try #require(batch.exclusions)
      let items = batch.candidates.ids(.item)
      let masked = (0..<4).map { row in
        Set((Int(offsets[row])..<Int(offsets[row + 1])).map { items[Int(excluded[$0])] })
      }
      // The label itself is never left out by the loss.
      #expect(masked == [[1, 2, 6], [1, 2, 6], [1, 2, 6], [9]])
    }
  }

  @Test("targets that do not stand in their histories are refused")
  func refused() {
    var samples = Self.samples(most: 2)
    samples.others = OtherClicks(targets: [0, 3, 7, 7], most: 2)
    #expect(throws: ModelError.self) { try samples.validate(for: Self.shape) }
  }
}
