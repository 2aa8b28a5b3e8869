import Testing

@testable import Report

@Suite("Prose on a page")
struct ProseTests {
  @Test(
    "GitHub's Markdown is read, raw HTML is left out, and what would ask a network is a link",
    arguments: [
      ("a *b* ~~c~~ `d`", "<p>a <em>b</em> <del>c</del> <code>d</code></p>\n"),
      ("# A *b*\n## C", "<h3><span id=\"A b\"></span>A <em>b</em></h3>\n<h4><span id=\"C\"></span>C</h4>\n"),
      ("<script>alert(1)</script>", "<!-- raw HTML omitted -->\n"),
      (
        "a <b onclick=\"x\">c</b><br>d",
        "<p>a <!-- raw HTML omitted -->c<!-- raw HTML omitted --><br />\nd</p>\n"
      ),
      ("[a](javascript:alert(1))", "<p><a href=\"\">a</a></p>\n"),
      ("[a](b/c.md) ![d](e.png)", "<p><a href=\"b/c.md\">a</a> <img src=\"e.png\" alt=\"d\" /></p>\n"),
      ("![far *off*](HTTPS://x.org/e.png)", "<p><a href=\"HTTPS://x.org/e.png\">far <em>off</em></a></p>\n"),
      ("![f](//x.org/e.png)", "<p><a href=\"//x.org/e.png\">f</a></p>\n"),
      ("https://x.org", "<p><a href=\"https://x.org\">https://x.org</a></p>\n"),
      (
        "- [x] a\n- [ ] b",
        """
        <ul>
        <li><span role="img" aria-label="done">☑</span> a</li>
        <li><span role="img" aria-label="to do">☐</span> b</li>
        </ul>

        """
      ),
      (
        "> [!WARNING]\n> Take *care*.",
        "<div class=\"note warning\" role=\"note\">\n<p class=\"kind\">Warning</p>\n<p>Take <em>care</em>.</p>\n</div>\n"
      ),
      ("> [!OTHER]\n> x", "<blockquote>\n<p>[!OTHER]\nx</p>\n</blockquote>\n"),
      ("> [!NOTE] x", "<blockquote>\n<p>[!NOTE] x</p>\n</blockquote>\n"),
      ("a\u{1}\u{0}b\u{FFFE}", "<p>ab</p>\n"), ("", ""),
      ("```\nopen & <b>", "<pre><code>open &amp; &lt;b&gt;\n</code></pre>\n"),
    ]
  )
  func documents(markdown: String, html: String) {
    #expect(CommonMark.html(markdown, headingShift: 2) { $0 } == html)
  }

  @Test("a wide table scrolls in its own box")
  func wideTable() {
    let html = CommonMark.html("| a |\n|--:|\n| 1 |", headingShift: 0) { $0 }
    #expect(html.hasPrefix("<div class=\"scroll\">\n<table>") && html.contains("<td align=\"right\">1</td>"))
  }

  @Test(
    "in a line nothing is a block",
    arguments: [
      ("# a", "# a"), ("- a", "- a"), ("1. a", "1. a"), ("    a", "a"), ("> a", "&gt; a"),
      ("**a** b", "<strong>a</strong> b"),
      ("**`a`**", "<strong><code>a</code></strong>"), ("a\nb", "a<br />\nb"), ("[a]: b", "[a]: b"), ("", ""),
      ("[a](b)", "<a href=\"b\">a</a>"),
    ]
  )
  func lines(markdown: String, html: String) { #expect(CommonMark.inline(markdown) == html) }

  @Test("a line that is a link itself has none within")
  func linkless() {
    let html = CommonMark.inline("a [*b*](c) https://x.org", hasLinks: false)
    #expect(html == "a <em>b</em> https://x.org")
  }

  @Test(
    "a cell is sorted by the number it shows",
    arguments: [
      ("0.195 [0.185, 0.204]", 0.195), ("1,234", 1234), ("−3.5 %", -3.5), ("+0.152", 0.152),
      ("1 min 12 s", 72),
      ("840 µs", 840e-6), ("13.8 MB", 13.8e6), ("763 B", 763), ("1.2e-05", 1.2e-5), (".5", 0.5), ("3–4", nil),
      ("0.664 ± 0.001", 0.664), ("12 (of 20)", 12), ("5 clicks", nil), ("2026-11-25", nil), ("two", nil),
      ("", nil),
    ] as [(String, Double?)]
  )
  func sortValues(text: String, value: Double?) {
    let found = SortValue.number(in: text)
    #expect(found.map { abs($0 - (value ?? .nan)) < 1e-12 * max(1, abs($0)) } ?? (value == nil))
  }
}
