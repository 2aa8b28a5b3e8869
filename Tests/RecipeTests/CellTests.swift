import Testing

@testable import Recipe

@Suite("Cells")
struct CellTests {
  @Test("cells keep their order, ids, prose and title")
  func cells() throws {
    let document = try Demo.load(
      """
      title: Two towers
      text: |
        Prose with ${x^2}$ and {{ train.loss }}.
      train:
        text: before ${x}
        note: after
      config:
      train as second_one: {epochs: 2}
      """
    )
    #expect(document.name == "demo")
    #expect(document.title == "Two towers")
    #expect(document.text == "Prose with ${x^2}$ and {{ train.loss }}.\n")
    #expect(document.cells.map(\.header.key) == ["train", "config", "train as second_one"])
    #expect(document.cells.map(\.header.id) == ["train", "config", "second_one"])
    #expect(document.cells[0].text == "before ${x}")
    #expect(document.cells[0].note == "after")
    #expect(document.cells[0].header.place == Place(file: "demo.yaml", line: 4, column: 1, length: 5))
  }

  @Test("unknown steps, malformed headers and wrong contents are reported at once")
  func headers() {
    #expect(
      Demo.problems("trian: {}\nblending: {}\ntrain as 1b: {}\ntrain  as b: {}\nconfig: 3\n") == """
        demo.yaml:1:1: error: unknown step 'trian'; did you mean 'train'?
            1 | trian: {}
              | ^^^^^
        demo.yaml:2:1: error: unknown step 'blending'; the steps are config, train
            2 | blending: {}
              | ^^^^^^^^
        demo.yaml:3:1: error: expected 'train' or 'train as ID' (an ID is letters, digits, '_' and '-'), got \
        'train as 1b'
            3 | train as 1b: {}
              | ^^^^^^^^^^^
        demo.yaml:4:1: error: expected 'train' or 'train as ID' (an ID is letters, digits, '_' and '-'), got \
        'train  as b'
            4 | train  as b: {}
              | ^^^^^^^^^^^
        demo.yaml:5:9: error: expected settings in 'config' (or false, to leave the cell out), got 3
            5 | config: 3
              |         ^
        """
    )
  }

  @Test("two cells cannot share an id")
  func duplicateIDs() {
    #expect(
      Demo.problems("train:\nconfig as train:\n") == """
        demo.yaml:2:1: error: duplicate cell id 'train', first given at demo.yaml:1:1; write 'config as ID' with \
        another ID
            2 | config as train:
              | ^^^^^^^^^^^^^^^
        """
    )
  }

  @Test("prose must be text")
  func prose() {
    #expect(
      Demo.problems("title: 3\ntrain: {note: [a]}\n") == """
        demo.yaml:1:8: error: expected a string, or null for the recipe's 'title', got 3 (put it in quotes to make \
        it a string)
            1 | title: 3
              |        ^
        demo.yaml:2:15: error: expected a string, or null for 'note' in 'train', got a list
            2 | train: {note: [a]}
              |               ^^^
        """
    )
  }

  @Test("expectations are read, several for one metric too")
  func expectations() throws {
    let document = try Demo.load(
      "train:\n  expect:\n    hit_rate@20: '>= 0.5'\n    eval.mrr: ['>0', ' != 1e-1 ']\n    loss: \"< ${config.seed}\"\nconfig:\n"
    )
    let expectations = document.cells[0].expectations
    #expect(expectations.map(\.metric) == ["hit_rate@20", "eval.mrr", "eval.mrr", "loss"])
    #expect(expectations.map(\.text) == [">= 0.5", "> 0", "!= 1e-1", "< 42"])
    #expect(expectations.map(\.bound) == [0.5, 0, 0.1, 42])
    #expect(expectations[0].isMet(by: 0.5))
    #expect(!expectations[0].isMet(by: 0.49))
    #expect(!expectations[2].isMet(by: .nan))
  }

  @Test("what is no condition is an error")
  func malformedExpectations() {
    #expect(
      Demo.problems("train:\n  expect: {a: yes, b: '=> 1', c: '>= .inf'}\n") == """
        demo.yaml:2:15: error: expected a number or a condition such as ">= 0.5" for 'a' in 'train.expect', got the string 'yes'
            2 |   expect: {a: yes, b: '=> 1', c: '>= .inf'}
              |               ^^^
        demo.yaml:2:23: error: expected a number or a condition such as ">= 0.5" for 'b' in 'train.expect', got the string '=> 1'
            2 |   expect: {a: yes, b: '=> 1', c: '>= .inf'}
              |                       ^^^^^^
        demo.yaml:2:34: error: expected a number or a condition such as ">= 0.5" for 'c' in 'train.expect', got the string \
        '>= .inf'
            2 |   expect: {a: yes, b: '=> 1', c: '>= .inf'}
              |                                  ^^^^^^^^^
        """
    )
  }
}
