/// Reads prose as GitHub's Markdown would, far enough to know what it leaves open and which headings it has.
struct ProseScan {
  /// The lines that close what the prose left open, outermost last; often none.
  private(set) var closers: [String] = []
  /// The text of the headings outside of code, in order.
  private(set) var headings: [String] = []

  private struct Fence {
    var mark: Character
    var length: Int
    /// The columns before it, list items included.
    var indent: Int
    /// The columns of the list item it stands in.
    var container: Int
  }

  private var fence: Fence?
  private var htmlEnd: String?
  private var openDetails = 0
  /// The columns at which the contents of the open list items stand.
  private var containers: [Int] = []
  private var paragraph = ""

  /// Reads the whole prose, whose lines end in `\n`.
  init(_ prose: String) {
    for line in prose.split(separator: "\n", omittingEmptySubsequences: false) { read(line) }
    if let fence {
      let indent = String(repeating: " ", count: fence.indent)
      closers.append(indent + String(repeating: fence.mark, count: fence.length))
    }
    if let htmlEnd { closers.append(htmlEnd) }
    if openDetails > 0 {
      closers.append("")
      closers += Array(repeating: "</details>", count: openDetails)
    }
  }

  private mutating func read(_ line: Substring) {
    let indent = Self.indent(line)
    let isBlank = line.allSatisfy(\.isWhitespace)
    if let open = fence {
      // A fence ends with the list item it stands in, closed or not.
      guard !isBlank && indent < open.container else {
        if Self.closes(open, line, indent) { fence = nil }
        return
      }
      fence = nil
    }
    if let end = htmlEnd {
      if line.lowercased().contains(end) { htmlEnd = nil }
      return
    }
    guard !isBlank else {
      paragraph = ""
      return
    }
    while let last = containers.last, indent < last { containers.removeLast() }
    readContent(line, indent: indent)
  }

  private mutating func readContent(_ line: Substring, indent: Int) {
    var column = indent
    var rest = line.drop { $0 == " " || $0 == "\t" }
    var base = containers.last ?? 0
    // List items may open within one another on one line: "- 1. text".
    while column - base <= 3, let width = Self.listMarker(rest) {
      rest = rest.dropFirst(width)
      let spaces = Self.indent(rest)
      rest = rest.drop { $0 == " " || $0 == "\t" }
      // Five spaces and more after the marker are one space and indented code.
      let content = column + width + (rest.isEmpty || spaces > 4 ? 1 : spaces)
      column += width + spaces
      base = content
      containers.append(content)
      paragraph = ""
    }
    guard column - base <= 3 || !paragraph.isEmpty else { return }
    guard column - base <= 3 else { return }
    if let mark = rest.first, let length = Self.fenceLength(rest) {
      fence = Fence(mark: mark, length: length, indent: column, container: base)
      paragraph = ""
    } else if let heading = Self.heading(rest) {
      headings.append(heading)
      paragraph = ""
    } else if !paragraph.isEmpty && Self.isUnderline(rest) {
      headings.append(paragraph)
      paragraph = ""
    } else {
      paragraph = MarkdownText.trimmed(String(rest))
      if base == 0 { readHTML(rest) }
    }
  }

  private mutating func readHTML(_ rest: Substring) {
    let text = rest.lowercased()
    guard text.hasPrefix("<") else { return }
    openDetails = max(
      0,
      openDetails + Self.occurrences("<details", text) - Self.occurrences("</details", text)
    )
    if text.hasPrefix("<details") || text.hasPrefix("</details") { paragraph = "" }
    let kinds = [
      ("<!--", "-->"), ("<pre", "</pre>"), ("<script", "</script>"), ("<style", "</style>"),
      ("<textarea", "</textarea>"), ("<?", "?>"), ("<![cdata[", "]]>"),
    ]
    for (start, end) in kinds where text.hasPrefix(start) {
      htmlEnd = text.dropFirst(start.count).contains(end) ? nil : end
      paragraph = ""
      return
    }
  }
}

extension ProseScan {
  /// The columns of white space a line begins with; a tab goes on to the next multiple of four.
  private static func indent(_ line: Substring) -> Int {
    var columns = 0
    for character in line {
      if character == " " {
        columns += 1
      } else if character == "\t" {
        columns += 4 - columns % 4
      } else {
        break
      }
    }
    return columns
  }

  private static func closes(_ fence: Fence, _ line: Substring, _ indent: Int) -> Bool {
    guard indent - fence.container <= 3 else { return false }
    let marks = line.drop { $0 == " " || $0 == "\t" }.prefix { $0 == fence.mark }
    let rest = line.drop { $0 == " " || $0 == "\t" }.dropFirst(marks.count)
    return marks.count >= fence.length && rest.allSatisfy(\.isWhitespace)
  }

  /// The length of the fence that text opens with, or nil where it opens none.
  private static func fenceLength(_ text: Substring) -> Int? {
    guard let mark = text.first, mark == "`" || mark == "~" else { return nil }
    let length = text.prefix { $0 == mark }.count
    let info = text.dropFirst(length)
    return length >= 3 && !(mark == "`" && info.contains("`")) ? length : nil
  }

  /// The width of the list marker that text begins with, without the space after it, or nil.
  private static func listMarker(_ text: Substring) -> Int? {
    var width = 1
    if let digit = text.first, digit.isASCII && digit.isNumber {
      let digits = text.prefix { $0.isASCII && $0.isNumber }
      guard digits.count <= 9, let mark = text.dropFirst(digits.count).first, ".)".contains(mark) else {
        return nil
      }
      width = digits.count + 1
    } else if !text.hasPrefix("-") && !text.hasPrefix("*") && !text.hasPrefix("+") {
      return nil
    }
    let after = text.dropFirst(width).first
    return after == nil || after == " " || after == "\t" ? width : nil
  }

  private static func heading(_ text: Substring) -> String? {
    let marks = text.prefix { $0 == "#" }.count
    guard (1...6).contains(marks) else { return nil }
    let rest = text.dropFirst(marks)
    guard rest.isEmpty || rest.hasPrefix(" ") || rest.hasPrefix("\t") else { return nil }
    let title = MarkdownText.trimmed(String(rest))
    let open = String(title.reversed().drop { $0 == "#" }.reversed())
    return open.isEmpty || open.last == " " ? MarkdownText.trimmed(open) : title
  }

  private static func isUnderline(_ text: Substring) -> Bool {
    let line = MarkdownText.trimmed(String(text))
    return line.allSatisfy { $0 == "=" } || line.allSatisfy { $0 == "-" }
  }

  private static func occurrences(_ part: String, _ text: String) -> Int {
    text.ranges(of: part).count
  }
}
