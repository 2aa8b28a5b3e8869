import ClickFixtures
import Files
import Notebook
import Recipe
import TestSupport
import Testing

@testable import Steps

/// Twelve items, of which i3 and i7 have no category; the others have 0 or 1. Clicks of which every third has no shop, the others
/// 0 or 2. What is right is counted by hand.
@Suite("Empty fields in columns of whole numbers")
struct EmptyFieldRecipeTests {
  private let runs: RecipeRuns

  init() throws {
    let files = try ClickFiles()
    let items = (0..<12).map { "i\($0),\($0 == 3 || $0 == 7 ? "" : "\($0 % 2)")" }
    let clicks = (0..<60).map {
      "u\($0 % 6),i\($0 * 7 % 12),\(1_507_030_770 + $0),\($0 % 3 == 0 ? "" : $0 % 3 == 1 ? "0" : "2")"
    }
    _ = try files.write("item,cat\n" + items.joined(separator: "\n") + "\n", "items.csv")
    _ = try files.write("user,item,ts,shop\n" + clicks.joined(separator: "\n") + "\n", "clicks.csv")
    runs = RecipeRuns(
      """
      config:
        data: { path: ., clicks: clicks.csv, items: items.csv }
        columns: { user: user, item: item, time: ts, keep: [shop] }
        item_columns: { item: item, category: cat }
      split: { strategy: last_click }
      encode: { max_seq_len: 3 }
      model: { embedding_dim: 4, hidden_units: [4] }
      train: { epochs: 1 }
      index: {}
      eval: { k: [5] }
      recall: { k: 12, seen: keep }
      """,
      in: files
    )
  }

  @Test(
    "no comparison holds of an item without a category, which is missing and of none that there are",
    arguments: [
      ("category < 1", [0, 2, 4, 6, 8, 10]), ("category == 0", [0, 2, 4, 6, 8, 10]),
      ("category != 1", [0, 2, 4, 6, 8, 10]), ("cat >= 0", [0, 1, 2, 4, 5, 6, 8, 9, 10, 11]),
      ("category is missing", [3, 7]), ("cat in [1]", [1, 5, 9, 11]),
    ] as [(String, [Int])]
  )
  func conditions(condition: String, expected: [Int]) throws {
    let folder = try runs.summary(["index.candidates={where: '\(condition)'}"]).directory
    let rows = try MappedFile.readText(FilePaths.join(folder, "recall_candidates.csv")).split(separator: "\n")
    let items = Set(rows.dropFirst().map { $0.split(separator: ",")[1] })
    #expect(items == Set(expected.map { "i\($0)" }), "\(condition)")
  }

  @Test(
    "no bound holds of a click without a value, and it is none of those that are listed",
    arguments: [
      ("{ column: shop, max: 0 }", 20), ("{ column: shop, min: 0 }", 40), ("{ column: shop, min: 1 }", 20),
      ("{ column: shop, max: 1.5 }", 20), ("{ column: shop, in: [\"0\"] }", 20),
      ("{ column: shop, in: [\"0\", \"2\"] }", 40),
      ("{ column: shop, in: [''] }", 20),
    ] as [(String, Int)]
  )
  func filters(filter: String, kept: Int) throws {
    let metrics = try runs.run(["split.filter=\(filter)"])
    #expect(
      (metrics["split.history_clicks"] ?? 0) + (metrics["split.held_out_clicks"] ?? 0) == Double(kept),
      "\(filter): \(metrics)"
    )
  }

  @Test("samples have no number for a category that is missing, and no two items without one share it")
  func samples() throws {
    let folder = try runs.summary([
      "recall.samples={ file: s.csv, items: [category], features: [same_category_as_last_click], negatives: 12, requests: test }"
    ]).directory
    let rows = try MappedFile.readText(FilePaths.join(folder, "s.csv")).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let header = rows[0]
    let (item, category) = (
      try #require(header.firstIndex(of: "item")), try #require(header.firstIndex(of: "category"))
    )
    let same = try #require(header.firstIndex(of: "same_category_as_last_click"))
    for row in rows.dropFirst() {
      let number = try #require(Int(row[item].dropFirst()))
      let isMissing = number == 3 || number == 7
      #expect(row[category] == (isMissing ? "" : "\(number % 2)"))
      if isMissing { #expect(row[same] == "0") }
    }
    #expect(Set(rows.dropFirst().map { $0[item] }).isSuperset(of: ["i3", "i7"]))
  }
}
