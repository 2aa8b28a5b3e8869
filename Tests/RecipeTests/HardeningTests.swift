import Foundation
import TestSupport
import Testing

@testable import Recipe

@Suite("Hostile input")
struct HardeningTests {
  @Test("an empty recipe, and one of comments only")
  func empty() {
    let message = "demo.yaml:1:1: error: the recipe is empty: expected at least one cell, as 'config:'"
    #expect(Demo.problems("") == message)
    #expect(Demo.problems("# a\n# b\n") == message + "\n    1 | # a\n      | ^")
  }

  @Test("a recipe without cells, or that is no mapping")
  func noCells() {
    #expect(
      Demo.problems("title: x\n") == """
        demo.yaml:1:1: error: the recipe has no cells: expected at least one
            1 | title: x
              | ^^^^^
        """
    )
    #expect(Demo.problems("config: false\n") == "error: the recipe has no cells; start with 'config:'")
    #expect(!Demo.problems("trian:\n").contains("no cells"))
    #expect(
      Demo.problems("- a\n") == """
        demo.yaml:1:1: error: expected a mapping of cells, got a list
            1 | - a
              | ^
        """
    )
  }

  @Test("binary bytes, NUL and invalid UTF-8 are named with their place")
  func bytes() throws {
    let folder = try ScratchFolder()
    try folder.write("binary.yaml", Data(0...255))
    try folder.write("nul.yaml", "train:\n  name: a\0b\n")
    try folder.write("latin.yaml", Data("train:\n  name: caf".utf8) + [0xE9] + Data("\n".utf8))
    #expect(
      folder.problems("binary.yaml").hasPrefix(
        "binary.yaml:1:1: error: not a text file: expected UTF-8 text, got the control character U+0000\n"
      )
    )
    #expect(
      folder.problems("nul.yaml") == """
        nul.yaml:2:10: error: not a text file: expected UTF-8 text, got the control character U+0000
            2 |   name: a\u{FFFD}b
              |          ^
        """
    )
    #expect(
      folder.problems("latin.yaml") == """
        latin.yaml:2:12: error: not valid UTF-8: the byte 0xE9 cannot stand here; save the recipe as UTF-8 text
            2 |   name: caf\u{FFFD}
              |            ^
        """
    )
  }

  @Test(
    "malformed UTF-8 of every sort is found",
    arguments: [
      [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80], [0xFF], [0xC3, 0x28],
      [0xEF, 0xBF, 0xBF], [0x7F], [0x1B],
    ]
  )
  func malformed(bytes: [UInt8]) {
    #expect(TextCheck.firstProblem(in: [0x61] + bytes)?.offset == 1)
    #expect(TextCheck.firstProblem(in: Array("aé中😀\t\u{85}\n".utf8)) == nil)
  }

  @Test("a file that is too large is refused before it is read")
  func hugeFile() throws {
    let folder = try ScratchFolder()
    try folder.write("huge.yaml", "")
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path + "/huge.yaml"))
    try handle.truncate(atOffset: 100_000_000)
    try handle.close()
    #expect(
      folder.problems("huge.yaml")
        == "error: cannot read the recipe 'huge.yaml': expected at most 4194304 bytes (4 MiB), got 100000000"
    )
  }

  @Test("missing files, directories and devices")
  func noFile() throws {
    let folder = try ScratchFolder()
    #expect(folder.problems("no.yaml") == "error: cannot read the recipe 'no.yaml': there is no such file")
    #expect(folder.problems(".") == "error: cannot read the recipe '.': expected a file, got a directory")
    #expect(
      folder.problems("/dev/zero")
        == "error: cannot read the recipe '/dev/zero': expected a regular file, got a device or a pipe"
    )
  }

  @Test("nesting is limited")
  func nesting() {
    let expected = """
      demo.yaml:1:71: error: lists and mappings are nested deeper than 64 levels here
          1 | …\(String(repeating: "[", count: 100))…
            | \(String(repeating: " ", count: 41))^
      """
    #expect(Demo.problems("train: " + String(repeating: "[", count: 100_000)) == expected)
  }

  @Test("an alias bomb is refused, in width and in depth")
  func aliasBomb() {
    var wide = "x-0: &a0 [l,l,l,l,l,l,l,l,l]\n"
    var deep = "x-0: &a0 [l]\n"
    for level in 1...100 {
      let alias = "*a\(level - 1)"
      wide += "x-\(level): &a\(level) [\(Array(repeating: alias, count: 9).joined(separator: ","))]\n"
      deep += "x-\(level): &a\(level) [\(alias)]\n"
    }
    #expect(
      Demo.problems(wide).hasPrefix(
        "demo.yaml:6:11: error: the recipe holds more than 100000 names and values, aliases written out\n"
      )
    )
    #expect(
      Demo.problems(deep).hasPrefix(
        "demo.yaml:64:13: error: lists and mappings are nested deeper than 64 levels here\n"
      )
    )
  }

  @Test("a bomb of references is refused, in length and in number")
  func referenceBomb() {
    var text = "x-0: \"\(String(repeating: "l", count: 1000))\"\n"
    var list = "x-0: [l,l,l,l,l,l,l,l,l]\n"
    for level in 1...9 {
      let reference = "${x-\(level - 1)}"
      text += "x-\(level): \"\(String(repeating: reference, count: 10))\"\n"
      list += "x-\(level): [\(Array(repeating: "'\(reference)'", count: 9).joined(separator: ","))]\n"
    }
    let message = "the references of this recipe grow beyond 100000 values or 4 MiB of text"
    #expect(
      Demo.problems(text + "train: {name: '${x-9}'}\n") == """
        demo.yaml:11:15: error: \(message)
           11 | train: {name: '${x-9}'}
              |               ^^^^^^^^
        """
    )
    #expect(Demo.problems(list + "train: {hidden_units: '${x-9}'}\n").contains(message))
  }

  @Test("a long chain of references ends with an error")
  func referenceChain() {
    var text = "train: {name: '${x-0}'}\n"
    for level in 0..<5000 { text += "x-\(level): ${x-\(level + 1)}\n" }
    #expect(Demo.problems(text).contains("nested deeper than 128 levels"))
  }

  @Test("thousands of problems are counted, a hundred shown")
  func manyProblems() {
    let keys = (0..<20_000).map { "k\($0): 1" }.joined(separator: ", ")
    let lines = Demo.problems("train: {\(keys)}\n").split(separator: "\n")
    #expect(lines.count == 301)
    #expect(lines.last == "error: and 19900 more problems like these")
  }

  @Test("a line of megabytes is read, and cut around the caret")
  func longLine() {
    let long = String(repeating: "x", count: 3_000_000)
    let shown = Demo.problems("train: {name: \(long), epoch: 3}\n")
    #expect(
      shown == """
        demo.yaml:1:3000017: error: unknown key 'epoch' in 'train'; did you mean 'epochs'?
            1 | …\(String(repeating: "x", count: 38)), epoch: 3}
              | \(String(repeating: " ", count: 41))^^^^^
        """
    )
  }

  @Test("random damage to a recipe never crashes the reader")
  func damage() {
    let recipe =
      "x-a: &a {epochs: 3}\ntrain:\n  <<: *a\n  name: '${config.seed}'\nconfig: {seed: 1e2, data: {dir: é}}\n"
    var state: UInt64 = 7
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let alphabet = Array("{}[]:,-&*!|>'\"%@`#?<$=~ \n\t\0é0aé.".unicodeScalars)
    for _ in 0..<2000 {
      var characters = Array(recipe.unicodeScalars)
      for _ in 0...next(4) {
        let at = next(characters.count)
        if next(2) == 0 { characters[at] = alphabet[next(alphabet.count)] } else { characters.remove(at: at) }
      }
      let text = String(String.UnicodeScalarView(characters))
      #expect(!Demo.problems(text, overrides: ["train.epochs=" + text.suffix(9)]).isEmpty)
    }
  }
}
