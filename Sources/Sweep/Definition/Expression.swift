import Recipe
import Report

/// A text that is one `${…}` of arithmetic over parameters: `${train.batch_size * 4}`.
///
///     sum = product (('+' | '-') product)*;  product = atom (('*' | '/') atom)*;  atom = number | name | '(' sum ')' | '-' atom
struct Expression {
  private indirect enum Node {
    case number(Double)
    case name(String)
    case binary(Character, Node, Node)
  }

  /// Why it has no value, in words.
  struct Failure: Error, Equatable {
    var words: String
  }

  private let root: Node

  /// Reads a text; nil where it is no expression.
  init?(_ text: String) {
    guard text.hasPrefix("${"), text.hasSuffix("}") else { return nil }
    var parser = Parser(text: Array(text.dropFirst(2).dropLast()))
    guard let root = parser.sum(depth: 0), parser.isAtEnd else { return nil }
    self.root = root
  }

  /// The names in it, in order.
  var names: [String] {
    func collect(_ node: Node) -> [String] {
      switch node {
      case .number: []
      case .name(let name): [name]
      case .binary(_, let left, let right): collect(left) + collect(right)
      }
    }
    return collect(root)
  }

  /// Whether it is a name and nothing else, which may stand for anything.
  private var onlyName: String? {
    if case .name(let name) = root { return name }
    return nil
  }

  /// Its value, `lookup` giving the value of each name. A result without a fraction is whole.
  /// - Throws: `Failure` where a name has no value, arithmetic is done with something else than numbers, or what comes out is no
  ///   finite number.
  func evaluate(_ lookup: (String) -> Setting?) throws(Failure) -> Setting {
    if let onlyName {
      guard let value = lookup(onlyName) else { throw Failure(words: "'\(onlyName)' has no value") }
      return value
    }
    let number = try number(root, lookup)
    guard number.isFinite else { throw Failure(words: "what comes out is too large a number") }
    return Int(exactly: number).map { .int($0) } ?? .real(number)
  }

  private func number(_ node: Node, _ lookup: (String) -> Setting?) throws(Failure) -> Double {
    switch node {
    case .number(let value): return value
    case .name(let name):
      guard let value = lookup(name) else { throw Failure(words: "'\(name)' has no value") }
      guard let number = value.int.map(Double.init) ?? value.real else {
        throw Failure(words: "'\(name)' is no number")
      }
      return number
    case .binary(let symbol, let left, let right):
      let a = try number(left, lookup)
      let b = try number(right, lookup)
      switch symbol {
      case "+": return a + b
      case "-": return a - b
      case "*": return a * b
      default:
        guard b != 0 else { throw Failure(words: "it divides by zero") }
        return a / b
      }
    }
  }

  private struct Parser {
    let text: [Character]
    var place = 0
    private static let deepest = 50

    init(text: [Character]) { self.text = text }

    var isAtEnd: Bool {
      mutating get {
        skipBlanks()
        return place == text.count
      }
    }

    mutating func sum(depth: Int) -> Node? { chain("+-", depth) { $0.product(depth: depth) } }

    private mutating func product(depth: Int) -> Node? { chain("*/", depth) { $0.atom(depth: depth) } }

    private mutating func chain(_ symbols: String, _ depth: Int, _ part: (inout Parser) -> Node?) -> Node? {
      guard depth < Self.deepest, var left = part(&self) else { return nil }
      while let symbol = peek(), symbols.contains(symbol) {
        place += 1
        guard let right = part(&self) else { return nil }
        left = .binary(symbol, left, right)
      }
      return left
    }

    private mutating func atom(depth: Int) -> Node? {
      guard depth < Self.deepest, let next = peek() else { return nil }
      if next == "-" {
        place += 1
        return atom(depth: depth + 1).map { .binary("-", .number(0), $0) }
      }
      if next == "(" {
        place += 1
        guard let inner = sum(depth: depth + 1), peek() == ")" else { return nil }
        place += 1
        return inner
      }
      return word(next)
    }

    private mutating func word(_ first: Character) -> Node? {
      let start = place
      while place < text.count, text[place].isLetter || text[place].isNumber || "._".contains(text[place]) {
        place += 1
      }
      guard place > start else { return nil }
      let word = String(text[start..<place])
      if first.isNumber { return Double(word).map { .number($0) } }
      return .name(word)
    }

    private mutating func peek() -> Character? {
      skipBlanks()
      return place < text.count ? text[place] : nil
    }

    private mutating func skipBlanks() {
      while place < text.count, text[place] == " " { place += 1 }
    }
  }
}
