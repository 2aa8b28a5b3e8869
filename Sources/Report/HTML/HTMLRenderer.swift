/// Blocks as HTML that is well-formed XML too; what it gives ids to is numbered on from call to call.
package struct HTMLRenderer {
  private let prefix: String
  private var slugs = HeadingSlugs()
  private var plots = 0
  /// The style sheets of the pictures so far.
  private(set) var styles: [String] = []

  /// Makes a renderer.
  ///
  /// - Parameter prefix: letters and digits that the ids of pictures begin with, where a page has parts of more than one
  ///   renderer.
  package init(prefix: String = "") { self.prefix = prefix }

  /// The id of the next heading: the anchor that code hosts give it.
  package mutating func anchor(_ heading: String) -> String {
    let slug = slugs.next(MarkdownText.trimmed(MarkdownText.singleLine(heading)))
    // A heading of signs alone has no letter to make an anchor of.
    return slug.isEmpty ? "page.untitled" : slug
  }

  /// The blocks one after the other.
  ///
  /// - Parameters:
  ///   - level: of the heading they stand under; headings in prose are lower.
  ///   - warningID: what the ids of warnings that stand open begin with, before their number from 0; nil for no ids.
  package mutating func render(_ blocks: [Block], under level: Int, warningID: String? = nil) -> String {
    var warnings = 0
    return blocks.map { block in
      guard let warningID, case .note(.warning, let text) = block else { return render(block, level) }
      warnings += 1
      return note(.warning, text, level, id: "\(warningID)\(warnings - 1)")
    }.joined()
  }

  private mutating func render(_ block: Block, _ level: Int) -> String {
    switch block {
    case .heading(let own, let text): heading(level: max(own, level), text)
    case .prose(let text): prose(text, level)
    case .table(let table): HTMLTable(table).page
    case .plot(let plot): picture(plot)
    case .picture(let picture):
      "<figure><img alt=\"\(HTMLText.escapedLine(picture.description))\" src=\"\(picture.address)\"/></figure>\n"
    case .code(let language, let text): code(language: language, text)
    case .note(let kind, let text): note(kind, text, level, id: nil)
    case .details(let summary, let blocks):
      "<details>\n<summary>\(HTMLText.escapedLine(summary))</summary>\n"
        + "\(render(blocks, under: level))</details>\n"
    }
  }

  private mutating func heading(level: Int, _ text: String) -> String {
    let tag = "h\(min(max(level, 1), 6))"
    return "<\(tag) id=\"\(HTMLText.escaped(anchor(text)))\">\(HTMLText.escapedLine(text))</\(tag)>\n"
  }

  private mutating func prose(_ text: String, _ level: Int) -> String {
    var renderer = self
    defer { self = renderer }
    return CommonMark.html(text, headingShift: level) { renderer.anchor($0) }
  }

  private mutating func note(_ kind: NoteKind, _ text: String, _ level: Int, id: String?) -> String {
    HTMLText.noteStart(kind, id: id) + prose(text, level) + HTMLText.noteEnd
  }

  private mutating func picture(_ plot: Plot) -> String {
    plots += 1
    let picture = SVGRenderer(idPrefix: "\(prefix)p\(plots)-").picture(plot)
    styles.append(picture.style)
    return "<figure>\n\(picture.text)</figure>\n"
  }

  private func code(language: String, _ text: String) -> String {
    let name = HTMLText.escapedLine(language).split(separator: " ").first.map {
      " class=\"language-\($0)\""
    }
    return "<pre><code\(name ?? "")>\(HTMLText.escaped(text))</code></pre>\n"
  }
}
