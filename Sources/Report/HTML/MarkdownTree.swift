import CCmark

/// Markdown as cmark-gfm read it, and what a page changes of it. It is valid as long as its parser.
struct MarkdownTree {
  typealias Node = OpaquePointer

  let root: Node
  let extensions: UnsafeMutablePointer<cmark_llist>?

  /// It as HTML.
  var html: String {
    guard let raw = cmark_render_html(root, CMARK_OPT_DEFAULT, extensions) else { return "" }
    defer { cmark_get_default_mem_allocator().pointee.free(raw) }
    return Self.withReadableTasks(String(cString: raw))
  }

  /// Boxes that cannot be ticked are no form: a sign with a name says it to everyone.
  private static func withReadableTasks(_ html: String) -> String {
    // Text has no bare <, so that nobody's text is taken for a box.
    html.replacing(
      #"<input type="checkbox" checked="" disabled="" />"#,
      with: #"<span role="img" aria-label="done">☑</span>"#
    )
    .replacing(
      #"<input type="checkbox" disabled="" />"#,
      with: #"<span role="img" aria-label="to do">☐</span>"#
    )
  }

  /// Lets headings stand lower, and gives each an id.
  func lowerHeadings(by shift: Int, anchor: (String) -> String) {
    for heading in nodes(CMARK_NODE_HEADING) {
      cmark_node_set_heading_level(heading, min(cmark_node_get_heading_level(heading) + Int32(shift), 6))
      guard let mark = cmark_node_new(CMARK_NODE_CUSTOM_INLINE) else { continue }
      let id = HTMLText.escaped(anchor(text(of: heading)))
      cmark_node_set_on_enter(mark, "<span id=\"\(id)\"></span>")
      if cmark_node_prepend_child(heading, mark) == 0 { cmark_node_free(mark) }
    }
  }

  /// Makes what GitHub makes of alerts and of `<br>`, lets wide tables scroll, and images of other hosts links.
  func adapt() {
    for quote in nodes(CMARK_NODE_BLOCK_QUOTE) { adaptAlert(quote) }
    for tag in nodes(CMARK_NODE_HTML_INLINE) {
      guard literal(tag).wholeMatch(of: /<br\s*\/?>/.ignoresCase()) != nil else { continue }
      replace(tag, by: cmark_node_new(CMARK_NODE_LINEBREAK))
    }
    for table in all where String(cString: cmark_node_get_type_string(table)) == "table" {
      wrap(table, "<div class=\"scroll\">", "</div>")
    }
    for image in nodes(CMARK_NODE_IMAGE) where isRemote(image) {
      let link = cmark_node_new(CMARK_NODE_LINK)
      cmark_node_set_url(link, cmark_node_get_url(image))
      moveChildren(of: image, to: link)
      replace(image, by: link)
    }
  }

  /// Leaves of links what is read.
  func unwrapLinks() {
    for link in nodes(CMARK_NODE_LINK) {
      while let child = cmark_node_first_child(link) { cmark_node_insert_before(link, child) }
      cmark_node_free(link)
    }
  }

  private func adaptAlert(_ quote: Node) {
    guard let paragraph = cmark_node_first_child(quote),
      cmark_node_get_type(paragraph) == CMARK_NODE_PARAGRAPH
    else { return }
    var line: [Node] = []
    var next = cmark_node_first_child(paragraph)
    while let node = next, cmark_node_get_type(node) == CMARK_NODE_TEXT {
      line.append(node)
      next = cmark_node_next(node)
    }
    if let next, cmark_node_get_type(next) != CMARK_NODE_SOFTBREAK { return }
    let words = MarkdownText.trimmed(line.map(literal).joined())
    guard words.hasPrefix("[!"), words.hasSuffix("]"),
      let kind = NoteKind(rawValue: words.dropFirst(2).dropLast().lowercased()),
      let box = cmark_node_new(CMARK_NODE_CUSTOM_BLOCK)
    else { return }
    (line + [next].compactMap { $0 }).forEach(cmark_node_free)
    cmark_node_set_on_enter(box, HTMLText.noteStart(kind))
    cmark_node_set_on_exit(box, HTMLText.noteEnd)
    moveChildren(of: quote, to: box)
    replace(quote, by: box)
  }

  private func isRemote(_ image: Node) -> Bool {
    let url = cmark_node_get_url(image).map { String(cString: $0) } ?? ""
    return url.hasPrefix("//") || url.prefixMatch(of: /https?:/.ignoresCase()) != nil
  }
}

extension MarkdownTree {
  /// The nodes in the order they are read.
  private var all: [Node] {
    var found: [Node] = []
    let walk = cmark_iter_new(root)
    defer { cmark_iter_free(walk) }
    while true {
      let event = cmark_iter_next(walk)
      if event == CMARK_EVENT_DONE { return found }
      if event == CMARK_EVENT_ENTER, let node = cmark_iter_get_node(walk) { found.append(node) }
    }
  }

  private func nodes(_ type: cmark_node_type) -> [Node] { all.filter { cmark_node_get_type($0) == type } }

  private func literal(_ node: Node) -> String {
    cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
  }

  /// What is read of a node.
  private func text(of node: Node) -> String {
    MarkdownTree(root: node, extensions: nil).all.map { part in
      let isText = [CMARK_NODE_TEXT, CMARK_NODE_CODE].contains(cmark_node_get_type(part))
      return isText ? literal(part) : ""
    }.joined()
  }

  private func wrap(_ node: Node, _ start: String, _ end: String) {
    guard let box = cmark_node_new(CMARK_NODE_CUSTOM_BLOCK) else { return }
    cmark_node_set_on_enter(box, start)
    cmark_node_set_on_exit(box, end)
    guard cmark_node_insert_before(node, box) == 1 else { return cmark_node_free(box) }
    cmark_node_append_child(box, node)
  }

  private func moveChildren(of node: Node, to other: Node?) {
    while let child = cmark_node_first_child(node) { cmark_node_append_child(other, child) }
  }

  private func replace(_ node: Node, by other: Node?) {
    guard let other, cmark_node_insert_before(node, other) == 1 else { return }
    cmark_node_free(node)
  }
}
