import Foundation
import Report
import Testing

@Suite("A report as a notebook")
struct NotebookReportTests {
  private typealias Object = [String: Any]
  private let cells: [[String: Any]]
  private let notebook: [String: Any]

  init() throws {
    let files = try NotebookReport().files(of: hostileDocument())
    #expect(files.map(\.name) == ["report.ipynb"])
    let read = try JSONSerialization.jsonObject(with: Data(files[0].text.utf8))
    notebook = try #require(read as? [String: Any])
    cells = try #require(notebook["cells"] as? [[String: Any]])
    #expect(try NotebookReport().files(of: hostileDocument())[0].text == files[0].text)
  }

  private func source(_ cell: Object) -> String { (cell["source"] as? [String] ?? []).joined() }

  @Test("the recipe's cells are its cells, numbered, with the YAML they stand for")
  func arrangement() {
    #expect(notebook["nbformat"] as? Int == 4 && notebook["nbformat_minor"] as? Int == 5)
    #expect(
      cells.map { $0["id"] as? String } == [
        "report", "eval-text", "eval", "eval-note", "gr--e-text", "gr--e", "environment",
      ]
    )
    let code = cells.filter { $0["cell_type"] as? String == "code" }
    #expect(code.map { $0["execution_count"] as? Int } == [1, 2])
    #expect(code.allSatisfy { ($0["metadata"] as? [String: String]) == ["language": "yaml"] })
    #expect(source(code[0]).hasPrefix("eval:\n  k: [5, 10]\n  name: \"<b>"))
    #expect(source(code[1]) == "index as größe:")
    #expect(source(cells[0]).hasPrefix("# Title \\<b>5 > 3\\</b> "))
    #expect(source(cells[3]).hasPrefix("After "))
  }

  @Test("what came of a cell is shown without running it: Markdown, tables as HTML, plots as pictures")
  func outputs() throws {
    let outputs = try #require(cells[2]["outputs"] as? [Object])
    let forms = outputs.map { ($0["data"] as? Object ?? [:]).keys.sorted() }
    let text = ["text/markdown", "text/plain"]
    let table = ["text/html", "text/markdown", "text/plain"]
    #expect(forms == [text, table, ["image/svg+xml"] + text, text, table, text])
    #expect(outputs.allSatisfy { $0["output_type"] as? String == "display_data" })
    func shown(_ place: Int, _ form: String) -> String {
      ((outputs[place]["data"] as? Object)?[form] as? [String] ?? []).joined()
    }
    #expect(PageReading(shown(1, "text/html")).problem == nil && shown(1, "text/html").hasPrefix("<table>\n"))
    #expect(!shown(1, "text/html").contains("<script") && !shown(1, "text/html").contains("class="))
    #expect(PageReading(shown(2, "image/svg+xml")).problem == nil)
    #expect(shown(2, "text/markdown").contains("](data:image/svg+xml;base64,PHN2"))
    #expect(
      shown(0, "text/markdown").hasPrefix("<details>\n<summary>One setting as it is by default</summary>")
    )
    #expect(shown(3, "text/markdown").contains("> **Warning**\n>\n> **Bold "))
    #expect(!shown(3, "text/markdown").contains("[!"))
    #expect(shown(5, "text/markdown").hasSuffix("*Taken from the cache; computed in 1.50 s.*\n"))
  }

  @Test("names of cells are unique and as notebooks may have them, however long or strange ids are")
  func names() throws {
    var document = ReportDocument(title: "t")
    let long = String(repeating: "ab", count: 60)
    document.cells = ["a", "a-text", "ä", "ö", long, long + "c", "a_b-c"].map {
      ReportDocument.Cell(id: $0, step: "s", blocks: [], seconds: 0, isCached: false)
    }
    let text = try NotebookReport().files(of: document)[0].text
    let read = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? Object
    let ids = (read?["cells"] as? [Object] ?? []).compactMap { $0["id"] as? String }
    #expect(ids.count == 16 && Set(ids).count == 16)
    #expect(ids.allSatisfy { $0.wholeMatch(of: /[a-zA-Z0-9_-]{1,64}/) != nil })
  }
}
