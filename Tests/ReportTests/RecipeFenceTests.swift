import Report
import Testing

@Suite("The recipe in a report")
struct RecipeFenceTests {
  private static func fence(_ text: String) throws -> RecipeFence {
    var document = ReportDocument(title: "t")
    document.recipe = "news"
    document.recipeText = text
    document.measuredUnder = [.init("config: data", "0a1b")]
    return try #require(RecipeFence(document))
  }

  @Test(
    "it is found again as it was, whatever it holds",
    arguments: [
      "config:\n", "text: |2-\n  ```yaml\n  a: 1\n  ```\nconfig:\n", "text: \"````\"\nconfig: {}\n",
      "a: ~~~\n",
    ]
  )
  func roundTrip(text: String) throws {
    let fence = try Self.fence(text)
    let report = "# A\n\n```sh\nrun\n```\n\n<details>\n\n\(fence.markdown)\n</details>\n"
    for report in [
      report, report.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n"),
    ] {
      let found = try #require(RecipeFence(in: report))
      #expect(found.text == "# recipe: news\n# measured under: config: data = 0a1b\n" + text)
      #expect(found.name == "news" && found.measuredUnder == fence.measuredUnder)
      #expect(found.linesBefore == 9)
    }
  }

  @Test("of several the last is it; one without an end, or within another block, is none")
  func which() throws {
    let (first, last) = (try Self.fence("a: 1\n").markdown, try Self.fence("b: 2\n").markdown)
    #expect(RecipeFence(in: "\(first)\n\(last)\n")?.text.hasSuffix("\nb: 2\n") == true)
    #expect(RecipeFence(in: last.dropLast(4) + "\n") == nil)
    #expect(RecipeFence(in: "~~~\n\(last)\n~~~\n") == nil)
    #expect(RecipeFence(in: last.replacing("towerbook-recipe", with: "")) == nil)
    #expect(RecipeFence(ReportDocument(title: "t")) == nil)
  }
}
