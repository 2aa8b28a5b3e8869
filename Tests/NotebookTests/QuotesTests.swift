import Notebook
import Report
import Testing

@Suite("Quotes in prose")
struct QuotesTests {
  @Test("names are found and replaced, unknown ones and lone braces stay")
  func replaced() {
    let text = "a {{ x.y }} b {{z|percent}} c {{ unknown | 3 }} d {{ open"
    #expect(Quotes.all(in: text).map(\.name) == ["x.y", "z", "unknown"])
    let filled = Quotes.blocks(of: text) { name, format in
      switch name {
      case "x.y": "1"
      case "z": "as \(format ?? "nothing")"
      default: nil
      }
    } block: { _ in
      nil
    }
    #expect(filled == [.prose("a 1 b as percent c {{ unknown | 3 }} d {{ open")])
  }

  @Test("tables and plots stand where prose quotes them, others stay as they are written")
  func exhibits() throws {
    let table = Block.table(Table(name: "slices", columns: [.init("a")], rows: []))
    let text = "Before\n\n{{ table eval.slices }}\n\n{{ plot eval.slices }} {{ table eval }}"
    let blocks = Quotes.blocks(of: text) { _, _ in
      nil
    } block: { exhibit in
      exhibit == Quotes.Exhibit(quote: "table eval.slices") ? table : nil
    }
    #expect(blocks == [.prose("Before\n\n"), table, .prose("\n\n{{ plot eval.slices }} {{ table eval }}")])
    let plot = try #require(Quotes.Exhibit(quote: "plot train.loss.curve"))
    #expect(plot.kind == .plot && plot.cell == "train" && plot.name == "loss.curve")
  }
}
