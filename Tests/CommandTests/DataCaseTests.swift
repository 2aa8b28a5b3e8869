import Foundation
import Testing

/// Small inputs that once gave wrong answers, with answers that were reckoned apart from this project.
@Suite("Data as people have it, read rightly or refused")
struct DataCaseTests {
  /// A recipe of all cells over `train.csv`; `config` and `split` are added to what they hold.
  private static func recipe(config: String = "", split: String = "") -> String {
    """
    config:
      data: { path: ".", clicks: train.csv\(config) }
      columns: { user: user_id, item: item_id }
    split: { \(split) }
    encode: { min_history: 0 }
    model: { embedding_dim: 4, hidden_units: [4], user_id: false, category: false, dropout: 0.0 }
    train: { learning_rate: 1e-2, batch_size: 4, epochs: 1 }
    index:
    eval: { k: [1, 10] }
    recall: { k: 10 }

    """
  }

  private static let files = "strategy: files, test_file: test.csv"

  /// Runs the recipe over files of these contents.
  private func run(
    _ files: [String: String],
    _ recipe: String,
    _ overrides: [String] = []
  ) throws -> (place: Workplace, outcome: Tool.Outcome) {
    let place = try Workplace()
    for (name, text) in files { try place.write(name, text) }
    try place.write("case.yaml", recipe)
    return (place, try place.run(["run", "case.yaml", "--output", "o", "-q"] + overrides))
  }

  private func metrics(_ files: [String: String], _ recipe: String) throws -> [String: Double] {
    let (place, outcome) = try run(files, recipe)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try place.metrics("o")
  }

  /// `header` and lines of comma-separated pairs: "u1,a u1,b".
  private static func csv(_ pairs: String, header: String = "user_id,item_id") -> String {
    ([header] + pairs.split(separator: " ").map(String.init)).joined(separator: "\n") + "\n"
  }

  @Test("Unknown ids of a test file are as many items as they are", arguments: ["text", "integers"])
  func unknownItems(kind: String) throws {
    var (train, test) = ("u1,a u1,b u2,c u2,d", "u1,c u1,x u1,y u8,a u9,a")
    if kind == "integers" {
      for (name, number) in zip("uabcdxy", ["", "1", "2", "3", "4", "7", "8"]) {
        train = train.replacingOccurrences(of: String(name), with: number)
        test = test.replacingOccurrences(of: String(name), with: number)
      }
    }
    let (place, outcome) = try run(
      ["train.csv": Self.csv(train), "test.csv": Self.csv(test)],
      Self.recipe(split: Self.files)
    )
    #expect(outcome.status == 0, "\(outcome.errors)")
    let metrics = try place.metrics("o")
    // Three held-out items, one of them findable, and found second or first: two others are candidates.
    let report = try place.text("o/report.md")
    #expect(metrics["split.held_out_clicks"] == 3 && metrics["eval.recall@10"] == 1.0 / 3)
    #expect(report.contains("| Left out: no click before the held-out ones |     2 |      2 |"))
    #expect(report.contains(kind == "text" ? "|      u1 |       x |" : "|       1 |       7 |"))
    #expect(report.contains("2 of 4 users") == false && report.contains("2 of 3 users in test.csv"))
  }

  @Test("Ids with leading zeros, signs or fractions are text, and never another id")
  func leadingZeros() throws {
    let metrics = try metrics(
      ["train.csv": Self.csv("001,007 001,7 001,08 1,07 1,9 1,10")],
      Self.recipe()
    )
    #expect(metrics["config.users"] == 2 && metrics["config.clicked_items"] == 6)
  }

  @Test(
    "One file's ids that look like integers match another's that do not",
    arguments: [
      ("u1,007 u1,A2 u2,011 u2,012", "u1,011 u2,007"),
      ("01,007 bob,A2 02,011 02,012 01,012", "01,011 02,007"),
      ("1,7 1,8 2,9 2,10", "1,9 2,7 2,A2"),
    ]
  )
  func oneDecision(train: String, test: String) throws {
    let metrics = try metrics(
      ["train.csv": Self.csv(train), "test.csv": Self.csv(test)],
      Self.recipe(split: Self.files)
    )
    #expect(metrics["eval.hit_rate_ceiling"] == 1 && metrics["eval.hit_rate@10"] == 1)
    #expect(metrics["split.held_out_users"] == 2)
  }

  @Test("A log of digits with leading zeros matches an item table with one id that ends in a letter")
  func itemTableOfText() throws {
    let clicks = Self.csv("1,0605 1,0780 1,0609 2,0605 2,0609 2,0780")
    let (place, outcome) = try run(
      ["train.csv": clicks, "items.csv": "item_id\n0605\n0780\n0609\n080442957X\n"],
      Self.recipe(config: ", items: items.csv")
    )
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try place.metrics("o")["config.catalogue_items"] == 4)
    let report = try place.text("o/report.md")
    #expect(!report.contains("The item table lacks"))
    #expect(
      report.contains("Of this log ids of users are integers; ids of items are text, since there is `0605`.")
    )
  }

  @Test("An item table of which nothing was clicked is an error that says why")
  func nothingMatches() throws {
    let clicks = Self.csv("1,12 1,13 2,12 2,13")
    let (_, outcome) = try run(
      ["train.csv": clicks, "items.csv": "item_id\n12.0\n13.0\n"],
      Self.recipe(config: ", items: items.csv")
    )
    #expect(outcome.status == 1)
    #expect(
      outcome.errors
        == "error: 'config' failed: ./items.csv: none of the items clicked is in the item table: the log has '12', the table "
        + "'12.0'; as numbers they match: set data.ids to integer, or write both in one way\n"
    )
    let metrics = try metrics(
      ["train.csv": clicks, "items.csv": "item_id\n12.0\n13.0\n"],
      Self.recipe(config: ", items: items.csv, ids: integer")
    )
    #expect(metrics["config.catalogue_items"] == 2)
  }

  @Test("Items that the table lacks, and rows of it that contradict each other, are told with examples")
  func itemTableWarnings() throws {
    let (place, outcome) = try run(
      [
        "train.csv": Self.csv("1,1 1,2 1,3 2,1 2,2 2,9"),
        "items.csv": "item_id,cat\n1,5\n2,5\n1,6\n2,5\n",
      ],
      Self.recipe(config: ", items: items.csv").replacingOccurrences(
        of: "columns: { user: user_id, item: item_id }",
        with: "columns: { user: user_id, item: item_id }\n  item_columns: { category: cat }"
      )
    )
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try place.text("o/report.md")
    #expect(
      report.contains(
        "The item table lacks 2 of 4 items that were clicked, such as `3`, `9`, on which 33 % of the clicks"
      )
    )
    #expect(
      report.contains("| Rows of the item table that repeat an item, the last of which holds |     2 |")
    )
    #expect(report.contains("1 items stand more than once in the item table, with different values"))
  }

  @Test(
    "Filter values are compared as text in columns of text, whatever they look like",
    arguments: [
      "1E234", "007", "1.50", ".5", "5.", "NaN", "+5", "9007199254740993.0", "1,5", " 12", "cafe\u{301}",
    ]
  )
  func filterValues(value: String) throws {
    let values = ["AB12", value, "caf\u{e9}"]
    let rows = values.enumerated().flatMap { place, shop in
      (0..<12).map { "u\(place)_\($0 / 4);i\($0 % 4);\(shop)" }
    }
    let recipe = Self.recipe(
      config: ", delimiter: ';'",
      split: "filter: { column: shop, in: ['\(value)', AB12, none] }"
    )
    .replacingOccurrences(of: "item: item_id }", with: "item: item_id, keep: [shop] }")
    let text = "user_id;item_id;shop\n" + rows.joined(separator: "\n") + "\n"
    let (place, outcome) = try run(["train.csv": text], recipe)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try place.metrics("o")["split.users"] == 6)
    #expect(try place.text("o/report.md").contains("No click has `none`, which the filter asks for."))
  }

  @Test("Ids are bytes: what differs in Unicode form only is another id, and is told")
  func unicodeForms() throws {
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
    let (place, outcome) = try run(
      [
        "train.csv": Self.csv("u1,tea u1,\(composed) u1,\(composed) u2,\(decomposed) u2,tea u3,tea u3,milk"),
        "test.csv": Self.csv("u3,\(decomposed)"),
      ],
      Self.recipe(split: Self.files)
    )
    #expect(outcome.status == 0, "\(outcome.errors)")
    // The composed form has two clicks, the other one: what is most popular is not what is held out.
    #expect(try place.metrics("o")["eval.popularity.hit_rate@1"] == 0)
    #expect(
      try place.text("o/report.md").contains(
        "1 items look like another one and are other bytes: `\(decomposed)` is 63 61 66 65 cc 81 and 63 61 66 c3 a9."
      )
    )
    let unknown = try metrics(
      [
        "train.csv": Self.csv("u1,tea u1,\(composed) u2,milk u2,tea"),
        "test.csv": Self.csv("u2,\(decomposed)"),
      ],
      Self.recipe(split: Self.files)
    )
    #expect(unknown["eval.hit_rate_ceiling"] == 0)
  }

  @Test("Times are of one unit in all files, and whole numbers may be written with a fraction of zeros")
  func times() throws {
    func files(_ train: [String], _ test: [String]) -> [String: String] {
      func text(_ times: [String]) -> String {
        let rows = times.enumerated().map { "\($0.offset / 3),\($0.offset % 5),\($0.element)" }
        return (["user_id,item_id,ts"] + rows).joined(separator: "\n") + "\n"
      }
      return ["train.csv": text(train), "test.csv": text(test)]
    }
    let recipe = Self.recipe(split: Self.files).replacingOccurrences(
      of: "item: item_id }",
      with: "item: item_id, time: ts }"
    )
    let seconds = (0..<6).map { "\(1_700_000_000 + $0)" }
    let later = (6..<12).map { "\(1_700_000_000 + $0)" }
    let (place, good) = try run(files(seconds.map { $0 + ".0" }, later), recipe)
    #expect(good.status == 0, "\(good.errors)")
    let report = try place.text("o/report.md")
    #expect(report.contains("Times count seconds, from 1700000000 to 1700000005."))
    #expect(!report.contains("has seen the future") && !report.contains("later than some that are held out"))
    let (other, rescaled) = try run(files(seconds, later.map { $0 + "000" }), recipe)
    #expect(rescaled.status == 0, "\(rescaled.errors)")
    let figures = try other.metrics("o")
    #expect(figures["split.held_out_clicks"] == 6)
    #expect(try !other.text("o/report.md").contains("has seen the future"))
    let (_, mixed) = try run(files(seconds, later.map { $0 + "001" }), recipe)
    #expect(
      mixed.errors
        == "error: 'split' failed: test.csv: its times are milliseconds, and those of the clicks to learn from seconds, in "
        + "which they are no whole numbers; set columns.time_unit to ms where both are dates, or bring numbers to one unit\n"
    )
    let (_, jump) = try run(files(seconds[..<4] + ["1700000004000", "1700000005000"], later), recipe)
    #expect(
      jump.errors.hasPrefix(
        "error: 'config' failed: ./train.csv: times jump by a factor of a thousand: click 1 has 1700"
      )
    )
    for text in ["01/02/2023", "1.7e9", "yesterday"] {
      let (_, wrong) = try run(files([text], later), recipe)
      #expect(wrong.status == 2)
      #expect(
        wrong.errors.contains(
          "error: ./train.csv: times must be numbers such as seconds since 1970, or dates such as 2017-10-03T11:19:30Z, got "
            + "'\(text)'"
        )
      )
    }
  }

  @Test("A file to test on is looked for beside the click log too, and what is left out of it is counted")
  func testFile() throws {
    let place = try Workplace()
    try place.write("data/train.csv", Self.csv("1,1 1,2 2,3 2,4"))
    try place.write("data/test.csv", Self.csv("1,3 2, ,4 2,1"))
    let recipe = Self.recipe(config: ", drop_incomplete: true", split: Self.files)
      .replacingOccurrences(of: "path: \".\"", with: "path: data")
    try place.write("case.yaml", recipe)
    let outcome = try place.run("run", "case.yaml", "--output", "o", "-q")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      try place.text("o/report.md").contains(
        "| Rows of the test file without an id or time, left out |       |      2 |"
      )
    )
    // What the run wrote down finds the same file from where it stands.
    #expect(try place.planned("o/recipe.yaml") == place.planned("case.yaml"))
    let missing = try place.run("check", "case.yaml", "split.test_file=none.csv")
    #expect(missing.status == 2)
    #expect(missing.errors.contains("there is no 'none.csv' beside the recipe, nor 'data/none.csv'"))
    try place.write("test2.csv", Self.csv("1,3"))
    #expect(try place.run("check", "case.yaml", "split.test_file=test2.csv").status == 0)
  }

  @Test(
    "Clicks of the test file that are learned from too are told: by their times, or where without these most are"
  )
  func sharedClicks() throws {
    func warnings(_ train: String, _ test: String, hasTimes: Bool) throws -> String {
      let header = "user_id,item_id" + (hasTimes ? ",ts" : "")
      let recipe = Self.recipe(split: Self.files)
      let (_, outcome) = try run(
        ["train.csv": Self.csv(train, header: header), "test.csv": Self.csv(test, header: header)],
        hasTimes
          ? recipe.replacingOccurrences(of: "item: item_id }", with: "item: item_id, time: ts }") : recipe
      )
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.errors
    }
    let train = "1,5,1700000000 1,6,1700000001 2,5,1700000002 2,7,1700000003"
    #expect(
      try warnings(train, "1,6,1700000001 1,5,1700000009 2,6,1700000009", hasTimes: true)
        .contains(
          "warning: 1 of 3 held-out clicks of test.csv stand in the log that is learned from too, such as that of user `1` "
            + "on `6` at 1700000001: what is asked for was learned. Leave them out of one of the two.\n"
        )
    )
    #expect(
      try !warnings(train, "1,6,1700000009 2,7,1700000009", hasTimes: true).contains("learned from too")
    )
    #expect(
      try warnings("1,5 1,6 2,5 2,7", "1,6 1,5 2,6", hasTimes: false)
        .contains(
          "warning: 2 of 3 held-out clicks of test.csv stand in the log that is learned from too, such as"
        )
    )
    #expect(try !warnings("1,5 1,6 2,5 2,7", "1,6 2,6", hasTimes: false).contains("learned from too"))
  }

  @Test("Negative ids are text where ids are told by themselves, and an error where they are to be integers")
  func negativeIDs() throws {
    let clicks = ["train.csv": Self.csv("1,-5 1,6 2,-5 2,7")]
    #expect(try metrics(clicks, Self.recipe())["config.clicked_items"] == 3)
    let (_, outcome) = try run(clicks, Self.recipe(config: ", ids: integer"))
    #expect(
      outcome.errors
        == "error: 'config' failed: ./train.csv: row 1: expected item ids that are 0 or more, got -5; set data.ids to string "
        + "to read them as text\n"
    )
  }

  @Test("Problems of files and of index strings are told together with those of settings")
  func collected() throws {
    let (_, outcome) = try run(
      ["train.csv": Self.csv("1,1 1,2 2,3 2,4")],
      Self.recipe(),
      ["config.columns.user=nobody", "index.type=Flta", "train.epochs=none", "eval.k=0"]
    )
    #expect(outcome.status == 2)
    for part in ["no column 'nobody'", "expected an integer", "eval.k=0"] {
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
    }
  }

  @Test(
    "init reads two files each by its delimiter, and says what it makes of ids and of a time it cannot read"
  )
  func starter() throws {
    let place = try Workplace()
    try place.write(
      "log.csv",
      "user_id,item_id,date\n" + (0..<40).map { "00\($0 / 4),\($0 % 4),January \($0 % 9 + 1)\n" }.joined()
    )
    try place.write("items.tsv", "item_id\tcategory\n" + (0..<4).map { "\($0)\t\($0 % 2)\n" }.joined())
    let outcome = try place.run("init", "log.csv", "--items", "items.tsv", "-o", "s.yaml")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains(
        """
        log.csv: 'date' is called like a time, and 'January 1' is neither a number, such
          as seconds since 1970, nor a date, such as 2017-10-03; the order of the file
          is taken for time

        """
      )
    )
    #expect(outcome.errors.contains("ids of users are read as text, since there is '000'\n"))
    #expect(
      outcome.errors.contains("ids of items look like integers, and are read as such where all of them are\n")
    )
    #expect(try place.text("s.yaml").contains("    items_delimiter: \"\\t\"\n"))
    let run = try place.run(
      "run",
      "s.yaml",
      "train.batch_size=16",
      "train.epochs=1",
      "recall.k=4",
      "--output",
      "o",
      "-q"
    )
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test("Ids with blanks around them are other ids, in every file alike, and are told")
  func outerBlanks() throws {
    let (place, outcome) = try run(
      ["train.csv": Self.csv("1,5 1,6 2,5 2,7").replacingOccurrences(of: "2,7", with: "2,5 ")],
      Self.recipe()
    )
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try place.metrics("o")["config.clicked_items"] == 3)
    let text = "1 items look like another one and are other bytes: `5` is 35 and 35 20."
    #expect(try place.text("o/report.md").contains(text))
    #expect(outcome.errors.hasPrefix("warning: " + text))
  }

  @Test("Calendar dates written as numbers are no times, and times that are no moments are told")
  func calendarDates() throws {
    let recipe = Self.recipe().replacingOccurrences(of: "item: item_id }", with: "item: item_id, time: ts }")
    for (first, second) in [
      ("202311", "202312"), ("20231115", "20231116"), ("2023111422", "2023111500"),
      ("202311142232", "202311142359"), ("20231114223248", "20231114223301"),
    ] {
      let log = "user_id,item_id,ts\n1,1,\(first)\n1,2,\(second)\n2,3,\(first)\n2,4,\(second)\n"
      let (_, outcome) = try run(["train.csv": log], recipe)
      #expect(outcome.status == 1)
      #expect(
        outcome.errors.contains("times such as \(first) look like dates of the calendar, not like counts")
      )
    }
    let log = "user_id,item_id,ts\n1,1,1700000000\n1,2,1700000001\n2,3,0\n2,4,1700000002\n"
    let (_, outcome) = try run(["train.csv": log], recipe)
    #expect(outcome.status == 0)
    #expect(outcome.errors.hasPrefix("warning: The times of 1 clicks, such as 0, lie before the year 2001"))
    // No such month, hour and minute.
    for (first, second) in [("202313", "202314"), ("202311142432", "202311142360")] {
      let counts = "user_id,item_id,ts\n1,1,\(first)\n1,2,\(second)\n2,3,\(first)\n2,4,\(second)\n"
      #expect(try run(["train.csv": counts], recipe).outcome.status == 0)
    }
  }

  @Test(
    "Times that lie before 1990 by their size are told with what they may count, counts from a beginning are not"
  )
  func earlyTimes() throws {
    let recipe = Self.recipe().replacingOccurrences(of: "item: item_id }", with: "item: item_id, time: ts }")
    func warnings(_ first: Int, _ second: Int, _ overrides: [String] = []) throws -> String {
      let log = "user_id,item_id,ts\n1,1,\(first)\n1,2,\(second)\n2,3,\(first)\n2,4,\(second)\n"
      let (_, outcome) = try run(["train.csv": log], recipe, overrides)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.errors
    }
    // 2023-11-15 is 19,676 days, 472,224 hours and 28,333,440 minutes after 1970.
    for (count, name, moment) in [
      (19_676, "days", "1970-01-01 05:27:56"), (472_224, "hours", "1970-01-06 11:10:24"),
      (28_333_440, "minutes", "1970-11-24 22:24:00"),
    ] {
      let said = try warnings(count, count + 1)
      #expect(
        said.hasPrefix(
          "warning: Times are taken for seconds since 1970 by their size, and lie from \(moment)"
        ),
        "\(said)"
      )
      #expect(said.contains("; as \(name) they would lie from 2023-11-15 00:00:00 to 2023-11-"), "\(said)")
      let told = try warnings(count, count + 1, ["config.columns.time_unit=s"])
      #expect(!told.contains("Times are taken"), "\(told)")
    }
    for (first, second) in [(0, 1), (5, 6), (0, 1_000_000), (7_000, 7_001), (10_000, 90_000)] {
      #expect(try !warnings(first, second).contains("Times are taken"), "\(first) to \(second)")
    }
  }

  @Test("A run writes over nothing that it reads")
  func outputOverInput() throws {
    let place = try Workplace()
    let log = Self.csv("1,1 1,2 2,3 2,4")
    try place.write("mine/recall_candidates.csv", log)
    let recipe = Self.recipe().replacingOccurrences(of: "train.csv", with: "recall_candidates.csv")
    try place.write("mine/recipe.yaml", recipe)
    try place.write("mine/other.yaml", recipe)
    for name in ["recipe", "other"] {
      let outcome = try place.run("run", "mine/\(name).yaml", "--output", "mine", "-q")
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains("the run would write over '"))
      #expect(outcome.errors.hasSuffix("', which it reads; name another folder with --output\n"))
    }
    #expect(try place.text("mine/recipe.yaml") == recipe && place.text("mine/recall_candidates.csv") == log)
    #expect(place.list("mine").sorted() == ["other.yaml", "recall_candidates.csv", "recipe.yaml"])
  }
}
