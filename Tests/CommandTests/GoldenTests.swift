import Foundation
import Testing

/// The notebook's cells on the real clicks, from a recipe: counts and hashes as NumPy and pandas give them.
@Suite("The notebook's encoding from a recipe", .enabled(if: SharedFolder.hasNews, "../shared is not there"))
struct GoldenTests {
  private static let recipe = """
    config:
      seed: 42
      data: { clicks: train_click_log.csv, items: articles.csv }
      columns: { user: user_id, item: click_article_id, time: click_timestamp }
      item_columns: { item: article_id, category: category_id }
    split: { strategy: last_click, sample_users: 20000 }
    encode: { max_seq_len: 30, min_history: 1, max_samples_per_user: 20, digests: true }

    """

  @Test(
    "Counts and SHA-256 of every column",
    arguments: [
      ("debug_20k", [String]()),
      ("full_200k", ["split.sample_users=null", "encode.max_samples_per_user=200"]),
    ]
  )
  func encodes(name: String, overrides: [String]) throws {
    let place = try Workplace()
    try place.write("news.yaml", Self.recipe)
    let outcome = try place.run(
      ["run", "news.yaml", "--output", "o", "-q"] + overrides,
      environment: ["FUNREC_RAW_DATA_PATH": SharedFolder.url.appendingPathComponent("data").path]
    )
    #expect(outcome.errors == "")
    try #require(outcome.status == 0)
    let golden = try JSONSerialization.jsonObject(
      with: Data(contentsOf: SharedFolder.url.appendingPathComponent("golden/news_encode.json"))
    )
    let expected = try #require((golden as? [String: Any])?[name] as? [String: Any])
    let metrics = try place.metrics("o")
    for (metric, key) in [
      ("split.users", "users"), ("split.history_clicks", "history_rows"),
      ("split.held_out_clicks", "valid_rows"), ("encode.samples", "samples"),
      ("encode.sample_users", "sample_users"),
    ] {
      #expect(metrics[metric] == (expected[key] as? NSNumber)?.doubleValue, "\(key)")
    }
    let vocabularies = try #require(expected["vocab"] as? [String: Int])
    for (key, size) in vocabularies {
      #expect(metrics["encode.\(key)_vocabulary"] == Double(size), "\(key)")
    }
    let report = try place.text("o/report.md")
    let digests = try #require(expected["sha256_int32_le"] as? [String: String])
    #expect(digests.count == 4)
    for (key, digest) in digests { #expect(report.contains(digest), "\(key)") }
  }
}
