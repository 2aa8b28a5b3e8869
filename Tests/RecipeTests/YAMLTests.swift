import Testing

@testable import Recipe

@Suite("YAML structure")
struct YAMLTests {
  @Test("an alias stands for the anchored value")
  func alias() throws {
    let text = "x-widths: &widths [8, 4]\ntrain:\n  hidden_units: *widths\n"
    #expect(try Demo.setting("train.hidden_units", text) == .list([.int(8), .int(4)]))
  }

  @Test("merged keys give way to written ones, and an earlier mapping to none after it")
  func merge() throws {
    let text = """
      x-a: &a {epochs: 5, name: a}
      x-b: &b {epochs: 6, tag: b}
      train:
        name: own
        <<: [*a, *b]
      """
    let settings = Demo.settings(of: "train", in: try Demo.load(text))
    #expect(settings["epochs"] == .int(5))
    #expect(settings["name"] == .string("own"))
    #expect(settings["tag"] == .string("b"))
  }

  @Test("a merge key takes mappings only")
  func mergeOfScalar() {
    #expect(
      Demo.problems("train:\n  <<: 3\n") == """
        demo.yaml:2:7: error: expected a mapping or a list of mappings after '<<', got 3
            2 |   <<: 3
              |       ^
        """
    )
  }

  @Test("duplicate keys are errors that name both places, and reading goes on")
  func duplicates() {
    #expect(
      Demo.problems("train:\n  epochs: 1\n  epochs: 0\ntrain: {epoch: 2}\nconfig: {sed: 1}\n") == """
        demo.yaml:3:3: error: duplicate key 'epochs', first written at demo.yaml:2:3
            3 |   epochs: 0
              |   ^^^^^^
        demo.yaml:4:1: error: duplicate key 'train', first written at demo.yaml:1:1 (a step's second cell needs \
        an id: 'train as ID')
            4 | train: {epoch: 2}
              | ^^^^^
        demo.yaml:5:10: error: unknown key 'sed' in 'config'; did you mean 'seed'?
            5 | config: {sed: 1}
              |          ^^^
        """
    )
  }

  @Test("a second document is an error")
  func documents() {
    #expect(
      Demo.problems("train:\n---\ntrain:\n") == """
        demo.yaml:2:1: error: expected one YAML document, got a second one from here on
            2 | ---
              | ^^^
        """
    )
  }

  @Test("an alias without an anchor suggests the one that was meant")
  func unknownAlias() {
    #expect(
      Demo.problems("x-a: &widths [8]\ntrain: {hidden_units: *width}\n") == """
        demo.yaml:2:23: error: no anchor '&width' stands before this alias; did you mean '*widths'?
            2 | train: {hidden_units: *width}
              |                       ^^^^^^
        """
    )
    #expect(
      Demo.problems("x-a: &a [1, *a]\n") == """
        demo.yaml:1:13: error: the alias '*a' stands inside the value it refers to
            1 | x-a: &a [1, *a]
              |             ^^
        """
    )
  }

  @Test("unknown tags are errors")
  func tags() {
    #expect(
      Demo.problems("train: {name: !!python/object:os.system x}\n") == """
        demo.yaml:1:15: error: the tag '!!python/object:os.system' means nothing here; recipes need no tags
            1 | train: {name: !!python/object:os.system x}
              |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^
        """
    )
  }

  @Test("a mapping cannot be a key")
  func complexKey() {
    #expect(
      Demo.problems("? {a: b}\n: 3\n") == """
        demo.yaml:1:3: error: expected a name as key, got a list or a mapping
            1 | ? {a: b}
              |   ^
        """
    )
  }

  @Test("a byte-order mark and CRLF change nothing")
  func lineEndings() throws {
    #expect(try Demo.setting("train.epochs", "\u{FEFF}train:\r\n  epochs: 7\r\n") == .int(7))
    #expect(
      Demo.problems("\u{FEFF}train:\r\n  epoch: 7\r\n") == """
        demo.yaml:2:3: error: unknown key 'epoch' in 'train'; did you mean 'epochs'?
            2 |   epoch: 7
              |   ^^^^^
        """
    )
  }

  @Test(
    "syntax errors come with a hint where the usual cause is known",
    arguments: [
      (
        "train:\n\tepochs: 3\n",
        """
        demo.yaml:2:1: error: not valid YAML: found character that cannot start any token while scanning for the \
        next token (a tab cannot indent YAML; use spaces)
            2 | \tepochs: 3
              | ^
        """
      ),
      (
        "train:\n  name: a: b\n",
        """
        demo.yaml:2:10: error: not valid YAML: mapping values are not allowed in this context (check the \
        indentation; a text with ': ' in it needs quotes)
            2 |   name: a: b
              |          ^
        """
      ),
      (
        "train:\n  name: \"abc\n  epochs: 3\n\n",
        """
        demo.yaml:3:12: error: not valid YAML: found unexpected end of stream while scanning a quoted scalar that \
        began in line 2
            3 |   epochs: 3
              |            ^
        """
      ),
      (
        "train: {seed: ${config.seed}}\n",
        """
        demo.yaml:1:16: error: not valid YAML: did not find expected ',' or '}' while parsing a flow mapping \
        (inside brackets a text with '{', '}', '[' or ']' needs quotes, '${…}' too)
            1 | train: {seed: ${config.seed}}
              |                ^
        """
      ),
      (
        "train:\n  expect:\n    loss: >= 3\n",
        """
        demo.yaml:3:12: error: not valid YAML: did not find expected comment or line break while scanning a block \
        scalar (a text that begins with '>', '|', '&' or '*' needs quotes)
            3 |     loss: >= 3
              |            ^
        """
      ),
    ]
  )
  func syntax(text: String, expected: String) {
    #expect(Demo.problems(text) == expected)
  }
}
