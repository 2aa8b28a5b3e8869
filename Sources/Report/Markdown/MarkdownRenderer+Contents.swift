extension MarkdownRenderer {
  /// A nested list of links to the headings, with the anchors GitHub gives them.
  ///
  /// A single heading of level 1 is the document's title and is left out. Headings inside prose and notes are
  /// not listed but counted, since they too take anchors.
  package func tableOfContents(_ blocks: [Block]) -> String {
    let titles = blocks.filter { if case .heading(1, _) = $0 { true } else { false } }.count
    var slugs = HeadingSlugs()
    var entries: [(level: Int, text: String, slug: String)] = []
    for block in blocks {
      switch block {
      case .heading(let level, let text):
        let title = MarkdownText.trimmed(MarkdownText.singleLine(text))
        let slug = slugs.next(title)
        if level > 1 || titles > 1 { entries.append((min(max(level, 1), 6), title, slug)) }
      case .prose(let text), .note(_, let text):
        for heading in ProseScan(MarkdownText.normalised(text)).headings {
          _ = slugs.next(MarkdownText.trimmed(MarkdownText.plain(heading)))
        }
      case .table, .plot, .code: break
      }
    }
    return list(entries)
  }

  /// List items two columns deeper a level; a heading that skips levels stands one below the one before it.
  private func list(_ entries: [(level: Int, text: String, slug: String)]) -> String {
    var open: [Int] = []
    var lines: [String] = []
    for entry in entries {
      while let last = open.last, last >= entry.level { open.removeLast() }
      let indent = String(repeating: "  ", count: open.count)
      lines.append("\(indent)- [\(MarkdownText.escapedLabel(entry.text))](#\(entry.slug))")
      open.append(entry.level)
    }
    return lines.joined(separator: "\n")
  }
}
