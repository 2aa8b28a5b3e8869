import Files
import Memory
import TestSupport
import Testing

@testable import Recipe

@Suite("Properties of recipes")
struct RecipePropertyTests {
  private static let keys = [
    "a", "b", "seed", "x-1", "k@10", "é", "a b", "no", "1", "long_name_of_a_setting",
  ]
  private static let letters = Array(
    "ab \n\t:#'\"-{}[],&*!|>%@`~0.eEé日😀\\/=?<_y\u{85}\u{2028}".unicodeScalars
  )

  private func text(_ draw: inout SplitMix, _ letters: [Unicode.Scalar]) -> String {
    let words = [
      "", "yes", "null", "1e3", "0x1F", "012", ".5", "~", "true", "- a", "a: b", "2024-01-01", "=", "<<",
    ]
    if draw.below(3) == 0 { return words[draw.below(words.count)] }
    return String(
      String.UnicodeScalarView((0..<draw.below(12)).map { _ in letters[draw.below(letters.count)] })
    )
  }

  private func scalar(_ draw: inout SplitMix, _ letters: [Unicode.Scalar] = RecipePropertyTests.letters)
    -> Setting
  {
    switch draw.below(6) {
    case 0: return .null
    case 1: return .bool(draw.below(2) == 0)
    case 2: return .int([0, -1, 7, .max, .min, draw.below(1000)][draw.below(6)])
    case 3:
      let number = Double(bitPattern: draw.next())
      return .real(number.isFinite ? number : 0.1)
    default: return .string(text(&draw, letters))
    }
  }

  private func tree(_ draw: inout SplitMix, depth: Int = 0) -> Setting {
    switch draw.below(depth > 3 ? 2 : 5) {
    case 0, 1: return scalar(&draw)
    case 2: return .list((0..<draw.below(4)).map { _ in tree(&draw, depth: depth + 1) })
    default: return section(&draw, depth: depth)
    }
  }

  private func section(_ draw: inout SplitMix, depth: Int = 0) -> Setting {
    .section(
      Self.keys.filter { _ in draw.below(3) == 0 }.map { SettingEntry($0, tree(&draw, depth: depth + 1)) }
    )
  }

  /// The entries of a text as they are before anything is made of them.
  private func entries(_ text: String) -> [NodeEntry]? {
    RecipeTree(problems: Problems(), unsaved: [:])
      .entries(of: SourceText(name: "a.yaml", directory: "/", bytes: Array(text.utf8)), file: nil)
  }

  private func setting(_ entries: [NodeEntry]) -> Setting? {
    Setting(
      Node(
        content: .mapping(entries),
        place: Place(file: "a.yaml", line: 1, column: 1),
        directory: "/",
        origin: .recipe
      )
    )
  }

  @Test("random settings written as YAML are read back as they were")
  func roundTrip() throws {
    for number in 0..<PropertyCases.count {
      var draw = SplitMix(seed: number, stream: 931)
      let written = Setting.section([SettingEntry("root", section(&draw))])
      let text = written.yaml()
      let read = try #require(entries(text).flatMap { setting($0) }, "case \(number)\n\(text)")
      #expect(read.canonical() == written.canonical(), "case \(number)\n\(text)")
    }
  }

  @Test("what is written of texts with references in them stands for these texts")
  func references() throws {
    let letters = Array("$${{}}ab.${config.seed} \n'\"\\".unicodeScalars)
    for number in 0..<PropertyCases.count {
      var draw = SplitMix(seed: number, stream: 932)
      let value = Setting.string("x" + text(&draw, letters))
      let train = Setting.section([SettingEntry("train", .section([SettingEntry("name", value)]))])
      #expect(try Demo.setting("train.name", train.yaml()) == value, "case \(number)\n\(train.yaml())")
    }
  }

  /// Two settings laid over each other as one would say it: sections key by key, all else replaced.
  private func naive(_ base: Setting, _ top: Setting) -> Setting {
    guard case .section(let below) = base, case .section(let above) = top else { return top }
    var merged = below.map { entry in
      SettingEntry(
        entry.key,
        above.first { $0.key == entry.key }.map { naive(entry.value, $0.value) } ?? entry.value
      )
    }
    merged += above.filter { entry in !below.contains { $0.key == entry.key } }
    return .section(merged)
  }

  @Test("random recipes laid over each other are merged key by key, and in threes either way")
  func merging() throws {
    for number in 0..<PropertyCases.count {
      var draw = SplitMix(seed: number, stream: 933)
      let (a, b, c) = (section(&draw), section(&draw), section(&draw))
      func nodes(_ setting: Setting) throws -> [NodeEntry] { try #require(entries(setting.yaml())) }
      func merged(_ base: [NodeEntry], _ top: [NodeEntry]) -> [NodeEntry] {
        NodeEntry.merge(base, top, keepingNull: false)
      }
      // An empty section has no text of a mapping's own.
      guard [a, b, c].allSatisfy({ $0 != .section([]) }) else { continue }
      let (x, y, z) = (try nodes(a), try nodes(b), try nodes(c))
      #expect(setting(merged(x, y))?.canonical() == naive(a, b).canonical(), "case \(number)")
      let (left, right) = (merged(merged(x, y), z), merged(x, merged(y, z)))
      #expect(setting(left)?.canonical() == naive(naive(a, b), c).canonical(), "case \(number)")
      if Self.hasOneKind(a, b, c) {
        #expect(setting(left)?.canonical() == setting(right)?.canonical(), "case \(number)")
      }
    }
  }

  /// Whether no section stands where another of the three has something else: the order of merging does not matter then.
  private static func hasOneKind(_ a: Setting, _ b: Setting, _ c: Setting) -> Bool {
    let all = [a, b, c].compactMap { setting -> [SettingEntry]? in
      if case .section(let entries) = setting { entries } else { nil }
    }
    guard all.count == 3 else { return all.isEmpty }
    return keys.allSatisfy { key in
      let found = all.compactMap { $0.first { $0.key == key }?.value }
      let sections = found.filter { if case .section = $0 { true } else { false } }
      guard !sections.isEmpty else { return true }
      guard sections.count == found.count else { return false }
      let padded = found + [Setting](repeating: .section([]), count: 3 - found.count)
      return hasOneKind(padded[0], padded[1], padded[2])
    }
  }

  @Test("chains of random references are what their texts come to by hand")
  func interpolation() throws {
    for number in 0..<PropertyCases.count {
      var draw = SplitMix(seed: number, stream: 934)
      var values: [String] = []
      var recipe = ""
      for key in 0..<(1 + draw.below(8)) {
        var (written, value) = ("t", "t")
        for _ in 0..<draw.below(4) {
          switch draw.below(key > 0 ? 4 : 3) {
          case 0:
            written += "$${x}"
            value += "${x}"
          case 1:
            written += "${env:HOME_OF,def}"
            value += number % 2 == 0 ? "def" : "set"
          case 2:
            written += "$ a"
            value += "$ a"
          default:
            let other = draw.below(key)
            written += "${x-\(other)}"
            value += values[other]
          }
        }
        values.append(value)
        recipe += "x-\(key): \"\(written)\"\n"
      }
      let last = values.count - 1
      recipe += "train: { name: '${x-\(last)}', tag: 'a ${x-\(last)}' }\n"
      let environment = number % 2 == 0 ? [:] : ["HOME_OF": "set"]
      #expect(
        try Demo.setting("train.name", recipe, environment: environment) == .string(values[last]),
        "case \(number)\n\(recipe)"
      )
      #expect(try Demo.setting("train.tag", recipe, environment: environment) == .string("a " + values[last]))
    }
  }

  @Test("a random setting overridden on the command line is what it is in the recipe")
  func overrides() throws {
    for number in 0..<PropertyCases.count {
      var draw = SplitMix(seed: number, stream: 935)
      let epochs = 1 + draw.below(9_999)
      let rate = Double(1 + draw.below(1_000_000)) / 1_048_576
      let units = (0...draw.below(3)).map { _ in 1 + draw.below(4000) }
      let settings = [
        "epochs": "\(epochs)", "learning_rate": YAMLText.number(rate), "hidden_units": "\(units)",
      ]
      let sorted = settings.sorted { $0.key < $1.key }
      let written = try Demo.load("train:\n" + sorted.map { "  \($0): \($1)\n" }.joined())
      let given = try Demo.load("train: { epochs: 2 }\n", overrides: sorted.map { "train.\($0)=\($1)" })
      let (a, b) = (Demo.settings(of: "train", in: written), Demo.settings(of: "train", in: given))
      #expect(a.canonical() == b.canonical(), "case \(number)")
      #expect(b["epochs"] == .int(epochs) && b["learning_rate"] == .real(rate), "case \(number)")
    }
  }
}
