import Testing

@testable import Recipe

@Suite("Overrides")
struct OverrideTests {
  @Test("overrides set values, make sections, and the last one wins")
  func values() throws {
    let document = try Demo.load(
      "config:\ntrain as big: {epochs: 1}\n",
      overrides: [
        "big.epochs=5", "big.hidden_units=[64,32]", "big.tag=no", "big.epochs=6",
        "config.data.synthetic.users=0x10", "title=New", "big.expect.eval.mrr@20='> 0'",
      ]
    )
    let train = Demo.settings(of: "big", in: document)
    #expect(train["epochs"] == .int(6))
    #expect(train["hidden_units"] == .list([.int(64), .int(32)]))
    #expect(train["tag"] == .string("no"))
    #expect(Demo.settings(of: "config", in: document)["data.synthetic.users"] == .int(16))
    #expect(document.title == "New")
    #expect(document.cells[1].expectations.map(\.metric) == ["eval.mrr@20"])
  }

  @Test("overridden values are marked")
  func marks() throws {
    let document = try Demo.load("config: {seed: 1}\n", overrides: ["config.data.synthetic={users: 2}"])
    #expect(
      Demo.settings(of: "config", in: document).yaml(markOverrides: true) == """
        seed: 1
        data:
          dir: data
          synthetic:
            users: 2  # overridden

        """
    )
  }

  @Test("problems show the override as their source")
  func problems() {
    #expect(
      Demo.problems(
        "train:\n  name: x\n",
        overrides: [
          "train.epoch=3", "tran.epochs=3", "config.seed=3", "train=3", "nothing", "train.tag=*x",
          "train.name.first=3", "train.hidden_units=[1,x]", "train.learning_rate=-1",
        ]
      ) == """
        command line:1:7: error: unknown key 'epoch' in 'train'; did you mean 'epochs'?
            1 | train.epoch=3
              |       ^^^^^
        command line:2:1: error: no cell 'tran' in this recipe; did you mean 'train'?
            2 | tran.epochs=3
              | ^^^^
        command line:3:1: error: this recipe has no cell 'config' to set anything in
            3 | config.seed=3
              | ^^^^^^
        command line:4:1: error: expected CELL.SETTING=VALUE: 'train' is a cell, which cannot be set as a whole
            4 | train=3
              | ^^^^^
        command line:5:1: error: expected CELL.SETTING=VALUE, got 'nothing'
            5 | nothing
              | ^^^^^^^
        command line:6:11: error: no anchor '&x' stands before this alias (a text that begins with '*' needs quotes)
            6 | train.tag=*x
              |           ^^
        command line:7:7: error: cannot set 'first' in 'name': expected a mapping there, got the string 'x'
            7 | train.name.first=3
              |       ^^^^
        command line:8:23: error: expected an integer from 1 to 4096 for each value of 'hidden_units' in 'train', \
        got the string 'x'
            8 | train.hidden_units=[1,x]
              |                       ^
        command line:9:21: error: expected a finite number above 0 for 'learning_rate' in 'train', got -1
            9 | train.learning_rate=-1
              |                     ^^
        """
    )
  }

  @Test("an override over several lines is shown on one")
  func lines() {
    #expect(
      Demo.problems("train:\n", overrides: ["train.search={a:\n [1]}"]) == """
        command line:1:19: error: expected text, true, false, null or a number of at most 64 bits for each value of \
        'search' in 'train', got a list
            1 | train.search={a:  [1]}
              |                   ^^^
        """
    )
  }
}
