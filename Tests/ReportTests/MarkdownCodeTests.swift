import Testing

@testable import Report

@Suite("Text as code in Markdown")
struct MarkdownCodeTests {
  /// By CommonMark 0.29, section 6.3: what a reader takes off is two equal runs of backticks, and a blank at each end.
  @Test(
    "no backtick in it ends it",
    arguments: [
      ("user_id", "`user_id`"), ("a`b", "``a`b``"), ("a``b", "```a``b```"), ("`", "`` ` ``"),
      ("a`", "`` a` ``"),
      ("`<script>`", "`` `<script>` ``"), ("a``b`c", "```a``b`c```"), (" a ", "`  a  `"), (" a", "` a`"),
      ("a\nb\u{7}", "`a b`"), ("", ""), ("  ", "  "), ("</code><b>", "`</code><b>`"),
    ]
  )
  func code(text: String, markdown: String) { #expect(MarkdownText.code(text) == markdown) }
}
