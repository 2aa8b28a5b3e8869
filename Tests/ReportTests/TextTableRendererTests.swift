import Report
import Testing

@Suite("Tables in a terminal")
struct TextTableRendererTests {
  @Test("columns are aligned, numbers grouped, Markdown made plain")
  func aligned() {
    let table = Table(
      caption: "Plan",
      columns: [.init("step"), .init("rows", .trailing), .init("state", .center)],
      rows: [
        [.markdown("`split` **now**"), .int(1_200_000), .text("ok")],
        [.text("索引"), .real(0.5, digits: 3), .markdown("[cached](a.md)")],
        [.text("eval"), .real(.nan, digits: 2)],
      ]
    )
    #expect(
      TextTableRenderer.render(table) == """
        Plan
        step            rows  state
        ─────────  ─────────  ──────
        split now  1,200,000    ok
        索引           0.500  cached
        eval               –

        """
    )
  }

  @Test("escape sequences in data do not reach the terminal")
  func escapeSequences() {
    let table = Table(columns: [.init("a")], rows: [[.text("x\u{1B}[2J\ny\tz")]])
    #expect(TextTableRenderer.render(table) == "a\n────────\nx[2J y z\n")
  }

  @Test("a table without columns or rows is no trouble")
  func empty() {
    #expect(TextTableRenderer.render(Table(columns: [], rows: [])) == "")
    #expect(TextTableRenderer.render(Table(columns: [.init("k")], rows: [])) == "k\n─\n")
  }
}
