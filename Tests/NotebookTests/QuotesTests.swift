import Notebook
import Testing

@Suite("Quotes in prose")
struct QuotesTests {
  @Test("names are found and replaced, unknown ones and lone braces stay")
  func replaced() {
    let text = "a {{ x.y }} b {{z|percent}} c {{ unknown | 3 }} d {{ open"
    #expect(Quotes.names(in: text) == ["x.y", "z", "unknown"])
    let filled = Quotes.replaced(in: text) { name, format in
      switch name {
      case "x.y": "1"
      case "z": "as \(format ?? "nothing")"
      default: nil
      }
    }
    #expect(filled == "a 1 b as percent c {{ unknown | 3 }} d {{ open")
  }
}
