import ClickFixtures
import Testing

@testable import Clicks

@Suite("Encoding")
struct EncodingTests {
  @Test("codes count from 1 in the order of keys; unknown keys are 0", arguments: [Int64(1), 1 << 40])
  func vocabulary(spread: Int64) {
    let keys = [7, -3, 7, 100, 0].map { $0 * spread }
    let vocabulary = Vocabulary(keysOf: keys)
    #expect(vocabulary.keys == [-3, 0, 7, 100].map { $0 * spread } && vocabulary.size == 5)
    #expect(vocabulary.codes(of: keys + [8, Int64.min, Int64.max]) == [3, 1, 3, 4, 2, 0, 0, 0])
    #expect(vocabulary.key(of: 4) == 100 * spread)
    #expect(vocabulary.key(of: 0) == nil && vocabulary.key(of: 5) == nil)
    #expect(vocabulary.contains(0) && !vocabulary.contains(1))
    let many = (0..<200_000).map { Int64($0 % 977) * spread }
    #expect(Vocabulary(keysOf: many).codes(of: many, threads: 2) == (0..<200_000).map { Int32($0 % 977 + 1) })
  }

  @Test("an empty vocabulary and one over all of Int64 hold what they should")
  func extremes() {
    #expect(Vocabulary(keysOf: []).size == 1 && Vocabulary(keysOf: []).code(of: 3) == 0)
    let ends = Vocabulary(keysOf: [Int64.max, Int64.min])
    #expect(ends.code(of: Int64.min) == 1 && ends.code(of: Int64.max) == 2 && ends.code(of: 0) == 0)
  }

  @Test("an item that is not in the table has category 0, if there is one, as in the notebook")
  func unknownCategory() {
    let with = Catalogue(ItemTable(items: [5, 3], categories: [4, 0]))
    #expect(with.itemCodes == [2, 1] && with.categoryCodes == [2, 1])
    #expect(with.categoryOfItem == [1, 1, 2])
    let without = Catalogue(ItemTable(items: [5, 3], categories: [4, 9]))
    #expect(without.categoryOfItem == [0, 2, 1])
    let names = Catalogue(ItemTable(items: [5, 3], categories: [0, -1], categoryNames: ["news"]))
    #expect(names.categoryOfItem == [0, 0, 1] && names.categoryVocabulary.size == 2)
  }

  private func history(_ users: [[Int64]]) -> UserSequences {
    var offsets = [0]
    for items in users { offsets.append((offsets.last ?? 0) + items.count) }
    let items = users.flatMap { $0 }
    return UserSequences(
      users: users.indices.map { Int64($0 * 10) },
      offsets: offsets,
      items: items,
      times: nil,
      rows: [Int32](0..<Int32(items.count))
    )
  }

  private func encoded(_ users: [[Int64]], _ change: (inout EncodingOptions) -> Void = { _ in }) throws
    -> EncodedClicks
  {
    var options = EncodingOptions()
    change(&options)
    let catalogue = Catalogue(ItemTable(items: (1...9).map { $0 }, categories: (1...9).map { $0 % 2 }))
    return try EncodedClicks(history(users), catalogue, options)
  }

  @Test(
    "every click but the first is a target, with at most max_seq_len clicks before it, padded on the left"
  )
  func windows() throws {
    let clicks = try encoded([[1, 2, 3, 4], [5], [6, 99]]) { $0.maxSeqLen = 2 }
    #expect(clicks.samples.users == [1, 1, 1, 3])
    #expect(clicks.samples.items == [2, 3, 4, 0])
    #expect(clicks.samples.categories == [1, 2, 1, 1])
    #expect(clicks.paddedHistory(0..<4) == [0, 1, 1, 2, 2, 3, 0, 6])
    #expect(clicks.paddedHistory(2..<3) == [2, 3])
    #expect(clicks.samples.count == 4 && clicks.samples.userCount == 2 && clicks.unknownClicks == 1)
    #expect(clicks.paddedRequests(ofUsers: [3, 1, 2]) == [6, 0, 3, 4, 0, 5])
  }

  @Test("short histories go by min_history; with 0 first clicks are targets too")
  func minHistory() throws {
    #expect(try encoded([[1, 2, 3, 4], [5, 6]]) { $0.minHistory = 2 }.samples.items == [3, 4])
    let all = try encoded([[1, 2], [5]]) { $0.minHistory = 0 }
    #expect(all.samples.items == [1, 2, 5])
    #expect(all.paddedHistory(0..<1) == [Int32](repeating: 0, count: 30))
    let tooLong = try encoded([[1, 2, 3, 4]]) {
      $0.minHistory = 3
      $0.maxSeqLen = 2
    }
    #expect(tooLong.samples.count == 0)
  }

  @Test("more positions than max_samples_per_user are thinned out by the notebook's draw")
  func thinning() throws {
    // rng = numpy.random.default_rng(42); for n in (9, 5): tail = list(range(1, n + 1))[-6:];
    // sorted(rng.choice(tail, size=2, replace=False).tolist())
    let long = [Int64](repeating: 1, count: 10)
    let clicks = try encoded([long, [1, 2], [Int64](repeating: 2, count: 6)]) { $0.maxSamplesPerUser = 2 }
    #expect(clicks.samples.users == [1, 1, 2, 3, 3])
    #expect(clicks.samples.ends == [4, 8, 11, 14, 15])
  }

  @Test("options out of range are named")
  func errors() {
    #expect(
      dataMessage { _ = try encoded([[1, 2]]) { $0.maxSeqLen = 0 } }
        == "expected max_seq_len of at least 1, got 0"
    )
    #expect(
      dataMessage { _ = try encoded([[1, 2]]) { $0.minHistory = -1 } }
        == "expected min_history of at least 0, got -1"
    )
    #expect(
      dataMessage { _ = try encoded([[1, 2]]) { $0.maxSamplesPerUser = 0 } }
        == "expected max_samples_per_user of at least 1, got 0"
    )
  }
}
