/// Why a trial failed, on one line: what was said over several is joined.
enum FailureReason {
  /// So many characters are kept, which is a few lines of a program.
  static let longest = 600
  private static let separator = " / "

  /// The lines that say something, joined; where they are too long the first and as many of the last as there is room for,
  /// since who fails says what it did first and the cause last.
  static func oneLine(_ text: String, longest: Int = longest) -> String {
    let lines = text.split(whereSeparator: \.isNewline).map(trimmed).filter { !$0.isEmpty }
    guard let first = lines.first else { return "" }
    let whole = joined(lines)
    guard whole.count > longest else { return whole }
    let head = cut(first, to: max(1, longest / 2))
    var tail: [String] = []
    var room = longest - head.count - 2 * separator.count - 1
    for line in lines.dropFirst().reversed() {
      guard line.count + separator.count <= room else {
        if tail.isEmpty, room > separator.count { tail = [cut(line, to: room - separator.count)] }
        break
      }
      room -= line.count + separator.count
      tail.insert(line, at: 0)
    }
    return tail.isEmpty ? head : joined([head] + (tail.count < lines.count - 1 ? ["…"] : []) + tail)
  }

  /// After a colon no mark is needed.
  private static func joined(_ lines: [String]) -> String {
    lines.reduce("") { text, line in
      text.isEmpty ? line : text + (text.hasSuffix(":") ? " " : separator) + line
    }
  }

  private static func cut(_ text: String, to length: Int) -> String {
    text.count > length ? text.prefix(max(0, length - 1)) + "…" : text
  }

  private static func trimmed(_ line: Substring) -> String {
    let start = line.drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }
}
