import Report
import Testing

private func render(_ blocks: Block...) -> String {
  MarkdownRenderer().render(blocks) { "plots/\($0.name).svg" }
}

@Suite("Markdown")
struct MarkdownRendererTests {
  @Test("a whole report")
  func wholeReport() {
    let plot = Plot(
      name: "train-loss",
      title: "Loss",
      description: "The loss falls from 7.84 to 6.93.",
      x: .init("epoch"),
      y: .init("loss"),
      series: []
    )
    let table = Table(
      caption: "First rows",
      columns: [
        .init("user_id"), .init("clicks", .trailing), .init("rate", .trailing), .init("kind", .center),
      ],
      rows: [
        [.text("u1"), .int(364_047), .real(0.55, digits: 3), .markdown("`a`")],
        [.text("新闻"), .int(-5), .real(.nan, digits: 3), .empty],
      ]
    )
    let expected = """
      # News

      Some *prose*
      on two lines.

      ## train

      **First rows**

      | user_id |  clicks |  rate | kind |
      | :------ | ------: | ----: | :--: |
      | u1      | 364,047 | 0.550 | `a`  |
      | 新闻    |      -5 |     – |      |

      ![The loss falls from 7.84 to 6.93.](plots/train-loss.svg)

      ```yaml
      train:
        epochs: 3
      ```

      > [!WARNING]
      > Loss is at chance.
      >
      > Look at the seed.

      """
    #expect(
      render(
        .heading(level: 1, text: "News"),
        .prose("\n\nSome *prose*\r\non two lines.\n\n"),
        .heading(level: 2, text: "train"),
        .table(table),
        .plot(plot),
        .code(language: "yaml", text: "train:\n  epochs: 3\n"),
        .note(kind: .warning, text: "Loss is at chance.\n\nLook at the seed.")
      ) == expected
    )
  }

  @Test("nothing gives nothing")
  func empty() {
    #expect(render() == "")
    #expect(render(.prose("  \n"), .table(Table(columns: [], rows: []))) == "")
  }

  @Test(
    "plain text in cells is escaped where Markdown would read it, and only there",
    arguments: [
      ("a|b", "a\\|b"), ("one\ntwo\r\nthree", "one<br>two<br>three"), ("`x`", "\\`x\\`"),
      ("<script>", "\\<script>"), ("a < b", "a < b"), ("user_id a__b", "user_id a__b"),
      ("__init__", "\\_\\_init\\_\\_"), ("_x_", "\\_x\\_"),
      ("*x* 2 * 3", "\\*x\\* 2 * 3"), ("[64, 32]", "[64, 32]"), ("[a](b)", "[a\\](b)"), ("&amp;", "\\&amp;"),
      ("R&D", "R&D"), ("C:\\dir\\*", "C:\\dir\\\\\\*"), ("~5", "~5"), ("~~x~~", "\\~\\~x\\~\\~"),
      ("$5", "$5"),
      ("$x$", "\\$x\\$"), ("  \u{7}x ", "x"), ("a\\|b", "a\\\\\\|b"), ("# - 1.", "# - 1."),
    ]
  )
  func cells(text: String, expected: String) {
    let lines = render(.table(Table(columns: [.init("")], rows: [[.text(text)]]))).split(separator: "\n")
    let padding = String(repeating: " ", count: max(0, 4 - expected.count))
    #expect(lines.last.map(String.init) == "| \(expected)\(padding) |")
  }

  @Test("Markdown cells pass through, but cannot end the cell or the row")
  func markdownCells() {
    let table = Table(columns: [.init("a|b")], rows: [[.markdown("**x** | `a\\|b`\ny")]])
    #expect(
      render(.table(table)) == #"""
        | a\|b                 |
        | :------------------- |
        | **x** \| `a\|b`<br>y |

        """#
    )
  }

  @Test("one very long cell does not widen every row")
  func longCell() {
    let long = String(repeating: "x", count: 80)
    let table = Table(
      columns: [.init("t"), .init("n", .trailing)],
      rows: [[.text(long), .int(1)], [.text("y")]]
    )
    #expect(
      render(.table(table)) == """
        | t    |    n |
        | :--- | ---: |
        | \(long) |    1 |
        | y    |      |

        """
    )
  }

  @Test("a fence is longer than any fence within")
  func fences() {
    #expect(render(.code(language: "md", text: "````\nx\n````")) == "`````md\n````\nx\n````\n`````\n")
    #expect(render(.code(language: "`a b\nc", text: "")) == "```a\n```\n")
  }

  @Test("headings are plain text on one line")
  func headings() {
    #expect(render(.heading(level: 2, text: "index as *hnsw*\nC #")) == "## index as \\*hnsw\\* C \\#\n")
    #expect(render(.heading(level: 9, text: "deep")) == "###### deep\n")
  }

  @Test("descriptions and paths cannot leave their brackets")
  func images() {
    let plot = Plot(
      name: "a (1)] é",
      title: "",
      description: "see [x](y)\n![z] \\[",
      x: .init(""),
      y: .init(""),
      series: []
    )
    #expect(render(.plot(plot)) == "![see \\[x\\](y) !\\[z\\] \\\\\\[](plots/a%20%281%29%5D%20%C3%A9.svg)\n")
  }

  @Test(
    "prose is closed where it leaves something open",
    arguments: [
      ("```\ncode", "```\ncode\n```"),
      ("~~~~ text\n~~~\n```", "~~~~ text\n~~~\n```\n~~~~"),
      ("```\na\n```", "```\na\n```"),
      ("```\na\n``` b", "```\na\n``` b\n```"),
      ("a ``` b", "a ``` b"),
      ("``` a`b", "``` a`b"),
      ("- item\n\n  ```\n  x", "- item\n\n  ```\n  x\n  ```"),
      ("- item\n\n  ```\n  x\n\nafter", "- item\n\n  ```\n  x\n\nafter"),
      ("1. ```\n   x", "1. ```\n   x\n   ```"),
      ("text\n\n    ```", "text\n\n    ```"),
      ("> ```\n> x", "> ```\n> x"),
      ("<!-- hidden", "<!-- hidden\n-->"),
      ("<!-- a --> b", "<!-- a --> b"),
      ("<pre>\n```", "<pre>\n```\n</pre>"),
      ("<details><summary>x</summary>\n\ny", "<details><summary>x</summary>\n\ny\n\n</details>"),
      ("<details>\n\ny\n\n</details>", "<details>\n\ny\n\n</details>"),
    ]
  )
  func openProse(text: String, expected: String) {
    #expect(render(.prose(text)) == expected + "\n")
  }

  @Test("an open fence in a note is closed within the note")
  func openNote() {
    #expect(render(.note(kind: .tip, text: "```\nx")) == "> [!TIP]\n> ```\n> x\n> ```\n")
  }
}
