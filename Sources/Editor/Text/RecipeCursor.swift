/// What stands at a place of a recipe's text, as far as can be told without parsing it: the text may be half-typed.
struct RecipeCursor: Sendable, Equatable {
  /// What a place is part of.
  enum Role: Sendable, Equatable {
    /// A key, or where one could be typed.
    case key
    /// A value, or where one could be typed.
    case value
    /// Markdown: the value of `text`, `note` or `title`, or a text over several lines.
    case prose
    /// A comment.
    case comment
  }

  var role: Role
  /// The keys around the place, the cell's first: those of the mapping that a key is in, and up to its own key for a value.
  var path: [String]
  /// The bytes of the word at the place, without quotes; empty where nothing is typed yet.
  var token: Range<Int>
  /// The keys that the mapping around the place has besides, where the role is a key.
  var siblings: [String] = []
  /// Whether nothing but a key can stand here: behind `{`, or where other keys are.
  var isInBraces = false
}

/// A key of a recipe's text with all around it: `["train", "validation", "k"]`.
struct RecipeEntry: Sendable, Equatable {
  /// The keys down to this one.
  var path: [String]
  /// The bytes of the key, without quotes.
  var key: Range<Int>
  /// Which mapping it is in; others of it have the same number.
  var mapping: Int
}

extension RecipeCursor {
  /// What stands at the byte `offset` of a text.
  init(in text: EditorText, at offset: Int) {
    let outline = RecipeOutline(text)
    let line = text.line(of: offset)
    let isAtStart = offset == text.lineStarts[line]
    let isBlank = text.range(ofLine: line).isEmpty
    let section = isAtStart && isBlank ? nil : outline.section(around: line)
    guard let section else {
      let first = text.bytes[text.range(ofLine: line)].first { $0 != 0x20 && $0 != 0x09 }
      let isComment = first == UInt8(ascii: "#") && !isAtStart
      self.init(role: isComment ? .comment : .key, path: [], token: offset..<offset)
      siblings = outline.sections.map(\.key)
      return
    }
    var scanner = RecipeScanner(text, lines: section.lines, cursor: offset)
    scanner.scan()
    self = scanner.cursor(orAt: offset)
    if path.isEmpty && role == .key { siblings = outline.sections.map(\.key) }
  }
}

/// The sections of a recipe's text: what stands at the beginning of a line and has a colon.
struct RecipeOutline: Sendable {
  /// One of them.
  struct Section: Sendable, Equatable {
    /// The key as written: `eval as hnsw`.
    var key: String
    /// The bytes of the key.
    var range: Range<Int>
    /// The lines from the key's on to the next key's.
    var lines: Range<Int>

    /// The step's name, if it is a cell.
    var step: String { key.split(separator: " ").first.map(String.init) ?? "" }
    /// The cell's id, if it is one.
    var id: String {
      let words = key.split(separator: " ")
      return words.count == 3 && words[1] == "as" ? String(words[2]) : key
    }
  }

  /// In order.
  private(set) var sections: [Section] = []

  /// Looks through a text.
  init(_ text: EditorText) {
    for line in text.lineStarts.indices {
      let range = text.range(ofLine: line)
      guard let first = range.first.map({ text.bytes[$0] }), !" \t#-}]{[%".utf8.contains(first) else {
        continue
      }
      let key = Self.key(text, range)
      if let last = sections.indices.last { sections[last].lines = sections[last].lines.lowerBound..<line }
      sections.append(Section(key: text.text(key), range: key, lines: line..<line))
    }
    if let last = sections.indices.last {
      sections[last].lines = sections[last].lines.lowerBound..<text.lineStarts.count
    }
  }

  /// The section that a line is in; nil in front of the first.
  func section(around line: Int) -> Section? { sections.last { $0.lines.lowerBound <= line } }

  /// The cell with this id.
  func section(id: String) -> Section? { sections.first { $0.id == id } }

  /// The bytes of the key that begins a line: up to its colon, or to the end where there is none yet.
  private static func key(_ text: EditorText, _ range: Range<Int>) -> Range<Int> {
    let scanner = RecipeScanner(text, lines: 0..<0, cursor: nil)
    return scanner.key(from: range.lowerBound, to: range.upperBound)?.name ?? scanner.bare(range)
  }
}
