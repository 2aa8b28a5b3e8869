import Testing

@testable import Editor

/// What stands at a place, told from the text alone; `¦` marks the place.
@Suite("The place that one types at")
struct RecipeCursorTests {
  /// The cursor at the mark, and the word there.
  private func cursor(_ marked: String) throws -> (cursor: RecipeCursor, word: String) {
    let mark = try #require(marked.firstRange(of: "¦"))
    let offset = marked[..<mark.lowerBound].utf8.count
    let text = EditorText(marked.replacing("¦", with: ""))
    let cursor = RecipeCursor(in: text, at: offset)
    return (cursor, text.text(cursor.token))
  }

  @Test(
    "keys are told by indentation, brackets and dashes, also where nothing is closed",
    arguments: [
      ("¦", "", ""), ("tra¦", "", "tra"), ("tra¦in:\n", "", "train"), ("train:\n  ¦\n", "train", ""),
      ("train:\n  epo¦\n", "train", "epo"), ("train:\n  epo¦chs: 3\n", "train", "epochs"),
      ("train:\n  validation:\n    ¦\n", "train.validation", ""),
      ("train:\n  validation:\n    k: 5\n  ¦\n", "train", ""),
      ("train:\n  validation:\n    k: 5\n\n    ¦", "train.validation", ""),
      ("train: {¦}\n", "train", ""), ("train: { ¦\n", "train", ""), ("train: { epo¦", "train", "epo"),
      ("train: { epochs: 3, ¦ }\n", "train", ""), ("train: { epochs: 3, lo¦: 4 }\n", "train", "lo"),
      ("train: { a: { b: 1, ¦\nindex:\n", "train.a", ""),
      ("train:\n  a: { b: [1, 2,\n  c¦: 3\n", "train", "c"), ("a:\n  b: [1,\n    2]\n  ¦", "a", ""),
      ("a:\n  b: \"one\n    two\"\n  c¦: 1", "a", "c"), ("a:\n  \"b c¦\": 1", "a", "b c"),
      ("a:\n  - b: 1\n    c¦\n", "a", "c"), ("a:\n  b: |\n    text\n  ¦", "a", ""),
      ("a:\n  b: 1 # x\n  ¦", "a", ""), ("a:\n  b: {x: '}'}\n  c¦: 2", "a", "c"),
      ("eval as x:\r\n  k¦: 1\r\n", "eval as x", "k"), ("a:\n\tb¦", "a", "b"),
    ]
  )
  func keys(marked: String, path: String, word: String) throws {
    let found = try cursor(marked)
    #expect(found.cursor.role == .key && found.word == word, "\(found)")
    #expect(found.cursor.path.joined(separator: ".") == path)
  }

  @Test(
    "values know their keys",
    arguments: [
      ("a:\n  b: ¦\n", "a.b", ""), ("a:\n  b: x¦y # z\n", "a.b", "xy"), ("a:\n  b:¦\n", "a.b", ""),
      ("a: { b: ¦ }", "a.b", ""), ("a: { b: x¦y, c: 1 }", "a.b", "xy"), ("a: { b: [1, x¦y", "a.b", "xy"),
      ("a: { b: [1, ¦] }", "a.b", ""), ("a:\n  b:\n    - x¦y\n", "a.b", "xy"),
      ("a:\n  b:\n  - ¦\n", "a.b", ""),
      ("a:\n  b: [1,\n    x¦y]\n", "a.b", "xy"), ("a:\n  b: 'x¦y'\n", "a.b", "xy"),
      ("a:\n  b: \"x¦\n", "a.b", "x"),
      ("a:\n  b: &n x¦y\n", "a.b", "xy"), ("a:\n  b: *x¦y\n", "a.b", "*xy"),
      ("a:\n  b: ${c.d¦}\n", "a.b", "${c.d}"), ("a: { b: ${c.d¦}, e: 1 }\n", "a.b", "${c.d}"),
      ("extends: b¦.yaml", "extends", "b.yaml"), ("a: { b: http://x¦y }", "a.b", "http://xy"),
    ]
  )
  func values(marked: String, path: String, word: String) throws {
    let found = try cursor(marked)
    #expect(found.cursor.role == .value && found.word == word, "\(found)")
    #expect(found.cursor.path.joined(separator: ".") == path)
  }

  @Test(
    "prose is what stands under text, note and title, and behind a bar",
    arguments: [
      "a:\n  note: so ¦ it is\n", "a:\n  note: |\n    so ¦ it is\n",
      "a:\n  note: >-\n    b: {\n\n    so ¦\n  k: 1",
      "a:\n  text: 'so\n    ¦ it is'\n", "text: |\n  so ¦\n", "title: so ¦\n", "a:\n  other: |\n    ¦x\n",
      "a:\n  note: |\n    x\n    ¦",
    ]
  )
  func prose(marked: String) throws { #expect(try cursor(marked).cursor.role == .prose) }

  @Test(
    "nothing is offered in a comment",
    arguments: ["# so ¦\n", "a: # so ¦\n", "a: { b: 1 # so ¦\n }", "a:\n  b: 1 # ¦\n", "a:\n  # ¦\n  b: 1\n"]
  )
  func comments(marked: String) throws { #expect(try cursor(marked).cursor.role == .comment) }

  @Test("the other keys of a mapping are known, those above and those below")
  func siblings() throws {
    #expect(
      try cursor("a:\n  b: 1\n  ¦\n  c: { d: 2 }\n  e:\n    f: 3\n").cursor.siblings == ["b", "c", "e"]
    )
    #expect(try cursor("a: { b: 1, ¦, c: { d: 2 } }\n").cursor.siblings == ["b", "c"])
    #expect(try cursor("a:\n- b: 1\n  ¦c: 2\n- d: 3\n").cursor.siblings == ["b"])
    #expect(try cursor("a:\n  b: 1\n¦").cursor.siblings == ["a"])
  }

  @Test("brackets deeper than a recipe may have, and texts without end, are walked over")
  func deep() throws {
    _ = try cursor("a: " + String(repeating: "[", count: 100_000) + "¦")
    _ = try cursor("a: " + String(repeating: "{b: ", count: 50_000) + "¦")
    _ = try cursor("a: \"" + String(repeating: "x\n  ", count: 20_000) + "¦")
  }
}
