/// A `${…}`: another setting, or a variable of the environment.
enum Reference: Equatable {
  case setting(String)
  case environment(name: String, fallback: String?)

  /// A string cut at its references.
  enum Piece: Equatable {
    case text(String)
    case reference(Reference)
  }

  /// Why a string with `${` cannot be read.
  struct Malformed: Error { var message: String }

  /// The cell or section that a setting's full name begins with: `train` of `train.epochs`.
  static func owner(of path: String) -> String { String(path.prefix { $0 != "." }) }

  /// Whether there is anything to replace, an escaped `$${` included.
  static func isIn(_ text: String) -> Bool { text.utf8.contains(UInt8(ascii: "{")) && text.contains("${") }

  /// Cuts a string at its references; `$${` is a `${` that is none.
  static func pieces(of text: String) throws(Malformed) -> [Piece] {
    var pieces: [Piece] = []
    var literal = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      literal += rest[..<dollar]
      rest = rest[dollar...]
      if rest.hasPrefix("$${") {
        literal += "${"
        rest = rest.dropFirst(3)
      } else if rest.hasPrefix("${") {
        guard let close = rest.firstIndex(of: "}") else {
          throw Malformed(message: "expected '}' after '${', got the end")
        }
        if !literal.isEmpty { pieces.append(.text(literal)) }
        literal = ""
        pieces.append(.reference(try parse(rest[rest.index(dollar, offsetBy: 2)..<close])))
        rest = rest[rest.index(after: close)...]
      } else {
        literal += "$"
        rest = rest.dropFirst()
      }
    }
    literal += rest
    if !literal.isEmpty || pieces.isEmpty { pieces.append(.text(literal)) }
    return pieces
  }

  /// What stands between the braces.
  private static func parse(_ body: Substring) throws(Malformed) -> Reference {
    guard !body.hasPrefix("env:") else { return try environment(body.dropFirst(4), body) }
    let parts = body.split(separator: ".", omittingEmptySubsequences: false)
    let isPath = !body.isEmpty && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isPathByte) }
    guard isPath else { throw malformed(body) }
    return .setting(String(body))
  }

  private static func environment(_ text: Substring, _ body: Substring) throws(Malformed) -> Reference {
    let parts = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.first.map(String.init) ?? ""
    let isName = !name.isEmpty && name.utf8.allSatisfy { $0 != UInt8(ascii: ".") && isPathByte($0) }
    guard isName, !text.contains("${") else { throw malformed(body) }
    let fallback = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : nil
    return .environment(name: name, fallback: fallback)
  }

  private static func malformed(_ body: Substring) -> Malformed {
    Malformed(
      message: "expected ${CELL.SETTING} or ${env:NAME,default}, got '${\(Shown.text(String(body)))}'"
    )
  }

  private static func isPathByte(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
      || "_-@.".utf8.contains(byte)
  }
}
