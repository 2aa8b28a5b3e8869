/// Reads `.env` files as python-dotenv does: `export`, quotes, comments, `${NAME}` and `${NAME:-default}`.
enum DotEnv {
  /// The assignments in order; a line that is none gives a warning.
  static func parse(
    _ source: SourceText,
    known: RecipeEnvironment,
    problems: Problems
  ) -> [(name: String, value: String)] {
    var parser = DotEnvParser(characters: Array(String(decoding: source.bytes, as: UTF8.self).unicodeScalars))
    var environment = known
    var entries: [(name: String, value: String)] = []
    while let line = parser.next() {
      switch line {
      case .assignment(let name, let value, let isLiteral):
        let expanded = isLiteral ? value : expand(value, environment)
        if environment[name] == nil { environment.set(name, expanded) }
        entries.append((name, expanded))
      case .malformed(let line):
        let length = source.charactersLeft(line: line, column: 1)
        let place = Place(file: source.name, line: line, column: 1, length: length)
        problems.warning("expected NAME=VALUE, this line is passed over", at: place)
      }
    }
    return entries
  }

  /// Replaces `${NAME}` and `${NAME:-default}`; what is not set is empty.
  private static func expand(_ value: String, _ environment: RecipeEnvironment) -> String {
    var out = ""
    var rest = value[...]
    while let open = rest.firstRange(of: "${"), let close = rest[open.upperBound...].firstIndex(of: "}") {
      out += rest[..<open.lowerBound]
      let body = rest[open.upperBound..<close]
      if let mark = body.firstRange(of: ":-") {
        let set = environment[String(body[..<mark.lowerBound])] ?? ""
        out += set.isEmpty ? String(body[mark.upperBound...]) : set
      } else {
        out += environment[String(body)] ?? ""
      }
      rest = rest[rest.index(after: close)...]
    }
    return out + rest
  }
}

/// Walks over a `.env` file; quoted values may run over several lines.
private struct DotEnvParser {
  enum Line {
    case assignment(name: String, value: String, isLiteral: Bool)
    case malformed(line: Int)
  }

  let characters: [Unicode.Scalar]
  private var position = 0
  private var line = 1

  init(characters: [Unicode.Scalar]) { self.characters = characters }

  mutating func next() -> Line? {
    while let character = peek {
      if character == "\n" || character == "\r" || character == " " || character == "\t" {
        advance()
      } else if character == "#" {
        skipLine()
      } else {
        return assignment()
      }
    }
    return nil
  }

  private mutating func assignment() -> Line {
    let first = line
    var name = word()
    skipBlanks()
    if name == "export", peek != "=" {
      name = word()
      skipBlanks()
    }
    guard !name.isEmpty, peek == "=" else {
      skipLine()
      return .malformed(line: first)
    }
    advance()
    skipBlanks()
    if let quote = peek, quote == "'" || quote == "\"" {
      advance()
      guard let value = quoted(until: quote) else { return .malformed(line: first) }
      skipLine()
      return .assignment(name: name, value: value, isLiteral: quote == "'")
    }
    return .assignment(name: name, value: unquoted(), isLiteral: false)
  }

  private mutating func word() -> String {
    take { $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "." || $0 == "-" }
  }

  private mutating func unquoted() -> String {
    var value = ""
    while let character = peek, character != "\n", character != "\r" {
      let isComment = character == "#" && (value.isEmpty || value.last == " " || value.last == "\t")
      if isComment { break }
      value.unicodeScalars.append(character)
      advance()
    }
    skipLine()
    while value.last == " " || value.last == "\t" { value.removeLast() }
    return value
  }

  private mutating func quoted(until quote: Unicode.Scalar) -> String? {
    var value = String.UnicodeScalarView()
    while let character = peek {
      advance()
      if character == quote { return String(value) }
      guard character == "\\", let next = peek else {
        value.append(character)
        continue
      }
      advance()
      value.append(contentsOf: unescaped(next, quote))
    }
    return nil
  }

  private func unescaped(_ character: Unicode.Scalar, _ quote: Unicode.Scalar) -> [Unicode.Scalar] {
    if character == quote || character == "\\" { return [character] }
    guard quote == "\"" else { return ["\\", character] }
    switch character {
    case "n": return ["\n"]
    case "t": return ["\t"]
    case "r": return ["\r"]
    default: return ["\\", character]
    }
  }

  private var peek: Unicode.Scalar? { position < characters.count ? characters[position] : nil }

  private mutating func advance() {
    if peek == "\n" { line += 1 }
    position += 1
  }

  private mutating func take(while isTaken: (Unicode.Scalar) -> Bool) -> String {
    var text = String.UnicodeScalarView()
    while let character = peek, isTaken(character) {
      text.append(character)
      advance()
    }
    return String(text)
  }

  private mutating func skipBlanks() { _ = take { $0 == " " || $0 == "\t" } }
  private mutating func skipLine() { _ = take { $0 != "\n" } }
}
