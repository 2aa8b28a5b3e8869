/// Blocks as GitHub-flavoured Markdown that reads well both raw and rendered.
package struct MarkdownRenderer: Sendable {
  private let hasAlerts: Bool

  /// Makes a renderer.
  ///
  /// - Parameter hasAlerts: whether notes are alerts, as code hosts read them, in place of quotes that begin with what they
  ///   are in bold.
  package init(hasAlerts: Bool = true) { self.hasAlerts = hasAlerts }

  /// The whole document, blocks parted by blank lines, ended by one newline; no blocks give an empty text.
  ///
  /// - Parameters:
  ///   - blocks: what to show, in order. Headings, captions and text cells are plain text and escaped;
  ///     prose, notes and Markdown cells pass through, with what they leave open closed.
  ///   - plotPath: where the file of a plot stands, as a path relative to the document.
  ///   - picturePath: where that of a picture does.
  package func render(
    _ blocks: [Block],
    plotPath: (Plot) -> String,
    picturePath: (Picture) -> String = \.file
  ) -> String {
    let parts = blocks.map { render($0, plotPath, picturePath) }.filter { !$0.isEmpty }
    return parts.isEmpty ? "" : parts.joined(separator: "\n\n") + "\n"
  }

  private func render(_ block: Block, _ plotPath: (Plot) -> String, _ picturePath: (Picture) -> String)
    -> String
  {
    switch block {
    case .heading(let level, let text): heading(level: level, text)
    case .prose(let text): prose(text)
    case .table(let table): self.table(table)
    case .plot(let plot):
      "![\(MarkdownText.escapedLabel(plot.description))](\(linkTarget(plotPath(plot))))"
    case .picture(let picture):
      "![\(MarkdownText.escapedLabel(picture.description))](\(linkTarget(picturePath(picture))))"
    case .code(let language, let text): code(language: language, text)
    case .note(let kind, let text): note(kind, text)
    case .details(let summary, let blocks):
      details(summary, render(blocks, plotPath: plotPath, picturePath: picturePath))
    }
  }

  /// Folded on code hosts; blank lines around the blocks let these be read as Markdown.
  private func details(_ summary: String, _ body: String) -> String {
    let line = MarkdownText.escapedHTML(MarkdownText.singleLine(summary))
    return "<details>\n<summary>\(line)</summary>\n\n\(body)\n</details>"
  }

  private func heading(level: Int, _ text: String) -> String {
    var title = MarkdownText.trimmed(MarkdownText.escaped(text))
    // Trailing marks would be read as the heading's end and vanish.
    if title.hasSuffix("#") { title = title.dropLast() + "\\#" }
    return String(repeating: "#", count: min(max(level, 1), 6)) + (title.isEmpty ? "" : " " + title)
  }

  /// Prose without blank lines at its ends, and with its open fences closed.
  private func prose(_ text: String) -> String {
    var lines = MarkdownText.normalised(text).split(separator: "\n", omittingEmptySubsequences: false)
    while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
    let body = lines.drop { $0.allSatisfy(\.isWhitespace) }.joined(separator: "\n")
    guard !body.isEmpty else { return "" }
    return ([body] + ProseScan(body).closers).joined(separator: "\n")
  }

  private func code(language: String, _ text: String) -> String {
    let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: text) + 1))
    let info = MarkdownText.singleLine(language).split(separator: " ").first?.filter { $0 != "`" } ?? ""
    let body = MarkdownText.normalised(text)
    return fence + info + "\n" + body + (body.isEmpty || body.hasSuffix("\n") ? "" : "\n") + fence
  }

  private func note(_ kind: NoteKind, _ text: String) -> String {
    let lines = prose(text).split(separator: "\n", omittingEmptySubsequences: false)
    let name = kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst()
    let head = hasAlerts ? ["> [!\(kind.rawValue.uppercased())]"] : ["> **\(name)**", ">"]
    return (head + lines.map { $0.isEmpty ? ">" : "> " + $0 })
      .joined(separator: "\n")
  }

  private func longestRun(of mark: Character, in text: String) -> Int {
    var longest = 0
    var run = 0
    for character in text {
      run = character == mark ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }

  /// A path with every byte percent-encoded that would end or change a link.
  private func linkTarget(_ path: String) -> String {
    let hexadecimal = Array("0123456789ABCDEF")
    var result = ""
    for byte in path.utf8 {
      let isSafe =
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "/._-~+,;=@:".utf8.contains(byte)
        }
      if isSafe {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        result += "%" + String([hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]])
      }
    }
    return result
  }
}
