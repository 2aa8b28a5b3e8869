import TestSupport
import CCrypto
import Testing

@testable import Clicks
import Tables

/// The SHA-256 of little-endian values, in hexadecimal.
func digest<Value: FixedWidthInteger>(_ values: [Value]) -> String {
  var hash = [UInt8](repeating: 0, count: 32)
  values.map(\.littleEndian).withUnsafeBytes { bytes in
    _ = EVP_Digest(bytes.baseAddress, bytes.count, &hash, nil, EVP_sha256(), nil)
  }
  return hash.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}

/// The real clicks, read once for all tests.
private struct RealClicks {
  let log: ClickLog
  let catalogue: Catalogue

  static let shared = Result { try RealClicks() }

  init() throws {
    let directory = "data/news_recommendation/"
    var options = ClickLogOptions()
    options.item = .name("click_article_id")
    options.time = .name("click_timestamp")
    var log = try ClickLog(
      reading: DelimitedReader(path: SharedFiles.path(directory + "train_click_log.csv"), threads: 2),
      options
    )
    var items = ItemTableOptions()
    items.item = .name("article_id")
    items.category = .name("category_id")
    items.numbers = [.name("words_count")]
    let table = try ItemTable(
      reading: DelimitedReader(path: SharedFiles.path(directory + "articles.csv"), threads: 2),
      items,
      for: &log
    )
    self.log = log
    catalogue = Catalogue(table)
  }
}

@Suite(
  "The notebook's own split and encoding",
  .enabled(
    if: SharedFiles.has("golden/news_encode.json")
      && SharedFiles.has("data/news_recommendation/articles.csv"),
    "../shared with the golden values and the real clicks is not there"
  )
)
struct EncodingGoldenTests {
  @Test(
    "counts, vocabularies, first samples and every hash are the notebook's",
    arguments: ["debug_20k", "full_200k"]
  )
  func encode(name: String) throws {
    let golden = try SharedFiles.json("golden/news_encode.json")
    let expected = try #require(golden[name] as? [String: Any])
    let real = try RealClicks.shared.get()
    var splitting = SplitOptions()
    var encoding = EncodingOptions()
    if name == "debug_20k" { splitting.sampleUsers = 20_000 } else { encoding.maxSamplesPerUser = 200 }
    let split = try ClickSplitter.split(real.log, splitting)
    let clicks = try EncodedClicks(split.history, real.catalogue, encoding, threads: 2)
    let samples = clicks.samples

    #expect(split.history.users.count == expected["users"] as? Int)
    #expect(split.history.clickCount == expected["history_rows"] as? Int)
    #expect(split.heldOut.clickCount == expected["valid_rows"] as? Int)
    #expect(samples.count == expected["samples"] as? Int)
    #expect(samples.userCount == expected["sample_users"] as? Int)
    let sizes = [
      "user": clicks.userVocabulary.size, "item": real.catalogue.itemVocabulary.size,
      "category": real.catalogue.categoryVocabulary.size,
    ]
    #expect(sizes == expected["vocab"] as? [String: Int])

    let first = try #require(expected["first_3"] as? [String: Any])
    #expect(samples.users.prefix(3).map(Int.init) == first["user"] as? [Int])
    #expect(samples.items.prefix(3).map(Int.init) == first["item"] as? [Int])
    #expect(samples.categories.prefix(3).map(Int.init) == first["category"] as? [Int])
    #expect(clicks.paddedHistory(0..<3).map(Int.init) == (first["history"] as? [[Int]])?.flatMap { $0 })

    let hashes = [
      "user": digest(samples.users), "history": digest(clicks.paddedHistory(0..<samples.count)),
      "item": digest(samples.items), "category": digest(samples.categories),
    ]
    #expect(hashes == expected["sha256_int32_le"] as? [String: String])
  }

  @Test("the sampled users are the notebook's, in the order of its draw")
  func sampledUsers() throws {
    let golden = try SharedFiles.json("golden/news_encode.json")
    let expected = try #require(golden["sampled_users"] as? [String: Any])
    var options = SplitOptions()
    options.sampleUsers = 20_000
    let drawn = try #require(try ClickSplitter.split(RealClicks.shared.get().log, options).sampledUsers)
    #expect(drawn.prefix(10).map(Int.init) == expected["first_10"] as? [Int])
    #expect(digest(drawn) == expected["sha256_int64_le_in_drawn_order"] as? String)
  }
}
