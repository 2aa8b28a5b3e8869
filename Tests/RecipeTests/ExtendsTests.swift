import TestSupport
import Testing

@testable import Recipe

@Suite("extends")
struct ExtendsTests {
  @Test("a recipe is merged over its base: the base's order, new cells after it")
  func merge() throws {
    let folder = try ScratchFolder()
    try folder.write(
      "common/base.yaml",
      "title: Base\nconfig: {seed: 1, data: {dir: clicks}}\ntrain: {epochs: 9, hidden_units: [1]}\n"
    )
    try folder.write(
      "recipes/news.yaml",
      "extends: ../common/base.yaml\ntrain as b:\ntrain:\nconfig: {data: {synthetic: {}}, seed: 2}\n"
    )
    let document = try folder.load("recipes/news.yaml")
    #expect(document.title == "Base")
    #expect(document.name == "news")
    #expect(document.cells.map(\.header.id) == ["config", "train", "b"])
    #expect(Demo.settings(of: "train", in: document)["epochs"] == .int(9))
    let config = Demo.settings(of: "config", in: document)
    #expect(config["seed"] == .int(2))
    #expect(config["data.dir"] == .string("clicks"))
    #expect(config["data.synthetic.users"] == .int(100))
    #expect(document.files == ["\(folder.path)/common/base.yaml", "\(folder.path)/recipes/news.yaml"])
  }

  @Test("a cell of the base that is false is left out")
  func leftOut() throws {
    let folder = try ScratchFolder()
    try folder.write("a.yaml", "config: {seed: 1}\ntrain: {epochs: 1}\ntrain as b: {epochs: 2}\n")
    try folder.write("c.yaml", "extends: a.yaml\ntrain: false\n")
    #expect(try folder.load("c.yaml").cells.map(\.header.id) == ["config", "b"])
  }

  @Test("an expectation of the base without a condition is taken back")
  func expectations() throws {
    let folder = try ScratchFolder()
    try folder.write("a.yaml", "train: {expect: {loss: 1, epochs: 2}}\n")
    try folder.write("c.yaml", "extends: a.yaml\ntrain: {expect: {loss: null}}\n")
    #expect(try folder.load("c.yaml").cells[0].expectations.map(\.metric) == ["epochs"])
  }

  @Test("of several bases the later wins")
  func several() throws {
    let folder = try ScratchFolder()
    try folder.write("a.yaml", "train: {epochs: 1, name: a}\n")
    try folder.write("b.yaml", "train: {epochs: 2}\n")
    try folder.write("c.yaml", "extends: [a.yaml, b.yaml]\n")
    let train = Demo.settings(of: "train", in: try folder.load("c.yaml"))
    #expect(train["epochs"] == .int(2))
    #expect(train["name"] == .string("a"))
  }

  @Test("paths stand against the file they are written in, the command line's against the current directory")
  func paths() throws {
    let folder = try ScratchFolder()
    try folder.write("common/base.yaml", "config: {data: {dir: clicks}}\n")
    try folder.write("recipes/news.yaml", "extends: ../common/base.yaml\n")
    func directory(_ overrides: [String], _ environment: [String: String] = [:]) throws -> ResolvedPath? {
      let document = try folder.load("recipes/news.yaml", overrides: overrides, environment: environment)
      var fields = document.fields(for: document.cells[0])
      var path: ResolvedPath?
      fields.section("data", "") { path = $0.path("dir", default: nil, "") }
      return path
    }
    #expect(try directory([]) == ResolvedPath(shown: "clicks", absolute: "\(folder.path)/common/clicks"))
    #expect(
      try directory(["config.data.dir=x/../y"])
        == ResolvedPath(shown: "x/../y", absolute: "\(folder.path)/y")
    )
    #expect(
      try directory(["config.data.dir=${env:D}/in"], ["D": "d"])
        == ResolvedPath(shown: "d/in", absolute: "\(folder.path)/d/in")
    )
    #expect(
      try directory(["config.data.dir=~/in"], ["HOME": "/home/me"])
        == ResolvedPath(shown: "~/in", absolute: "/home/me/in")
    )
  }

  @Test("extending itself, directly or through others, is an error with its place")
  func circles() throws {
    let folder = try ScratchFolder()
    try folder.write("self.yaml", "train:\nextends: ./self.yaml\n")
    try folder.write("a.yaml", "extends: sub/b.yaml\n")
    try folder.write("sub/b.yaml", "extends: [../a.yaml]\n")
    #expect(
      folder.problems("self.yaml") == """
        self.yaml:2:10: error: the recipe extends itself
            2 | extends: ./self.yaml
              |          ^^^^^^^^^^^
        """
    )
    #expect(
      folder.problems("a.yaml") == """
        sub/b.yaml:1:11: error: 'a.yaml' extends this recipe in turn: expected no circle
            1 | extends: [../a.yaml]
              |           ^^^^^^^^^
        """
    )
  }

  @Test("problems of bases are shown in their files; what cannot be read, where it is asked for")
  func problems() throws {
    let folder = try ScratchFolder()
    try folder.write("base.yaml", "train: {epochs: x}\n")
    try folder.write("wrong.yaml", "extends: base.yaml\ntrain: {epoch: 3}\n")
    try folder.write("missing.yaml", "extends: [no.yaml, 3, .]\ntrain:\n")
    #expect(
      folder.problems("wrong.yaml") == """
        base.yaml:1:17: error: expected an integer from 1 to 10000 for 'epochs' in 'train', got the string 'x'
            1 | train: {epochs: x}
              |                 ^
        wrong.yaml:2:9: error: unknown key 'epoch' in 'train'; did you mean 'epochs'?
            2 | train: {epoch: 3}
              |         ^^^^^
        """
    )
    #expect(
      folder.problems("missing.yaml") == """
        missing.yaml:1:11: error: cannot read 'no.yaml': there is no such file
            1 | extends: [no.yaml, 3, .]
              |           ^^^^^^^
        missing.yaml:1:20: error: expected a path or a list of paths after 'extends', got 3
            1 | extends: [no.yaml, 3, .]
              |                    ^
        missing.yaml:1:23: error: cannot read '.': expected a file, got a directory
            1 | extends: [no.yaml, 3, .]
              |                       ^
        """
    )
  }

  @Test("bases that multiply are limited")
  func diamonds() throws {
    let folder = try ScratchFolder()
    for level in 0..<12 {
      try folder.write("\(level).yaml", "extends: [\(level + 1).yaml, \(level + 1).yaml]\n")
    }
    try folder.write("12.yaml", "train:\n")
    #expect(folder.problems("0.yaml").contains("error: expected at most 100 files joined by 'extends'\n"))
  }
}
