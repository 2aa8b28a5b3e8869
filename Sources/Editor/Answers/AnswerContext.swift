import Files
import Notebook
import Recipe

/// A place in a recipe and all that is known around it, which answers are made of.
struct AnswerContext {
  let session: EditorSession
  let document: Workspace.Document
  let offset: Int
  let cursor: RecipeCursor

  init(_ session: EditorSession, _ document: Workspace.Document, at offset: Int) {
    self.session = session
    self.document = document
    self.offset = offset
    cursor = RecipeCursor(in: document.text, at: offset)
  }

  var words: RecipeWords { session.words }
  var text: EditorText { document.text }
  /// The last plan there was.
  var plan: Plan? { document.checked?.plan }
  /// The metrics that it gives.
  var metrics: MetricNames? { document.checked?.metrics }
  /// The names of its settings.
  var settings: [String] { document.checked?.settings ?? [] }
  /// The word at the place.
  var word: String { text.text(cursor.token) }

  /// The id of the cell around the place; empty outside of cells.
  var cell: String {
    guard let key = cursor.path.first, words.declaration(of: key) != nil else { return "" }
    let parts = key.split(separator: " ")
    return parts.count == 3 && parts[1] == "as" ? String(parts[2]) : key
  }

  /// The bytes between `opening` and the place, where that is open there: behind `${` or `{{` on this line or, for prose,
  /// the lines before.
  func open(_ opening: String, closing: String) -> Range<Int>? {
    let lines = cursor.role == .prose ? 8 : 0
    let line = text.line(of: offset)
    var index = text.lineStarts[max(0, line - lines)]
    var start: Int?
    while index < offset {
      if text.bytes[index..<offset].starts(with: opening.utf8) {
        start = index + opening.utf8.count
        index += opening.utf8.count
      } else if start != nil, text.bytes[index..<offset].starts(with: closing.utf8) {
        start = nil
        index += closing.utf8.count
      } else {
        index += 1
      }
    }
    return start.flatMap { $0 <= offset ? $0..<offset : nil }
  }

  /// The name that stands around the place between `opening` and what ends it; nil where that is not open there.
  func name(in opening: String, closing: String, endedBy ends: String) -> Range<Int>? {
    guard var range = open(opening, closing: closing) else { return nil }
    var end = offset
    while end < text.bytes.count, !ends.utf8.contains(text.bytes[end]) { end += 1 }
    var start = range.upperBound
    while start > range.lowerBound, !" \n\t|".utf8.contains(text.bytes[start - 1]) { start -= 1 }
    range = start..<max(start, end)
    return range
  }

  /// Ids of cells, with their steps: those of the text as it is, then those that only the plan knows, of what is extended.
  func cells(above: Bool) -> [(id: String, step: String)] {
    let sections = RecipeOutline(text).sections.filter {
      words.declaration(of: $0.key) != nil && $0.key != "sweep"
    }
    let own = sections.filter { !above || $0.range.lowerBound < offset && $0.id != cell }
    let known = Set(sections.map(\.id))
    let others = (plan?.cells ?? []).filter { !known.contains($0.id) && $0.id != cell }
    return own.map { ($0.id, $0.step) } + others.map { ($0.id, $0.cell.header.step) }
  }

  /// The anchors that stand above the place, the nearest last, with the bytes of their names.
  var anchors: [(name: String, range: Range<Int>)] {
    var found: [(name: String, range: Range<Int>)] = []
    let bytes = text.bytes
    for line in 0...text.line(of: offset) {
      let range = text.range(ofLine: line)
      var index = range.lowerBound
      while index < min(range.upperBound, offset) {
        let isAtWord = index == range.lowerBound || " \t[{,".utf8.contains(bytes[index - 1])
        if bytes[index] == UInt8(ascii: "#"), isAtWord { break }
        guard bytes[index] == UInt8(ascii: "&"), isAtWord else {
          index += 1
          continue
        }
        let start = index + 1
        index = start
        while index < range.upperBound, !" \t,]}".utf8.contains(bytes[index]) { index += 1 }
        if index > start { found.append((text.text(start..<index), start..<index)) }
      }
    }
    return found
  }
}
