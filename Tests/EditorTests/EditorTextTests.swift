import Testing

@testable import Editor

@Suite("Texts as an editor has them")
struct EditorTextTests {
  @Test(
    "positions are counted as was agreed",
    arguments: [
      // 'ä' has 2 bytes and 1 unit, '😀' 4 bytes and 2 units.
      (PositionEncoding.utf8, [0, 1, 3, 7, 8]), (.utf16, [0, 1, 2, 4, 5]), (.utf32, [0, 1, 2, 3, 4]),
    ]
  )
  func units(encoding: PositionEncoding, characters: [Int]) {
    let text = EditorText("x\naä😀b\n")
    let offsets = [2, 3, 5, 9, 10]
    for (offset, character) in zip(offsets, characters) {
      let position = Position(line: 1, character: character)
      #expect(text.offset(of: position, encoding) == offset)
      #expect(text.position(of: offset, encoding) == position)
    }
  }

  @Test(
    "a position inside of a character is its beginning, one beyond a line its end, one beyond the text its end"
  )
  func odd() {
    let text = EditorText("ä😀\r\nb")
    #expect(text.offset(of: Position(line: 0, character: 2), .utf16) == 2)
    #expect(text.offset(of: Position(line: 0, character: 1), .utf8) == 0)
    #expect(text.offset(of: Position(line: 0, character: 99), .utf16) == 6)
    #expect(text.offset(of: Position(line: 9, character: 0), .utf16) == 9)
    #expect(text.offset(of: Position(line: -1, character: -1), .utf16) == 0)
    #expect(text.offset(of: Position(line: 1, character: -5), .utf16) == 8)
  }

  @Test("lines end with a line feed, a carriage return, or both, and with nothing else")
  func lines() {
    #expect(EditorText("a\nb\rc\r\nd\u{2028}e\u{85}").lineStarts == [0, 2, 4, 7])
    #expect(EditorText("").lineStarts == [0])
  }

  @Test("a span is replaced, backwards too; without a span all of it")
  func changes() {
    func applied(_ text: String, _ range: TextRange?, _ new: String) -> String {
      var text = EditorText(text)
      text.apply(Parameters.Change(range: range, text: new), .utf16)
      return text.text(0..<text.bytes.count)
    }
    let (a, b) = (Position(line: 0, character: 3), Position(line: 1, character: 1))
    #expect(applied("ä😀x\nyz", TextRange(start: a, end: b), "-") == "ä😀-z")
    #expect(applied("ä😀x\nyz", TextRange(start: b, end: a), "-") == "ä😀-z")
    #expect(applied("abc", nil, "é") == "é")
  }

  @Test("the first encoding that the client offers and that is known is taken, UTF-16 without one")
  func agreed() {
    #expect(PositionEncoding(offered: nil) == .utf16)
    #expect(PositionEncoding(offered: ["utf-7"]) == .utf16)
    #expect(PositionEncoding(offered: ["utf-7", "utf-32", "utf-8"]) == .utf32)
  }

  @Test(
    "addresses are paths, and back",
    arguments: [
      ("file:///a/b%20c.yaml", "/a/b c.yaml"), ("file:///gr%C3%B6%C3%9Fe", "/größe"),
      ("file://localhost/a", "/a"),
    ]
  )
  func addresses(uri: String, path: String) {
    #expect(FileURI.path(uri) == path)
    #expect(FileURI.path(FileURI.uri(path)) == path)
  }

  @Test(
    "other addresses are none",
    arguments: [
      "untitled:Untitled-1", "file://host/a", "file:///a%2", "file:///a%zz", "file:///a%00", "http://a/b", "",
    ]
  )
  func noPaths(uri: String) { #expect(FileURI.path(uri) == nil) }
}
