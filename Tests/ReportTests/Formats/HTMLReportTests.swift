import Foundation
import Report
import Testing

@Suite("A report as a page")
struct HTMLReportTests {
  private let html: String
  private let page: PageReading

  init() throws {
    let files = HTMLReport().files(of: hostileDocument())
    #expect(files.map(\.name) == ["report.html"])
    html = files[0].text
    page = PageReading(html)
  }

  @Test("it is well-formed, whatever stands in it, and the same each time")
  func wellFormed() {
    #expect(page.problem == nil)
    #expect(HTMLReport().files(of: hostileDocument())[0].text == html)
    let nothing = HTMLReport().files(of: ReportDocument(title: ""))[0].text
    #expect(PageReading(nothing).problem == nil && nothing.contains("<title>Report</title>"))
  }

  @Test(
    "text stays text: one script, one style of the page and one of each picture, no element and no attribute of anybody else"
  )
  func escaping() {
    #expect(page.all("script").count == 1 && page.all("style").count == 1 + page.all("svg").count)
    #expect(page.all("b").allSatisfy { !$0.text.hasPrefix("5 > 3") })
    #expect(
      page.elements.allSatisfy { $0.attributes.keys.allSatisfy { !$0.hasPrefix("on") && $0 != "style" } }
    )
    let title = "Title " + hostile.replacing("\u{1}", with: "") + " # two"
    #expect(page.all("h1").map(\.text) == [title])
    #expect(page.all("title").first?.text == title)
    #expect(page.all("code").contains { $0.text == hostile.replacing("\u{1}", with: "") })
  }

  @Test("ids are unique, and what is linked or pointed to is there")
  func ids() {
    let ids = page.values("id")
    #expect(Set(ids).count == ids.count && !ids.contains(""))
    let links = page.values("href").filter { $0.hasPrefix("#") }.map { String($0.dropFirst()) }
    let labels = page.values("aria-labelledby").flatMap { $0.split(separator: " ").map(String.init) }
    let patterns = page.values("fill").filter { $0.hasPrefix("url(#") }.map {
      String($0.dropFirst(5).dropLast())
    }
    #expect(links.count == 6 && labels.count == 6 && patterns.count >= 3)
    for target in links + labels + patterns { #expect(ids.contains(target), "\(target)") }
    // A heading of the prose had the cell's anchor first, as on code hosts.
    #expect(ids.contains("eval") && ids.contains("eval-1") && ids.contains("eval-2"))
  }

  @Test("nothing is asked of a network, and only what stands in the page runs")
  func policy() {
    let policy = page.all("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
    let content = policy?.attributes["content"] ?? ""
    #expect(
      content.wholeMatch(
        of: #/default-src 'none'; script-src 'sha256-.{43}='; style-src( 'sha256-[^']{43}=')+; .*/#
      ) != nil
    )
    let sheets = Set(page.all("style").map(\.text))
    #expect(content.split(separator: "'sha256-").count - 1 == 1 + sheets.count)
    #expect(!content.contains("unsafe") && !content.contains("http"))
    #expect(page.values("src") == [] && page.all("link").isEmpty)
  }

  @Test("it can be found one's way in without seeing it")
  func landmarks() {
    for name in ["main", "nav", "footer", "h1"] { #expect(page.all(name).count == 1, "\(name)") }
    #expect(page.all("html").first?.attributes["lang"] == "en")
    let pictures = page.all("svg")
    #expect(pictures.count == 3 && page.all("title").count == 4 && page.all("desc").count == 3)
    #expect(pictures.allSatisfy { $0.attributes["role"] == "img" })
    let levels = page.elements.compactMap { element in
      element.name.wholeMatch(of: /h([1-6])/).flatMap { Int($0.1) }
    }
    #expect(zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 }, "\(levels)")
  }

  @Test("the first page: figures large, facts as a list, warnings as links to where they stand")
  func firstPage() {
    let values = page.elements.filter { $0.attributes["class"] == "value" }.map(\.text)
    #expect(values == ["0.195", "0.042", "+0.153"])
    #expect(
      page.elements.first { $0.attributes["class"] == "verdict better" }?.text == "better, and not by luck"
    )
    #expect(page.all("dt").map(\.text) == ["Data", "Expected", "Set", "Again"])
    let warnings = page.values("href").filter { $0.contains(".warning.") }
    #expect(warnings == ["#eval-1.warning.0", "#eval-1.warning.1"])
    let first = page.elements.first { $0.attributes["id"] == "eval-1.warning.0" }
    #expect(first?.text.contains("Before the run: ") == true && first?.attributes["role"] == "note")
  }

  @Test("numbers keep their value, and rows under one label are a group")
  func tables() {
    let table =
      html.firstRange(of: "<table class=\"sorts\">").map { html[$0.lowerBound...].prefix(3000) } ?? ""
    #expect(table.contains("<td class=\"number\" data-value=\"0.5\">0.500</td>"))
    #expect(table.contains("<td class=\"number\" data-value=\"1234.0\">1,234</td>"))
    #expect(table.contains("<td class=\"number\">–</td>"))
    #expect(table.contains("<th scope=\"rowgroup\" rowspan=\"3\""))
    #expect(table.contains("<td>1<br/>2</td>"))
  }
}
