import Foundation
import Testing

@testable import Clicks

/// `Golden/small_encode.json`: the notebook's split and encoding in pandas and NumPy, on a log made by a rule.
@Suite("The notebook's split and encoding, on a small log")
struct SmallEncodingTests {
  private struct Expected: Decodable {
    let users, history_rows, valid_rows, samples, sample_users: Int
    let drawn: [Int64]
    let vocab: [String: Int]
    let sha256_int32_le: [String: String]
  }

  /// The rule of `make_small_encode.py`.
  private static let log: ClickLog = {
    var (users, items, times): ([Int64], [Int64], [Int64]) = ([], [], [])
    for turn in 0..<90 {
      for user in 1...60 where turn < 2 + user * 3 / 2 {
        users.append(Int64(user))
        items.append(Int64(1000 + (user * 31 + turn * turn * 7 + turn) % 97))
        times.append(Int64(1_000_000_000 + turn * 37 + user))
      }
    }
    return ClickLog(users: users, items: items, times: times)
  }()

  @Test("counts, draws, vocabularies and every hash are those of pandas and NumPy")
  func encode() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
      path: "Golden/small_encode.json"
    )
    let expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: file))
    let table = (1000..<1080).map(Int64.init)
    let catalogue = Catalogue(ItemTable(items: table, categories: table.map { $0 % 9 }))
    var options = SplitOptions()
    options.sampleUsers = 40
    let split = try ClickSplitter.split(Self.log, options)
    let clicks = try EncodedClicks(split.history, catalogue, EncodingOptions(), threads: 2)
    let samples = clicks.samples
    #expect(split.sampledUsers == expected.drawn)
    #expect(split.history.users.count == expected.users)
    #expect(split.history.clickCount == expected.history_rows)
    #expect(split.heldOut.clickCount == expected.valid_rows)
    #expect(samples.count == expected.samples)
    #expect(samples.userCount == expected.sample_users)
    let sizes: [String: Int] = [
      "user": clicks.userVocabulary.size, "item": catalogue.itemVocabulary.size,
      "category": catalogue.categoryVocabulary.size,
    ]
    #expect(sizes == expected.vocab)
    let hashes: [String: String] = [
      "user": digest(samples.users), "history": digest(clicks.paddedHistory(0..<samples.count)),
      "item": digest(samples.items), "category": digest(samples.categories),
    ]
    #expect(hashes == expected.sha256_int32_le)
  }
}
