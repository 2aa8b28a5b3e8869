import Testing

@testable import Report

@Suite("Text as code in Markdown")
struct MarkdownCodeTests {
  /// What a reader of CommonMark makes of each was looked up in its specification, section 6.3, examples 328 to 349.
  @Test(
    "no backtick in it ends it",
    arguments: [
      ("user_id", "`user_id`"), ("a`b", "``a`b``"), ("a``b", "```a``b```"), ("`", "`` ` ``"), ("a`", "`` a` ``"),
      ("`<script>`", "`` `<script>` ``"), ("a``b`c", "```a``b`c```"), (" a ", "`  a  `"), (" a", "` a`"),
      ("a\nb\u{7}", "`a b`"), ("", ""), ("  ", "  "), ("</code><b>", "`</code><b>`"),
    ]
  )
  func code(text: String, markdown: String) { #expect(MarkdownText.code(text) == markdown) }
}
