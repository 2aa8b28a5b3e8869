import ClickFixtures
import Notebook
import Recipe
import Report
import Testing

@testable import Steps

@Suite("What the report of a run holds")
struct ReportContentsTests {
  private static let recipe = """
    text: "{{ table eval.example_1 }}{{ plot split.history-lengths }}"
    config:
      seed: 7
      data: { path: ., clicks: clicks.csv, items: items.csv }
      columns: { user: user, item: item }
      item_columns: { item: item, category: cat, title: name }
    split: { strategy: leave_last_n, last_n: 2 }
    encode: { max_seq_len: 6 }
    model: { embedding_dim: 8, hidden_units: [16, 8] }
    train: { epochs: 2, batch_size: 32, learning_rate: 5e-3 }
    index:
    eval: { k: [5, 10, 20], headline_k: 10, baselines: [popularity, item_cf] }
    index as cells: { type: "IVF8,Flat", nprobe: 1, fill: none }
    eval as eval_cells: { index: cells, k: [10], headline_k: 10, examples: 0 }
    recall: { index: index, k: 5 }
    compare: { cells: [eval, eval.item_cf, eval_cells], headline_k: 10 }
    save:

    """

  private static func document() throws -> ReportDocument {
    let files = try ClickFiles()
    var clicks = "user,item\n"
    for turn in 0..<8 {
      for user in 1...60 where turn < 4 + user % 5 {
        clicks += "\(user),i\((user % 4) * 10 + (user * 3 + turn * turn + turn) % 10)\n"
      }
    }
    _ = try files.write(clicks, "clicks.csv")
    let items = (0..<45).map { "i\($0),group \($0 / 10),Item | number \($0)\n" }.joined()
    _ = try files.write("item,cat,name\n" + items, "items.csv")
    let planner = Planner(steps: StepList.all)
    let plan = try planner.plan(
      try RecipeLoader(environment: [:]).load(
        text: recipe,
        name: "recipe",
        directory: files.directory.path,
        steps: planner.declarations
      )
    )
    var options = RunOptions()
    options.outputRoot = files.path("outputs")
    options.artifacts = StepList.artifacts
    let summary = try Runner(plan: plan, options: options, progress: ProgressReporter(.quiet)).run()
    return try ReportDocument(folder: summary.directory)
  }

  private static func all(_ blocks: [Block]) -> [Block] {
    blocks.flatMap { block -> [Block] in
      if case .details(_, let inner) = block { [block] + all(inner) } else { [block] }
    }
  }

  private static func tables(_ blocks: [Block]) -> [Table] {
    all(blocks).compactMap { if case .table(let table) = $0 { table } else { nil } }
  }

  @Test("tables and plots have names, each once in its cell; what became of held-out items adds up")
  func contents() throws {
    let document = try Self.document()
    for cell in document.cells {
      let tables = Self.tables(cell.blocks)
      let names = tables.compactMap(\.name)
      #expect(Set(names).count == names.count, "\(cell.id)")
      // Histories of examples are the only ones without.
      #expect(tables.allSatisfy { $0.name != nil || $0.caption?.hasPrefix("Clicked, newest first") == true })
      let plots = cell.blocks.flatMap(\.plots).map(\.name)
      #expect(Set(plots).count == plots.count, "\(cell.id)")
    }
    #expect(Self.tables(document.text).first?.name == "example_1")
    #expect(document.text.flatMap(\.plots).map(\.name) == ["split-history-lengths"])
    for id in ["eval", "eval_cells"] {
      let cell = try #require(document.cells.first { $0.id == id })
      let waterfall = try #require(Self.tables(cell.blocks).first { $0.name == "waterfall" })
      let counts = waterfall.rows.map { row -> Int in if case .int(let count) = row[1] { count } else { -1 } }
      // Two distinct or equal clicks are held out of each of 60 users.
      #expect(counts[0] > 60 && counts[0] <= 120 && counts.dropFirst().reduce(0, +) == counts[0])
      let words = waterfall.rows.map { row -> String in if case .text(let text) = row[0] { text } else { "" }
      }
      #expect(words.contains { $0.contains("approximate search") } == (id == "eval_cells"))
    }
    let compared = try #require(document.cells.first { $0.id == "compare" }).blocks.flatMap(\.plots)
    #expect(compared.map(\.name) == ["compare-compare", "compare-quality-time", "compare-quality-size"])
    // What a baseline costs is not known.
    #expect(compared.dropFirst().allSatisfy { $0.series.count == 2 && !$0.description.contains("item_cf") })
  }

  @Test(
    "users to judge are shown with titles and categories, and what was held out is marked where it stands"
  )
  func examples() throws {
    let document = try Self.document()
    let cell = try #require(document.cells.first { $0.id == "eval" })
    let examples = cell.blocks.compactMap { block -> (summary: String, blocks: [Block])? in
      if case .details(let summary, let blocks) = block { (summary, blocks) } else { nil }
    }
    #expect(examples.count == 4)
    #expect(examples.first?.summary.hasPrefix("Found: user ") == true)
    for (number, example) in examples.enumerated() {
      let tables = Self.tables(example.blocks)
      #expect(
        tables.map(\.name) == [nil, "example_\(number + 1)", "example_\(number + 1)_item_cf"]
      )
      #expect(
        tables[1].columns.map(\.title) == ["Rank", "Item", "Title", "Category", "Score", "Held out"]
      )
      #expect(tables[1].rows.allSatisfy { $0[2] != .text("") && $0[3] != .text("") })
      guard case .prose(let words)? = example.blocks.first else { throw CancellationError() }
      // Every mark stands where the words say.
      let marked = tables[1].rows.indices.filter { tables[1].rows[$0][5] == .text("✓") }.map { $0 + 1 }
      let said = words.matches(of: /found at rank ([0-9]+)/).compactMap { Int($0.output.1) }
      #expect(said.filter { $0 <= 10 }.sorted() == marked)
      #expect(number > 0 || !marked.isEmpty)
    }
    let none = try #require(document.cells.first { $0.id == "eval_cells" })
    #expect(!none.blocks.contains { if case .details = $0 { true } else { false } })
  }
}
