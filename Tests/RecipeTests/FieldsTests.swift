import Notebook
import Report
import Testing

@testable import Recipe

private struct NamedStep: Step {
  static let name = "save"
  static let summary = "Saves."
  static let revision = 1

  init(_ fields: inout Fields) { _ = fields.requiredString("name", "") }

  func run(in context: RunContext) throws -> [Block] { [] }
}

private struct NeutralStep: Step {
  static let name = "model"
  static let summary = "Makes."
  static let revision = 1
  let interests: Int

  init(_ fields: inout Fields) { interests = fields.int("interests", default: 1, in: 1...9, neutral: 1, "") }

  func run(in context: RunContext) throws -> [Block] { [] }
}

@Suite("Fields")
struct FieldsTests {
  @Test("a setting is in no key with the value that changes nothing, whoever wrote it")
  func neutral() throws {
    func key(_ text: String) throws -> String {
      let planner = Planner(steps: [NeutralStep.self])
      let plan = try planner.plan(
        try RecipeLoader(environment: [:]).load(
          text: text,
          name: "recipe",
          directory: "/tmp",
          steps: planner.declarations
        )
      )
      return Setting.section(try #require(plan.cells.first).settings).canonical()
    }
    #expect(try key("model:") == "{}")
    #expect(try key("model: { interests: 1 }") == "{}")
    #expect(try key("model: { interests: 2 }") == #"{"interests":2}"#)
  }

  @Test("problems of all cells and kinds come together, each saying what was expected and what came")
  func everything() {
    #expect(
      Demo.problems(
        """
        config:
          seed: -1
          data: {synthetic: {users: 0, user: 3}, dir: ""}
        train:
          epochs: three
          sample: 1.5
          learning_rate: .nan
          clip: -.inf
          shuffle: yes
          name: 3
          strategy: lastclick
          hidden_units: [1, 2, 3, 4, 5]
          features: [0, a, {}]
          search: {a: [1], b: 1e30}
          zzz: 1
        """
      ) == """
        demo.yaml:2:9: error: expected an integer from 0 to 1000000 for 'seed' in 'config', got -1
            2 |   seed: -1
              |         ^^
        demo.yaml:3:29: error: expected an integer from 1 to 1000 for 'users' in 'config.data.synthetic', got 0
            3 |   data: {synthetic: {users: 0, user: 3}, dir: ""}
              |                             ^
        demo.yaml:3:32: error: unknown key 'user' in 'config.data.synthetic'; did you mean 'users'?
            3 |   data: {synthetic: {users: 0, user: 3}, dir: ""}
              |                                ^^^^
        demo.yaml:3:47: error: expected a path, or null for 'dir' in 'config.data', got an empty string
            3 |   data: {synthetic: {users: 0, user: 3}, dir: ""}
              |                                               ^^
        demo.yaml:5:11: error: expected an integer from 1 to 10000 for 'epochs' in 'train', got the string 'three'
            5 |   epochs: three
              |           ^^^^^
        demo.yaml:6:11: error: expected an integer of at least 1, or null for 'sample' in 'train', got 1.5
            6 |   sample: 1.5
              |           ^^^
        demo.yaml:7:18: error: expected a finite number above 0 for 'learning_rate' in 'train', got .nan
            7 |   learning_rate: .nan
              |                  ^^^^
        demo.yaml:8:9: error: expected a finite number above 0, or null for 'clip' in 'train', got -.inf
            8 |   clip: -.inf
              |         ^^^^^
        demo.yaml:9:12: error: expected true or false for 'shuffle' in 'train', got the string 'yes' (write true)
            9 |   shuffle: yes
              |            ^^^
        demo.yaml:10:9: error: expected a string for 'name' in 'train', got 3 (put it in quotes to make it a string)
           10 |   name: 3
              |         ^
        demo.yaml:11:13: error: expected one of last_click, time, ratio for 'strategy' in 'train', got the string \
        'lastclick'; did you mean 'last_click'?
           11 |   strategy: lastclick
              |             ^^^^^^^^^
        demo.yaml:12:17: error: expected 1 to 4 values for 'hidden_units' in 'train', got 5
           12 |   hidden_units: [1, 2, 3, 4, 5]
              |                 ^^^^^^^^^^^^^^^
        demo.yaml:13:14: error: expected a column's name or its number (from 1) for each value of 'features' in \
        'train', got 0
           13 |   features: [0, a, {}]
              |              ^
        demo.yaml:13:20: error: expected a column's name or its number (from 1) for each value of 'features' in \
        'train', got a mapping
           13 |   features: [0, a, {}]
              |                    ^^
        demo.yaml:14:15: error: expected text, true, false, null or a number of at most 64 bits for each value of \
        'search' in 'train', got a list
           14 |   search: {a: [1], b: 1e30}
              |               ^^^
        demo.yaml:15:3: error: unknown key 'zzz' in 'train'; it takes epochs, seed, sample, learning_rate, clip, \
        shuffle, name, tag, strategy, hidden_units, features, search
           15 |   zzz: 1
              |   ^^^
        """
    )
  }

  @Test("a value that was left out is shown at its key")
  func leftOut() {
    #expect(
      Demo.problems("save:\n  name:\n", steps: [NamedStep.self]) == """
        demo.yaml:2:3: error: expected a string for 'name' in 'save', got no value
            2 |   name:
              |   ^^^^
        """
    )
  }

  @Test("null is the default of every setting that has one, recorded as if nothing were written")
  func null() throws {
    let keys = [
      "epochs", "seed", "sample", "learning_rate", "clip", "shuffle", "name", "tag", "strategy",
      "hidden_units",
      "features", "search",
    ]
    let lines = keys.map { "  \($0): null\n" }.joined()
    let written = try Demo.load("config: {seed: 7}\ntrain:\n\(lines)")
    let train = Demo.settings(of: "train", in: written)
    #expect(train == Demo.settings(of: "train", in: try Demo.load("config: {seed: 7}\ntrain:\n")))
    #expect(!written.problems.hasErrors)
    #expect(train["epochs"] == .int(3))
    #expect(train["seed"] == .int(7))
    #expect(train["hidden_units"] == .list([.int(64), .int(32)]))
    // What refers to it has that default as well, be it by a reference or by a default of its own.
    let text = "config: {seed: null}\ntrain: {epochs: '${config.seed}'}\n"
    #expect(try Demo.setting("train.epochs", text) == .int(42))
    #expect(try Demo.setting("train.seed", text) == .int(42))
    let overridden = try Demo.load("train: {epochs: 9}\n", overrides: ["train.epochs=null"])
    #expect(Demo.settings(of: "train", in: overridden)["epochs"] == .int(3))
    #expect(!overridden.fields(for: overridden.cells[0]).has("epochs"))
  }

  @Test("integers beyond 64 bits, and numbers in quotes, are told apart from other text")
  func numbers() {
    #expect(
      Demo.problems("train: {epochs: 99999999999999999999, sample: '3'}") == """
        demo.yaml:1:17: error: expected an integer from 1 to 10000 for 'epochs' in 'train', got 99999999999999999999, \
        which does not fit into 64 bits
            1 | train: {epochs: 99999999999999999999, sample: '3'}
              |                 ^^^^^^^^^^^^^^^^^^^^
        demo.yaml:1:47: error: expected an integer of at least 1, or null for 'sample' in 'train', got the string '3' \
        (a number takes no quotes)
            1 | train: {epochs: 99999999999999999999, sample: '3'}
              |                                               ^^^
        """
    )
  }

  @Test("a section must be a mapping; its settings are not missed one by one then")
  func section() {
    #expect(
      Demo.problems("config: {data: 3}\n") == """
        demo.yaml:1:16: error: expected a mapping of settings for 'data' in 'config', got 3
            1 | config: {data: 3}
              |                ^
        """
    )
  }

  @Test("values are read: whole reals as integers, single values as lists, null as not set")
  func values() throws {
    let text =
      "train: {epochs: 1e1, sample: ~, learning_rate: 1, hidden_units: 8, features: [os, 3], search: {ef: 5, q: no}}"
    let train = Demo.settings(of: "train", in: try Demo.load(text))
    #expect(train["epochs"] == .int(10))
    #expect(train["sample"] == .null)
    #expect(train["learning_rate"] == .real(1))
    #expect(train["hidden_units"] == .list([.int(8)]))
    #expect(train["features"] == .list([.string("os"), .int(3)]))
    #expect(train["search.ef"] == .int(5))
    #expect(train["search.q"] == .string("no"))
  }

  @Test("readers return what was written")
  func results() throws {
    let text =
      "train: {epochs: 5, clip: 2, shuffle: false, strategy: time, features: 4, search: {ef: 5, b: true}}"
    let document = try Demo.load(text)
    var fields = document.fields(for: document.cells[0])
    #expect(fields.int("epochs", default: 3, "") == 5)
    #expect(fields.optionalInt("sample", "") == nil)
    #expect(fields.optionalDouble("clip", "") == 2)
    #expect(fields.bool("shuffle", default: true, "") == false)
    #expect(fields.choice("strategy", default: DemoTrainStep.Strategy.ratio, "") == .time)
    #expect(fields.columnName("features", default: .name("a"), "") == .number(4))
    #expect(fields.optionalColumnName("time", default: .name("ts"), "") == .name("ts"))
    let search = fields.scalarMap("search", "")
    #expect(search.map(\.key) == ["ef", "b"])
    #expect(search.map(\.value) == [.int(5), .bool(true)])
    #expect(fields.has("epochs") && fields.has("search.ef") && !fields.has("seed"))
    _ = fields.finish()
    #expect(!document.problems.hasErrors)
  }

  private enum Way: String, CaseIterable { case all, refined }

  @Test("a switch that takes words too is off, on, or one of them")
  func switchOrWord() throws {
    for (text, way) in [("false", Way?.none), ("true", .all), ("refined", .refined), ("{}", nil)] {
      let document = try Demo.load(text == "{}" ? "train:\n" : "train:\n  correction: \(text)\n")
      var fields = document.fields(for: document.cells[0])
      #expect(fields.optionalChoice("correction", orSwitch: Way.all, "") == way, "\(text)")
      #expect(!document.problems.hasErrors)
    }
    // The word that 'true' stands for is none of its own.
    for text in ["all", "'true'", "1", "refine"] {
      let document = try Demo.load("train:\n  correction: \(text)\n")
      var fields = document.fields(for: document.cells[0])
      #expect(fields.optionalChoice("correction", orSwitch: Way.all, "") == nil)
      #expect(document.problems.hasErrors, "\(text)")
    }
  }

  @Test("semantic problems stand at their key, or at the cell")
  func semantic() throws {
    let document = try Demo.load("train:\n  epochs: 5\n  search: {ef: 1}\n")
    let fields = document.fields(for: document.cells[0])
    fields.fail("epochs", "too many")
    fields.warn("search.ef", "small")
    fields.fail("seed", "needed")
    #expect(
      document.problems.diagnostics.map { $0.rendered() } == [
        "demo.yaml:1:1: error: needed\n    1 | train:\n      | ^^^^^",
        "demo.yaml:2:3: error: too many\n    2 |   epochs: 5\n      |   ^^^^^^",
        "demo.yaml:3:12: warning: small\n    3 |   search: {ef: 1}\n      |            ^^",
      ]
    )
    #expect(throws: RecipeErrors.self) { try document.problems.check() }
  }

  @Test("a required text that is missing is an error at the cell")
  func required() {
    #expect(
      Demo.problems("save:\n", steps: [NamedStep.self]) == """
        demo.yaml:1:1: error: expected a string for 'name' in 'save', got nothing: it has no default
            1 | save:
              | ^^^^
        """
    )
  }

  @Test("describing records every setting, those of optional sections too")
  func describing() {
    var fields = Fields.describing(step: "config")
    _ = DemoConfigStep(&fields)
    #expect(fields.isDescribing)
    #expect(fields.specs.map(\.name) == ["seed", "data"])
    #expect(fields.specs[1].fields.map(\.name) == ["dir", "synthetic"])
    #expect(fields.specs[1].fields[1].fields.map(\.name) == ["users"])
    #expect(fields.optionalSection("other", "") { $0.int("x", default: 1, "") } == nil)
  }

  @Test(
    "ranges of numbers hold their ends or not, and never what is not finite",
    arguments: [
      (DoubleRange.closed(0, 1), [true, true, true, false]), (.halfOpen(0, 1), [true, true, false, false]),
      (.aboveUpTo(0, 1), [false, true, true, false]), (.open(0, 1), [false, true, false, false]),
      (.above(0), [false, true, true, true]), (.atLeast(0), [true, true, true, true]),
      (.atMost(1), [true, true, true, false]), (.any, [true, true, true, true]),
    ]
  )
  func ranges(range: DoubleRange, expected: [Bool]) {
    #expect([0, 0.5, 1, 2].map { range.contains($0) } == expected)
    #expect(!range.contains(.nan) && !range.contains(.infinity) && !range.contains(-.infinity))
  }
}
