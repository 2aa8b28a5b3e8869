@testable import Files
import Testing

@testable import Recipe

@Suite("Messages")
struct DiagnosticTests {
  @Test("a problem looks like a compiler's")
  func design() {
    let problem = Diagnostic(
      severity: .error,
      message: "unknown key 'epoch' in 'train'; did you mean 'epochs'?",
      place: Place(file: "recipes/news.yaml", line: 14, column: 5, length: 5),
      sourceLine: "    epoch: 3"
    )
    #expect(
      problem.rendered() == """
        recipes/news.yaml:14:5: error: unknown key 'epoch' in 'train'; did you mean 'epochs'?
           14 |     epoch: 3
              |     ^^^^^
        """
    )
  }

  @Test("colours touch the place, the severity and the caret")
  func colours() {
    let problem = Diagnostic(
      severity: .warning,
      message: "m",
      place: Place(file: "f", line: 1, column: 1),
      sourceLine: "x"
    )
    #expect(
      problem.rendered(color: true) == """
        \u{1B}[1mf:1:1:\u{1B}[0m \u{1B}[1;35mwarning:\u{1B}[0m m
            1 | x
              | \u{1B}[1;32m^\u{1B}[0m
        """
    )
  }

  @Test("columns count characters, and tabs before the caret stay tabs")
  func characters() {
    #expect(
      Demo.problems("train: {name: \"名前é😀\",\tepoch: 3}\n") == """
        demo.yaml:1:23: error: unknown key 'epoch' in 'train'; did you mean 'epochs'?
            1 | train: {name: "名前é😀",\tepoch: 3}
              |                      \t^^^^^
        """
    )
  }

  @Test("problems are sorted by file, line and column; what has no place comes first")
  func order() {
    let problems = Problems()
    problems.error("d", at: Place(file: "b", line: 1, column: 1))
    problems.warning("c", at: Place(file: "a", line: 10, column: 1))
    problems.error("b", at: Place(file: "a", line: 9, column: 7))
    problems.error("a", at: nil)
    #expect(problems.diagnostics.map(\.message) == ["a", "b", "c", "d"])
    #expect(problems.errorCount == 3)
  }

  @Test("terminal escapes in a recipe never reach the terminal")
  func escapes() {
    let shown = Demo.problems("\"tr\\e[31main\": 3\n")
    #expect(!shown.contains("\u{1B}"))
    #expect(shown.hasPrefix("demo.yaml:1:1: error: unknown step 'tr\u{FFFD}[31main'"))
  }

  @Test(
    "suggestions allow a third of the word to be wrong",
    arguments: [
      ("epoch", "epochs"), ("epcohs", "epochs"), ("EPOCHS", "epochs"), ("learning_rte", "learning_rate"),
      ("lr", nil), ("zzzzzz", nil), ("", nil), ("seeed", "seed"),
    ] as [(String, String?)]
  )
  func suggestions(word: String, expected: String?) {
    #expect(Suggestion.nearest(to: word, among: ["epochs", "learning_rate", "seed"]) == expected)
  }

  @Test(
    "separators do not count, and the beginning of a name is near to it",
    arguments: [
      ("usr_id", "user_id"), ("UserID", "user_id"), ("click-article", "click_article_id"), ("pri", "price"),
      ("pr", nil), ("category", nil), ("prices_of_all", "price"), ("", nil), ("_", nil),
    ] as [(String, String?)]
  )
  func columnSuggestions(word: String, expected: String?) {
    #expect(Suggestion.nearest(to: word, among: ["click_article_id", "user_id", "price"]) == expected)
  }

  @Test("a swap of neighbours is one edit")
  func swap() {
    #expect(Suggestion.distance(Array("abcd".unicodeScalars), Array("abdc".unicodeScalars)) == 1)
    #expect(Suggestion.distance(Array("kitten".unicodeScalars), Array("sitting".unicodeScalars)) == 3)
    #expect(Suggestion.distance([], Array("abc".unicodeScalars)) == 3)
  }
}
