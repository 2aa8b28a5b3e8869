import Foundation
import Testing

@Suite("Starter recipes for data of many shapes")
struct InitTests {
  /// Writes the files, those with other letters than those of ASCII in Latin-1.
  private func place(_ shape: InitShape) throws -> Workplace {
    let place = try Workplace()
    for (name, text) in shape.files {
      try place.write(name, text.data(using: .isoLatin1) ?? Data(text.utf8))
    }
    for (name, bytes) in shape.bytes { try place.write(name, Data(bytes)) }
    return place
  }

  @Test(
    "a starter recipe says what its files are, passes the check without a warning, and runs",
    arguments: InitShape.texts + InitShape.others
  )
  func starter(shape: InitShape) throws {
    let place = try place(shape)
    let outcome = try place.run(shape.words + ["-o", "r.yaml", "--force"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let errors = outcome.errors.replacing("\n  ", with: " ")
    for line in shape.said { #expect(errors.contains(line), "\(line) in \(errors)") }
    // Names of files are as long as they are.
    #expect(errors.contains("data/") || outcome.errors.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let recipe = try place.text("r.yaml")
    for line in shape.recipe { #expect(recipe.contains(line), "\(line) in \(recipe)") }
    let check = try place.run("check", "r.yaml")
    #expect(check.status == 0 && check.errors == "", "\(check.errors)\n\(recipe)")
    let run = try place.run(["run", "r.yaml"] + Self.short + ["--output", "o", "-q"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try place.metrics("o")["config.clicks"] == 180)
    #expect(try place.metrics("o")["config.users"] == 30)
  }

  @Test("clicks to test on that are written otherwise than the log are refused, with what differs")
  func otherForm() throws {
    let place = try Workplace()
    try place.write("log.csv", InitShape.clicks("user,item\n") { user, item, _, _ in "\(user),\(item)\n" })
    try place.write("later.csv", "who,item\n1,2\n2,3\n")
    try place.write("lists.txt", InitShape.rows(9) { "\($0) 1 2 3\n" })
    for (file, reason) in [
      ("later.csv", "it has no column 'user', as log.csv has"),
      ("lists.txt", "it is delimited text, blanks "),
    ] {
      let outcome = try place.run("init", "log.csv", "--test", file, "-o", "r.yaml")
      #expect(outcome.status == 2)
      #expect(
        outcome.errors.contains("\(file): cannot be the clicks to test on: \(reason)"),
        "\(outcome.errors)"
      )
    }
  }

  /// A run of small data, with all cells.
  private static let short = ["train.epochs=1", "train.batch_size=32", "recall.k=5"]

  /// Settings that recipes suggest behind a mark, by what they begin with.
  private static let suggested = ["item_", "user_", "context", "keep", "impressions_per_sample"]

  @Test(
    "what a recipe suggests can be taken: the lines without their marks run",
    arguments: (InitShape.texts + InitShape.others).filter { shape in
      ["MovieLens-100K", "RecBole", "titles", "JSON lines"].contains(where: shape.testDescription.hasPrefix)
    }
  )
  func suggestions(shape: InitShape) throws {
    let place = try place(shape)
    #expect(try place.run(shape.words + ["-o", "r.yaml", "--force"]).status == 0)
    var recipe = try place.text("r.yaml")
    var taken = 0
    for name in Self.suggested {
      taken += recipe.components(separatedBy: " # \(name)").count - 1
      recipe = recipe.replacing(" # \(name)", with: " \(name)")
    }
    #expect(taken > 1)
    try place.write("r.yaml", recipe)
    let run = try place.run(["run", "r.yaml"] + Self.short + ["--output", "o", "-q"])
    #expect(run.status == 0, "\(run.errors)\n\(recipe)")
  }

  @Test(
    "towerbook data shows parts of one table as one, with the columns of their paths, and arrays by their shape"
  )
  func parts() throws {
    let days = try #require(InitShape.others.first)
    let place = try place(days)
    for (name, bytes) in InitShape.others[7].bytes { try place.write(name, Data(bytes)) }
    let outcome = try place.run("data", "data")
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    let output = outcome.output
    #expect(output.hasPrefix("data/clicks/day=*: Parquet\n180 rows, 4 columns, "))
    #expect(output.contains("\nday      integer      0         3  1 to 3 "), "\(output)")
    #expect(output.contains("\ndata/emb.npy: NumPy array, [20, 4]\n"))
    let pattern = try place.run("data", "data/clicks/day=[12]")
    #expect(pattern.output.contains("\n120 rows, 4 columns, "))
    #expect(
      try place.run("data", "data/clicks/dya=*").errors == "error: no file matches 'data/clicks/dya=*'\n"
    )
  }

  @Test("without a file, in an empty folder, or with nothing to be read in it, it says so")
  func nothing() throws {
    let place = try Workplace()
    try place.write("empty/.hidden", "x")
    try place.write("other/notes.md", "# Notes\n")
    try place.write("packed/a.zip", "PK\u{3}\u{4}rest")
    try place.write("one/items.csv", "item\n1\n")
    for (words, message) in [
      (["init", "nowhere.csv"], "error: nowhere.csv: no such file or folder\n"),
      (["init", "empty"], "error: empty: the folder holds no files\n"),
      (["init", "other"], "error: other: the folder holds no file of data that can be read\n"),
      (
        ["init", "packed"],
        "error: packed: the folder holds no file of data that can be read; packed/a.zip: the file is a ZIP archive or a "
          + "spreadsheet; unpack it first, or save the sheet as CSV, and name the file or the folder that comes out\n"
      ),
      (
        ["init", "one"],
        "error: one/items.csv: no column can be the user; a click log needs two columns at least\n"
      ),
      (["init", "c.csv", "--items", "no.csv"], "error: no.csv: no such file or folder\n"),
    ] {
      let outcome = try place.run(words)
      #expect(outcome.status == 2 && outcome.output == "")
      #expect(outcome.errors == message)
    }
    let none = try place.run("init")
    #expect(
      none.status == 2 && none.errors.hasPrefix("Error: name the click log, or a folder that it is in\n")
    )
    #expect(!place.list(".").contains { $0.hasSuffix(".yaml") && $0 != "r.yaml" })
  }

  @Test("a recipe for a folder is called as the folder, also as the one where one stands")
  func names() throws {
    let place = try Workplace()
    try place.write("shop/clicks.csv", try place.text("c.csv"))
    #expect(try place.run("init", "shop/").output == "shop.yaml\n")
    #expect(try place.run("init", "./shop", "-o", "-").output == place.text("shop.yaml"))
  }

  // MARK: Real data

  private static let sets = FileManager.default.fileExists(
    atPath: SharedFolder.url.path + "/data/movielens_100k/u.data"
  )

  private func run(_ folder: String, _ settings: [String]) throws -> Workplace {
    let place = try Workplace()
    let made = try place.run("init", SharedFolder.url.path + "/data/" + folder, "-o", "s.yaml")
    try #require(made.status == 0, "\(made.errors)")
    let check = try place.run("check", "s.yaml")
    #expect(check.status == 0 && check.errors == "", "\(check.errors)")
    let run = try place.run(["run", "s.yaml", "--output", "o", "-q"] + settings)
    #expect(run.status == 0, "\(run.errors)")
    return place
  }

  @Test("MovieLens-100K goes from init to a model in one step", .enabled(if: sets, "../shared is not there"))
  func movielens() throws {
    let place = try run("movielens_100k", ["train.epochs=3"])
    #expect(try place.metrics("o")["config.clicks"] == 100_000)
    #expect(try place.metrics("o")["config.catalogue_items"] == 1682)
    // Popularity has .0859 there; three epochs are beyond it.
    #expect(try place.metrics("o")["eval.hit_rate@10"] ?? 0 > 0.1)
  }

  @Test("so do the clicks of the news site", .enabled(if: SharedFolder.hasNews, "../shared is not there"))
  func news() throws {
    let place = try run(
      "news_recommendation",
      ["split.sample_users=2000", "train.epochs=1"]
    )
    #expect(try place.metrics("o")["config.clicks"] == 1_112_623)
    #expect(try place.metrics("o")["config.catalogue_items"] == 364_047)
  }

  @Test("so do the sequences of Amazon Beauty", .enabled(if: sets, "../shared is not there"))
  func beauty() throws {
    let place = try run("amazon_beauty", ["train.epochs=1"])
    #expect(try place.metrics("o")["config.clicks"] == 198_502)
    #expect(try place.metrics("o")["config.users"] == 22_363)
  }
}
