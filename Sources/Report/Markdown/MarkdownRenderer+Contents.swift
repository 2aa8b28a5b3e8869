extension MarkdownRenderer {
  /// A nested list of links to the headings, with the anchors GitHub gives them.
  ///
  /// A single heading of level 1 is the document's title and is left out. Headings inside prose and notes are
  /// not listed but counted, since they too take anchors.
  package func tableOfContents(_ blocks: [Block]) -> String {
    let headings = headings(blocks)
    let titles = headings.filter { $0.level == 1 }.count
    return list(headings.filter { $0.level > 1 || titles > 1 })
  }

  /// The headings among `blocks` in order, with the anchors GitHub gives them; those inside prose, notes and details are
  /// counted only.
  package func headings(_ blocks: [Block]) -> [(level: Int, text: String, slug: String)] {
    var slugs = HeadingSlugs()
    var entries: [(level: Int, text: String, slug: String)] = []
    for block in blocks {
      if case .heading(let level, let text) = block {
        let title = MarkdownText.trimmed(MarkdownText.singleLine(text))
        entries.append((min(max(level, 1), 6), title, slugs.next(title)))
      } else {
        count(block, &slugs)
      }
    }
    return entries
  }

  private func count(_ block: Block, _ slugs: inout HeadingSlugs) {
    switch block {
    case .heading(_, let text): _ = slugs.next(MarkdownText.trimmed(MarkdownText.singleLine(text)))
    case .prose(let text), .note(_, let text):
      for heading in ProseScan(MarkdownText.normalised(text)).headings {
        _ = slugs.next(MarkdownText.trimmed(MarkdownText.plain(heading)))
      }
    case .details(_, let blocks): for block in blocks { count(block, &slugs) }
    case .table, .plot, .picture, .code: break
    }
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
