import Notebook
import Report
import Testing

@testable import Recipe

private struct ShortListStep: Step {
  static let name = "list"
  static let summary = "Lists."
  static let revision = 1

  init(_ fields: inout Fields) { _ = fields.int("k", defaultFrom: "config.seed", in: 0...9, "") }

  func run(in context: RunContext) throws -> [Block] { [] }
}

@Suite("References")
struct InterpolationTests {
  @Test("a whole reference keeps its type, one within a text becomes part of it")
  func types() throws {
    let text = """
      config: {seed: 7}
      x-layers: [4, 2]
      train:
        epochs: ${config.seed}
        name: seed ${config.seed}, ${train.learning_rate}
        hidden_units: ${x-layers}
        learning_rate: "${env:RATE,1e-2}"
        tag: $${config.seed} costs $5
      """
    let train = Demo.settings(of: "train", in: try Demo.load(text))
    #expect(train["epochs"] == .int(7))
    #expect(train["name"] == .string("seed 7, 1e-2"))
    #expect(train["hidden_units"] == .list([.int(4), .int(2)]))
    #expect(train["learning_rate"] == .real(0.01))
    #expect(train["tag"] == .string("${config.seed} costs $5"))
  }

  @Test("a reference to what is not written gives the step's default, and follows defaults that refer on")
  func defaults() throws {
    let text =
      "config:\ntrain:\n  epochs: ${train.seed}\n  name: ${config.data.dir}\n  sample: ${b.epochs}\ntrain as b:\n"
    let train = Demo.settings(of: "train", in: try Demo.load(text))
    #expect(train["epochs"] == .int(42))
    #expect(train["name"] == .string("data"))
    #expect(train["sample"] == .int(3))
    #expect(train["seed"] == .int(42))
    #expect(try Demo.setting("train.seed", "train:\n") == .int(42))
    #expect(try Demo.setting("train.seed", "config: {seed: 5}\ntrain:\n") == .int(5))
    #expect(try Demo.setting("train.seed", "config: {seed: 1e3}\ntrain:\n") == .int(1000))
  }

  @Test("environment variables are typed as plain scalars, and are text where text is asked for")
  func environment() throws {
    let text = "train: {epochs: '${env:N}', name: '${env:N}', tag: '${env:EMPTY,}'}"
    let document = try Demo.load(text, environment: ["N": "12"])
    let train = Demo.settings(of: "train", in: document)
    #expect(train["epochs"] == .int(12))
    #expect(train["name"] == .string("12"))
    #expect(train["tag"] == .null)
  }

  @Test("circles are reported once, with every place")
  func circles() {
    #expect(
      Demo.problems(
        "config:\n  seed: ${train.epochs}\ntrain:\n  epochs: ${config.seed}\n  name: a${train.name}\n"
      ) == """
        demo.yaml:2:9: error: settings refer to each other in a circle: config.seed (demo.yaml:2:9) -> train.epochs \
        (demo.yaml:4:11) -> config.seed
            2 |   seed: ${train.epochs}
              |         ^^^^^^^^^^^^^^^
        demo.yaml:5:9: error: settings refer to each other in a circle: train.name (demo.yaml:5:9) -> train.name
            5 |   name: a${train.name}
              |         ^^^^^^^^^^^^^^
        """
    )
  }

  @Test("what cannot be resolved is reported where it is written")
  func problems() {
    #expect(
      Demo.problems(
        """
        config:
        train:
          epochs: ${config.sed}
          seed: ${env:SEDE}
          sample: ${config}
          name: ${nothing here}
          tag: a ${config.data} b
          learning_rate: ${
          clip: ${train.name}
        """,
        environment: ["SEED": "1"]
      ) == """
        demo.yaml:3:11: error: no setting 'config.sed' to refer to; did you mean 'config.seed'?
            3 |   epochs: ${config.sed}
              |           ^^^^^^^^^^^^^
        demo.yaml:4:9: error: the environment variable 'SEDE' is not set, and its reference gives no default; \
        did you mean 'SEED'?
            4 |   seed: ${env:SEDE}
              |         ^^^^^^^^^^^
        demo.yaml:5:11: error: no setting 'config' to refer to (a reference names a cell and a setting, as \
        ${config.seed})
            5 |   sample: ${config}
              |           ^^^^^^^^^
        demo.yaml:6:9: error: expected ${CELL.SETTING} or ${env:NAME,default}, got '${nothing here}'
            6 |   name: ${nothing here}
              |         ^^^^^^^^^^^^^^^
        demo.yaml:7:8: error: no setting 'config.data' to refer to
            7 |   tag: a ${config.data} b
              |        ^^^^^^^^^^^^^^^^^^
        demo.yaml:8:18: error: expected '}' after '${', got the end
            8 |   learning_rate: ${
              |                  ^^
        """
    )
  }

  @Test(
    "a reference must name a cell that is there, whatever the step's default; a default that refers need not"
  )
  func missingCell() throws {
    #expect(
      Demo.problems(
        "config:\ntrain as t2:\n  epochs: 9\n  sample: ${train.epochs}\n  name: ${nope.k}\n  tag: ${cnofig.seed}\n"
      ) == """
        demo.yaml:4:11: error: no setting 'train.epochs' to refer to: this recipe has no cell 'train'; did you mean \
        't2.epochs'?
            4 |   sample: ${train.epochs}
              |           ^^^^^^^^^^^^^^^
        demo.yaml:5:9: error: no setting 'nope.k' to refer to: this recipe has no cell 'nope'; its cells are config, t2
            5 |   name: ${nope.k}
              |         ^^^^^^^^^
        demo.yaml:6:8: error: no setting 'cnofig.seed' to refer to: this recipe has no cell 'cnofig'; did you mean \
        'config.seed'?
            6 |   tag: ${cnofig.seed}
              |        ^^^^^^^^^^^^^^
        """
    )
    #expect(
      Demo.problems("config:\ntrain: false\ntrain as b: {epochs: '${train.epochs}'}\n").hasPrefix(
        "demo.yaml:3:22: error: no setting 'train.epochs' to refer to: this recipe has no cell 'train'; did you mean"
      )
    )
    // 42 is what the step of the cell that is not there declares, and train.seed refers to it by default.
    #expect(try Demo.setting("train.epochs", "train:\n  epochs: ${train.seed}\n") == .int(42))
  }

  @Test("a reference to a list cannot stand within a text, and a wrong type is shown where it is used")
  func misuse() {
    #expect(
      Demo.problems("train:\n  name: a ${train.hidden_units}\n  epochs: ${train.strategy}\n") == """
        demo.yaml:2:9: error: expected a single value to put into this text, got a list
            2 |   name: a ${train.hidden_units}
              |         ^^^^^^^^^^^^^^^^^^^^^^^
        demo.yaml:3:11: error: expected an integer from 1 to 10000 for 'epochs' in 'train', got the string 'last_click'
            3 |   epochs: ${train.strategy}
              |           ^^^^^^^^^^^^^^^^^
        """
    )
  }

  @Test("a default taken from another cell must fit too")
  func defaultOutOfRange() {
    #expect(
      Demo.problems("config:\n  seed: 10\nlist:\n", steps: [DemoConfigStep.self, ShortListStep.self]) == """
        demo.yaml:3:1: error: expected an integer from 0 to 9 for 'k' in 'list', got 10 from its default ${config.seed}
            3 | list:
              | ^^^^
        """
    )
  }
}
