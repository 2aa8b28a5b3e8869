/// Walks over one section of a recipe's text, line by line, by indentation and brackets; finds its keys, and what stands at
/// one place.
///
/// It never fails: what is half-typed is taken for what it looks like, and what is left open is closed where the next key of
/// the same depth begins.
struct RecipeScanner {
  /// A key or a list's item that lines may be inside of.
  struct Frame {
    var indent: Int
    var path: [String]
    var isItem: Bool
    var mapping: Int
    var hasValue = false
  }

  let text: EditorText
  let lines: Range<Int>
  let place: Int?
  /// The keys, in order.
  private(set) var entries: [RecipeEntry] = []
  /// What stands at the place; nil before it is found.
  var found: RecipeCursor?
  private var frames: [Frame] = []
  private var mappings = 0
  /// A text over several lines that is under way: how far its key is indented, and its path.
  private var block: (indent: Int, path: [String])?
  /// The byte up to which values over several lines have been taken.
  private var taken = 0
  /// Where the value in brackets or quotes that is under way must have ended.
  var flowEnd = 0
  private var foundMapping: Int?

  /// A scanner of some lines; `cursor` is the byte whose surroundings are looked for.
  init(_ text: EditorText, lines: Range<Int>, cursor: Int?) {
    self.text = text
    self.lines = lines
    place = cursor
  }

  var bytes: [UInt8] { text.bytes }

  /// Walks over all lines.
  mutating func scan() {
    for line in lines { scan(line: text.range(ofLine: line)) }
  }

  /// What was found; at a place where nothing is, what could be typed there.
  func cursor(orAt offset: Int) -> RecipeCursor {
    var cursor = found ?? RecipeCursor(role: .comment, path: [], token: offset..<offset)
    if cursor.role == .key, let mapping = foundMapping ?? nearestMapping(to: offset, under: cursor.path) {
      cursor.siblings = entries.filter { $0.mapping == mapping && $0.key != cursor.token }.compactMap(
        \.path.last
      )
    }
    if RecipeScanner.isProse(cursor.path), cursor.role == .value { cursor.role = .prose }
    return cursor
  }

  /// The mapping under some keys that what is typed at a place goes on with: the one above, or else the one below.
  private func nearestMapping(to offset: Int, under path: [String]) -> Int? {
    let own = entries.filter { $0.path.dropLast().elementsEqual(path) }
    return (own.last { $0.key.lowerBound < offset } ?? own.first)?.mapping
  }

  /// Whether what stands under these keys is Markdown.
  static func isProse(_ path: [String]) -> Bool {
    switch path.count {
    case 1: path[0] == "title" || path[0] == "text"
    case 2: path[0] != "sweep" && (path[1] == "text" || path[1] == "note")
    default: false
    }
  }

  /// A number for a mapping of its own.
  mutating func newMapping() -> Int {
    mappings += 1
    return mappings
  }

  /// Notes a key.
  mutating func add(_ name: String, at range: Range<Int>, under path: [String], in mapping: Int) {
    entries.append(RecipeEntry(path: path + [name], key: range, mapping: mapping))
  }

  /// Notes what a span is, where the place is in it; what was noted first counts.
  mutating func note(
    _ range: Range<Int>,
    _ role: RecipeCursor.Role,
    _ path: [String],
    token: Range<Int>? = nil,
    mapping: Int? = nil,
    isInBraces: Bool = false
  ) {
    guard found == nil, let place, range.lowerBound <= place, place <= range.upperBound else { return }
    foundMapping = mapping
    found = RecipeCursor(role: role, path: path, token: token ?? place..<place, isInBraces: isInBraces)
  }

  private mutating func scan(line: Range<Int>) {
    guard line.lowerBound >= taken else { return }
    var start = line.lowerBound
    while start < line.upperBound, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    let indent = start - line.lowerBound
    let isBlank = start == line.upperBound
    if let block {
      let isDeep = place.map { $0 - line.lowerBound > block.indent } ?? false
      if isBlank ? isDeep : indent > block.indent { return note(line, .prose, block.path) }
      if !isBlank { self.block = nil }
    }
    if isBlank { return noteBlank(line) }
    if bytes[start] == UInt8(ascii: "#") { return note(start + 1..<line.upperBound, .comment, []) }
    items(start, line)
  }

  /// An empty line: what could be typed hangs on how far the place is indented.
  private mutating func noteBlank(_ line: Range<Int>) {
    guard let place, line.lowerBound <= place, place <= line.upperBound else { return }
    let around = frames.last { $0.indent < place - line.lowerBound }
    note(line, .key, around?.path ?? [])
  }

  /// The dashes of a list, then what stands behind them.
  private mutating func items(_ start: Int, _ line: Range<Int>) {
    var start = start
    while bytes[start] == UInt8(ascii: "-"), start + 1 == line.upperBound || bytes[start + 1] == 0x20 {
      let indent = start - line.lowerBound
      while let last = frames.last, last.indent > indent || (last.indent == indent && last.isItem) {
        frames.removeLast()
      }
      let path = frames.last?.path ?? []
      frames.append(Frame(indent: indent, path: path, isItem: true, mapping: newMapping()))
      start += 1
      let gap = start
      while start < line.upperBound, bytes[start] == 0x20 { start += 1 }
      guard start < line.upperBound else { return note(gap..<line.upperBound, .value, path) }
      if bytes[start] == UInt8(ascii: "#") { return }
    }
    content(start, line)
  }

  /// A key with its value, or a value on its own.
  private mutating func content(_ start: Int, _ line: Range<Int>) {
    let indent = start - line.lowerBound
    guard let key = key(from: start, to: line.upperBound) else {
      let around = frames.last { $0.indent < indent }
      let token = bare(start..<line.upperBound)
      let isBesideKeys = frames.contains { $0.indent == indent && !$0.isItem }
      if (around?.isItem == true && !isBesideKeys) || around?.hasValue == true
        || "{[*&\"'".utf8.contains(bytes[start])
      {
        return value(start, line, around?.path ?? [], indent: around?.indent ?? indent)
      }
      // A word without a colon is most often a key that is being typed.
      return note(start..<token.upperBound, .key, around?.path ?? [], token: token)
    }
    while let last = frames.last, last.indent >= indent { frames.removeLast() }
    let parent = frames.last?.path ?? []
    let name = text.text(key.name)
    let mapping = mapping(at: indent, under: parent)
    add(name, at: key.name, under: parent, in: mapping)
    note(start..<key.end - 1, .key, parent, token: key.name, mapping: mapping)
    frames.append(Frame(indent: indent, path: parent + [name], isItem: false, mapping: mapping))
    value(key.end, line, parent + [name], indent: indent)
  }

  /// The mapping that a key belongs to: that of the key before it at the same depth, where nothing came between.
  private mutating func mapping(at indent: Int, under parent: [String]) -> Int {
    if let frame = frames.last, frame.isItem { return frame.mapping }
    if let before = entries.last(where: { $0.path.count <= parent.count + 1 }),
      before.path.count == parent.count + 1, before.path.dropLast().elementsEqual(parent)
    {
      return before.mapping
    }
    return newMapping()
  }

  /// What stands behind a key's colon, or on a line of its own.
  private mutating func value(_ start: Int, _ line: Range<Int>, _ path: [String], indent: Int) {
    let begin = firstOfValue(start, line.upperBound)
    guard begin < line.upperBound, bytes[begin] != UInt8(ascii: "#") else {
      if begin < line.upperBound { note(begin + 1..<line.upperBound, .comment, []) }
      return note(start..<begin, .value, path)
    }
    if let last = frames.indices.last { frames[last].hasValue = true }
    switch bytes[begin] {
    case UInt8(ascii: "|"), UInt8(ascii: ">"):
      block = (indent, path)
      note(begin..<line.upperBound, .prose, path)
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "'"):
      flowEnd = endOfFlow(from: begin, indent: indent)
      taken = flow(from: begin, under: path)
      note(taken..<max(taken, line.upperBound), .comment, [])
    default:
      let token = bare(begin..<line.upperBound)
      note(begin..<token.upperBound, .value, path, token: token)
      // Behind a blank prose goes on.
      note(token.upperBound..<line.upperBound, Self.isProse(path) ? .value : .comment, path)
    }
    note(start..<begin, .value, path)
  }

  /// Behind blanks, an anchor and a tag.
  func firstOfValue(_ start: Int, _ end: Int) -> Int {
    var index = start
    while index < end {
      if bytes[index] == 0x20 || bytes[index] == 0x09 {
        index += 1
      } else if bytes[index] == UInt8(ascii: "&") || bytes[index] == UInt8(ascii: "!") {
        while index < end, bytes[index] != 0x20 { index += 1 }
      } else {
        break
      }
    }
    return index
  }

  /// A plain text without the blanks and the comment behind it.
  func bare(_ range: Range<Int>) -> Range<Int> {
    var end = range.lowerBound
    while end < range.upperBound {
      if bytes[end] == UInt8(ascii: "#"), end > range.lowerBound, bytes[end - 1] == 0x20 { break }
      end += 1
    }
    while end > range.lowerBound, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    return range.lowerBound..<end
  }

  /// The key that begins at `start`, without quotes, and the byte behind its colon; nil where there is no colon.
  func key(from start: Int, to end: Int) -> (name: Range<Int>, end: Int)? {
    guard start < end else { return nil }
    let first = bytes[start]
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
      guard let close = bytes[start + 1..<end].firstIndex(of: first) else { return nil }
      var colon = close + 1
      while colon < end, bytes[colon] == 0x20 { colon += 1 }
      return colon < end && bytes[colon] == UInt8(ascii: ":") ? (start + 1..<close, colon + 1) : nil
    }
    if "{[#".utf8.contains(first) { return nil }
    var index = start
    while index < end {
      if bytes[index] == UInt8(ascii: ":"), index + 1 == end || bytes[index + 1] == 0x20 {
        return (bare(start..<index), index + 1)
      }
      if bytes[index] == UInt8(ascii: "#"), index > start, bytes[index - 1] == 0x20 { return nil }
      index += 1
    }
    return nil
  }
}
