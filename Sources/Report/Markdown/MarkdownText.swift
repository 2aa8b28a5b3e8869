/// Plain text made safe for Markdown, and Markdown made plain.
package enum MarkdownText {
  /// One line: line breaks and tabs become spaces, other control characters go.
  static func singleLine(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in normalised(text).unicodeScalars {
      if scalar == "\n" || scalar == "\t" || scalar == "\u{2028}" || scalar == "\u{2029}" {
        result.append(" ")
      } else if !isControl(scalar) {
        result.append(scalar)
      }
    }
    return String(result)
  }

  /// Text with `\n` as its only line ending.
  static func normalised(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "\r")) else { return text }
    var result = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      if scalar == "\r" {
        result.append("\n")
      } else if !(scalar == "\n" && previous == "\r") {
        result.append(scalar)
      }
      previous = scalar
    }
    return String(result)
  }

  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
  }

  /// Plain text on one line with a backslash before whatever Markdown would read, and only there, so that
  /// the source stays readable: `user_id` and `a < b` stay as they are, `_x_` and `<b>` do not.
  ///
  /// - Parameter marks: characters to escape wherever they stand.
  package static func escaped(_ text: String, always marks: String = "") -> String {
    let characters = Array(singleLine(text))
    var result = ""
    for place in characters.indices {
      if marks.contains(characters[place]) || needsEscape(characters, at: place) { result.append("\\") }
      result.append(characters[place])
    }
    return result
  }

  /// Plain text as code within a line, on one line, whatever backticks are in it.
  ///
  /// Source: CommonMark 0.29, 6.3: a code span begins and ends with as many backticks as stand nowhere inside of it, and a blank
  /// at each end is taken off where both have one.
  package static func code(_ text: String) -> String {
    let text = singleLine(text)
    if text.allSatisfy({ $0 == " " }) { return escaped(text) }
    var (longest, run) = (0, 0)
    for character in text {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let mark = String(repeating: "`", count: longest + 1)
    let isPadded = text.hasPrefix("`") || text.hasSuffix("`") || text.hasPrefix(" ") && text.hasSuffix(" ")
    return isPadded ? "\(mark) \(text) \(mark)" : mark + text + mark
  }

  /// Plain text for a table's cell: escaped, pipes too, line breaks as `<br>`.
  static func escapedCell(_ text: String) -> String {
    trimmed(normalised(text)).split(separator: "\n", omittingEmptySubsequences: false)
      .map { escaped(String($0)).replacing("|", with: "\\|") }
      .joined(separator: "<br>")
  }

  /// Markdown for a table's cell: pipes that would end the cell get a backslash, line breaks become `<br>`.
  static func markdownCell(_ text: String) -> String {
    var result = ""
    var backslashes = 0
    for character in trimmed(normalised(text)) {
      if character == "\n" {
        result += "<br>"
      } else {
        if character == "|" && backslashes % 2 == 0 { result.append("\\") }
        result.append(character)
      }
      backslashes = character == "\\" ? backslashes + 1 : 0
    }
    return result
  }

  /// Text for the square brackets of an image or a link.
  static func escapedLabel(_ text: String) -> String { escaped(text, always: "[]") }

  /// Markdown without its marks: code, emphasis and link targets go, what is read stays.
  static func plain(_ markdown: String) -> String {
    let characters = Array(markdown)
    var result = ""
    var place = 0
    while place < characters.count {
      let character = characters[place]
      switch character {
      case "\\" where place + 1 < characters.count && isPunctuation(characters[place + 1]):
        place += 1
        result.append(characters[place])
      case "`", "*":
        break
      case "]" where place + 1 < characters.count && characters[place + 1] == "(":
        place = characters[place...].firstIndex(of: ")") ?? characters.count - 1
      case "[", "]":
        break
      case "!" where place + 1 < characters.count && characters[place + 1] == "[":
        break
      default:
        result.append(character)
      }
      place += 1
    }
    return result
  }

  /// Text for HTML, between tags or in a quoted attribute.
  static func escapedHTML(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  static func trimmed(_ text: String) -> String {
    let body = text.drop { $0.isWhitespace }
    return String(body.reversed().drop { $0.isWhitespace }.reversed())
  }
}

extension MarkdownText {
  private static func needsEscape(_ characters: [Character], at place: Int) -> Bool {
    let before = place > 0 ? characters[place - 1] : " "
    let after = place + 1 < characters.count ? characters[place + 1] : " "
    switch characters[place] {
    case "\\": return isPunctuation(after)
    case "`": return true
    case "*": return !(before.isWhitespace && after.isWhitespace)
    case "_": return !(before.isWhitespace && after.isWhitespace) && !isWithinWord(characters, at: place)
    case "~": return before == "~" || after == "~" || characters.filter { $0 == "~" }.count > 1
    case "$": return characters.filter { $0 == "$" }.count > 1
    case "<": return after.isLetter || after == "/" || after == "!" || after == "?"
    case "&": return startsEntity(characters[(place + 1)...])
    case "]": return after == "(" || after == "["
    default: return false
    }
  }

  /// Whether a run of underscores has letters or digits on both sides: no emphasis in GitHub's Markdown.
  private static func isWithinWord(_ characters: [Character], at place: Int) -> Bool {
    func isWord(_ character: Character?) -> Bool { character.map { $0.isLetter || $0.isNumber } ?? false }
    return isWord(characters[..<place].last { $0 != "_" })
      && isWord(characters[place...].first { $0 != "_" })
  }

  private static func isPunctuation(_ character: Character) -> Bool {
    guard let value = character.asciiValue else { return false }
    switch value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return true
    default: return false
    }
  }

  private static func startsEntity(_ rest: ArraySlice<Character>) -> Bool {
    guard let end = rest.firstIndex(of: ";"), end > rest.startIndex else { return false }
    let name = rest[..<end].drop { $0 == "#" }
    return !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
  }
}
