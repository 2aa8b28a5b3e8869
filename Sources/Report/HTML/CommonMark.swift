import CCmark

/// GitHub's Markdown as HTML that is well-formed XML too, by cmark-gfm with its tables, strikethrough, task lists and
/// autolinks. Raw HTML is left out, and links that would run something lead nowhere.
package enum CommonMark {
  /// The version of the library.
  package static var version: String { String(cString: cmark_version_string()) }

  private static let extensions = ["table", "strikethrough", "tasklist", "autolink"]
  // The library registers its extensions without a lock.
  private static let registered: Void = cmark_gfm_core_extensions_ensure_registered()

  /// A document.
  ///
  /// - Parameters:
  ///   - headingShift: by how much its headings stand lower than they were written.
  ///   - anchor: called with the text of each heading in order, gives its id.
  static func html(_ markdown: String, headingShift: Int, anchor: (String) -> String) -> String {
    parse(markdown) { tree in
      tree.lowerHeadings(by: headingShift, anchor: anchor)
      tree.adapt()
      return tree.html
    }
  }

  /// What stands in a line: no blocks are read, line ends are kept.
  static func inline(_ markdown: String, hasLinks: Bool = true) -> String {
    // A first character that is white space to emphasis, but not to blocks, keeps a line from being a list or a heading.
    let guarded = "\u{A0}"
    let line = MarkdownText.trimmed(MarkdownText.normalised(markdown)).replacing("\n", with: "<br>")
    let html = parse(guarded + line) { tree in
      tree.adapt()
      if !hasLinks { tree.unwrapLinks() }
      return tree.html
    }
    let (start, end) = ("<p>" + guarded, "</p>\n")
    guard html.hasPrefix(start), html.hasSuffix(end) else { return html }
    return String(html.dropFirst(start.count).dropLast(end.count))
  }

  private static func parse(_ markdown: String, _ body: (MarkdownTree) -> String) -> String {
    _ = registered
    let parser = cmark_parser_new(CMARK_OPT_DEFAULT)
    defer { cmark_parser_free(parser) }
    for name in extensions {
      if let found = cmark_find_syntax_extension(name) {
        cmark_parser_attach_syntax_extension(parser, found)
      }
    }
    let text = HTMLText.readable(MarkdownText.normalised(markdown))
    cmark_parser_feed(parser, text, text.utf8.count)
    guard let root = cmark_parser_finish(parser) else { return "" }
    defer { cmark_node_free(root) }
    return body(MarkdownTree(root: root, extensions: cmark_parser_get_syntax_extensions(parser)))
  }
}
