import TestSupport
import Testing

@testable import Recipe

@Suite("Environment and .env")
struct EnvironmentTests {
  @Test(".env is read up the tree, never over a variable that is set")
  func precedence() throws {
    let folder = try ScratchFolder()
    try folder.write(".env", "A=outer\nB=outer\nC=outer\n")
    try folder.write("recipes/.env", "B=inner\nC=inner\n")
    try folder.write("recipes/deep/r.yaml", "train:\n")
    let loader = RecipeLoader(environment: ["C": "set"], overrides: [], currentDirectory: folder.path)
    let document = try loader.load(path: "recipes/deep/r.yaml", steps: Demo.declarations)
    #expect(document.environmentValue("C") == "set")
    #expect(document.environmentValue("B") == "inner")
    // The nearest file from the current directory is read too.
    #expect(document.environmentValue("A") == "outer")
    #expect(document.environmentValue("D") == nil)
  }

  @Test("quotes, export, comments, expansion and lines that are no assignment")
  func syntax() {
    let text = """
      # comment
      A=plain # comment
      export B = "two\\nlines \\"quoted\\"" # comment
      C='single ${A} \\n'
      D=a#b
      E=${A}/${NOPE:-none}/${NOPE}
      F=
      not an assignment
      G="over
      lines"
      H=x=y
      I="open
      """
    let problems = Problems()
    let source = SourceText(name: ".env", directory: "/", bytes: Array(text.utf8))
    problems.register(source)
    let entries = DotEnv.parse(source, known: RecipeEnvironment(variables: [:]), problems: problems)
    #expect(entries.map(\.name) == ["A", "B", "C", "D", "E", "F", "G", "H"])
    #expect(
      entries.map(\.value) == [
        "plain", "two\nlines \"quoted\"", "single ${A} \\n", "a#b", "plain/none/", "", "over\nlines", "x=y",
      ]
    )
    #expect(
      problems.diagnostics.map { $0.rendered() } == [
        """
        .env:8:1: warning: expected NAME=VALUE, this line is passed over
            8 | not an assignment
              | ^^^^^^^^^^^^^^^^^
        """,
        """
        .env:12:1: warning: expected NAME=VALUE, this line is passed over
           12 | I="open
              | ^^^^^^^
        """,
      ]
    )
  }

  @Test("a directory named .env is passed over")
  func directory() throws {
    let folder = try ScratchFolder()
    try folder.write("recipes/.env/x", "")
    try folder.write(".env", "A=1\n")
    try folder.write("recipes/r.yaml", "train:\n")
    #expect(try folder.load("recipes/r.yaml").environmentValue("A") == "1")
  }

  @Test("a path asks its variable before its default, and is relative to the current directory then")
  func defaultEnvironment() throws {
    let folder = try ScratchFolder()
    try folder.write("recipes/r.yaml", "config:\n")
    try folder.write("recipes/w.yaml", "config: {data: {dir: own}}\n")
    func entry(_ name: String, _ environment: [String: String]) throws -> Setting? {
      Demo.settings(of: "config", in: try folder.load(name, environment: environment))["data.dir"]
    }
    #expect(try entry("recipes/r.yaml", [:]) == .string("data"))
    #expect(try entry("recipes/r.yaml", ["DEMO_DATA": ""]) == .string("data"))
    #expect(try entry("recipes/r.yaml", ["DEMO_DATA": "clicks"]) == .string("clicks"))
    #expect(try entry("recipes/w.yaml", ["DEMO_DATA": "clicks"]) == .string("own"))
  }
}
