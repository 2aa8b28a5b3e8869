/// Values in braces, brackets or quotes, which may go over several lines.
extension RecipeScanner {
  /// Deeper brackets than a recipe may have are passed over.
  private static let deepestFlow = 100

  /// The end of the last line that can be part of a value: where a key stands that is indented no deeper than the value's
  /// own, what is still open was never closed.
  func endOfFlow(from start: Int, indent: Int) -> Int {
    let first = text.line(of: start)
    var end = text.range(ofLine: first).upperBound
    for line in first + 1..<max(first + 1, lines.upperBound) {
      let range = text.range(ofLine: line)
      guard let content = bytes[range].firstIndex(where: { $0 != 0x20 && $0 != 0x09 }) else { continue }
      let isKey = !"]},#".utf8.contains(bytes[content]) && key(from: content, to: range.upperBound) != nil
      if content - range.lowerBound <= indent, isKey { break }
      end = range.upperBound
    }
    return end
  }

  /// Walks over the value at `start`; the byte behind it is returned.
  mutating func flow(from start: Int, under path: [String], depth: Int = 0) -> Int {
    guard start < flowEnd, depth < Self.deepestFlow else { return flowEnd }
    switch bytes[start] {
    case UInt8(ascii: "{"): return braces(start, path, depth)
    case UInt8(ascii: "["): return brackets(start, path, depth)
    default: return scalar(start, .value, path).end
    }
  }

  private mutating func braces(_ start: Int, _ path: [String], _ depth: Int) -> Int {
    let mapping = newMapping()
    var index = start + 1
    while true {
      let gap = index
      index = skipBlanks(index)
      guard index < flowEnd, bytes[index] != UInt8(ascii: "}"), bytes[index] != UInt8(ascii: "]") else {
        note(gap..<index, .key, path, mapping: mapping, isInBraces: true)
        return min(index + 1, flowEnd)
      }
      if bytes[index] == UInt8(ascii: ",") {
        note(gap..<index, .key, path, mapping: mapping, isInBraces: true)
        index += 1
        continue
      }
      let key = scalar(index, .key, path, mapping: mapping, isKey: true)
      note(gap..<index, .key, path, mapping: mapping, isInBraces: true)
      index = skipBlanks(key.end)
      guard index < flowEnd, bytes[index] == UInt8(ascii: ":") else {
        index = max(key.end, gap + 1)
        continue
      }
      let name = text.text(key.token)
      add(name, at: key.token, under: path, in: mapping)
      index = member(index + 1, path + [name], depth)
    }
  }

  private mutating func brackets(_ start: Int, _ path: [String], _ depth: Int) -> Int {
    var index = start + 1
    while true {
      let gap = index
      index = skipBlanks(index)
      guard index < flowEnd, bytes[index] != UInt8(ascii: "]"), bytes[index] != UInt8(ascii: "}") else {
        note(gap..<index, .value, path)
        return min(index + 1, flowEnd)
      }
      if bytes[index] == UInt8(ascii: ",") {
        note(gap..<index, .value, path)
        index += 1
        continue
      }
      index = max(member(gap, path, depth), gap + 1)
    }
  }

  /// A value in braces or brackets, with the blanks in front of it.
  private mutating func member(_ start: Int, _ path: [String], _ depth: Int) -> Int {
    var index = skipBlanks(start)
    while index < flowEnd, bytes[index] == UInt8(ascii: "&") || bytes[index] == UInt8(ascii: "!") {
      while index < flowEnd, !" \n,]}".utf8.contains(bytes[index]) { index += 1 }
      index = skipBlanks(index)
    }
    guard index < flowEnd, !",]}".utf8.contains(bytes[index]) else {
      note(start..<index, .value, path)
      return index
    }
    let behind = flow(from: index, under: path, depth: depth + 1)
    note(start..<index, .value, path)
    return behind
  }

  /// A word or a quoted text.
  private mutating func scalar(
    _ start: Int,
    _ role: RecipeCursor.Role,
    _ path: [String],
    mapping: Int? = nil,
    isKey: Bool = false
  ) -> (token: Range<Int>, end: Int) {
    let quote = bytes[start]
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      let close = closing(start)
      note(start + 1..<close, role, path, token: start + 1..<close, mapping: mapping, isInBraces: isKey)
      return (start + 1..<close, min(close + 1, flowEnd))
    }
    var index = start
    // A reference has braces of its own.
    var isInReference = false
    while index < flowEnd {
      let byte = bytes[index]
      if byte == 0x0A || byte == 0x0D { break }
      if byte == UInt8(ascii: "{"), index > start, bytes[index - 1] == UInt8(ascii: "$") {
        isInReference = true
      }
      if isInReference {
        if byte == UInt8(ascii: "}") { isInReference = false }
      } else if ",]}".utf8.contains(byte) || (byte == UInt8(ascii: "{") && index > start) {
        break
      } else if byte == UInt8(ascii: ":"), index + 1 == flowEnd || " \n\r,]}".utf8.contains(bytes[index + 1])
      {
        break
      } else if byte == UInt8(ascii: "#"), index > start, bytes[index - 1] == 0x20 {
        break
      }
      index += 1
    }
    let token = bare(start..<max(index, min(start + 1, flowEnd)))
    note(token, role, path, token: token, mapping: mapping, isInBraces: isKey)
    return (token, max(index, start + 1))
  }

  /// The quote that ends the text which `start` begins, or the end of what there is.
  private func closing(_ start: Int) -> Int {
    let quote = bytes[start]
    var index = start + 1
    while index < flowEnd {
      if quote == UInt8(ascii: "\""), bytes[index] == UInt8(ascii: "\\") {
        index += 2
        continue
      }
      if bytes[index] == quote {
        guard quote == UInt8(ascii: "'"), index + 1 < flowEnd, bytes[index + 1] == quote else { return index }
        index += 1
      }
      index += 1
    }
    return flowEnd
  }

  /// Behind blanks, line ends and comments.
  private mutating func skipBlanks(_ start: Int) -> Int {
    var index = start
    while index < flowEnd {
      if bytes[index] == UInt8(ascii: "#"), index == 0 || " \t\n\r".utf8.contains(bytes[index - 1]) {
        let comment = index + 1
        while index < flowEnd, bytes[index] != 0x0A { index += 1 }
        note(comment..<index, .comment, [])
      } else if " \t\n\r".utf8.contains(bytes[index]) {
        index += 1
      } else {
        break
      }
    }
    return index
  }
}
