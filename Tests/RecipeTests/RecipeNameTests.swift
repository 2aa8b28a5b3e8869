import Testing

@testable import Recipe

@Suite("Names of recipes")
struct RecipeNameTests {
  @Test(
    "those that would lead out of their folder, hide it, or break a line are refused",
    arguments: [
      ("..", "begins with a dot"), (".", "begins with a dot"), (".cache", "begins with a dot"),
      ("", "is empty"),
      ("a/b", "has a slash in it"), ("../../x", "begins with a dot"),
      ("a\nsplit: {}", "characters in it that do not show"),
      ("a\u{7}", "characters in it that do not show"),
      (String(repeating: "é", count: 101), "longer than 200 bytes"),
    ]
  )
  func refused(name: String, words: String) { #expect(RecipeName.problem(name)?.contains(words) == true) }

  @Test("all others are taken", arguments: ["quickstart", "a b", "r.v2", "日本", "<script>", "|`*", "é-_()"])
  func taken(name: String) { #expect(RecipeName.problem(name) == nil) }

  @Test("it is told of a file's name with all else that is wrong")
  func told() {
    let errors = #expect(throws: RecipeErrors.self) {
      let document = try RecipeLoader(environment: [:]).load(
        text: "nothing: {}\n",
        name: "x/...yaml",
        directory: "/",
        steps: []
      )
      try document.problems.check()
    }
    #expect(
      errors?.diagnostics.first?.message
        == "the recipe's name '..' begins with a dot, and so would the folder of its runs; give its file another name"
    )
    #expect(errors?.diagnostics.count == 2)
  }
}
