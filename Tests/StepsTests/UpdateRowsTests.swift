import ClickFixtures
import Files
import Recall
import Recipe
import Tables
import Testing

@testable import Steps

/// Which rows of a file become clicks of an updated model, held against the rows of both files picked by hand.
@Suite("Rows that updates fold in")
struct UpdateRowsTests {
  private let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private static let recipe = """
    config:
      seed: 7
      data: { path: ., clicks: clicks.csv }
      columns: { user: user, item: item, time: ts, keep: [dev] }
    split: { strategy: none }
    encode: { max_seq_len: 5 }
    model: { embedding_dim: 4, query_tower: identity, item_tower: identity, category: false, user_id: false }
    train: { epochs: 1, batch_size: 16, loss: in_batch_softmax }
    index:
    save:

    """

  /// Clicks of four users on eight items, `user,item,ts,dev`; every second one is on device a.
  private static let rows = (0..<24).map { place in
    "u\(place % 4),i\((place * 5 + place / 4) % 8),\(1_500_000_000 + place * 10),\(place % 2 == 0 ? "a" : "b")"
  }

  private func model(_ overrides: [String] = [], _ text: String? = nil) throws -> String {
    _ = try files.write(text ?? "user,item,ts,dev\n" + Self.rows.map { $0 + "\n" }.joined(), "clicks.csv")
    return FilePaths.join(try RecipeRuns(Self.recipe, in: files).summary(overrides).directory, "model")
  }

  /// Folds `text` into `model` and learns nothing; gives the new model and what was said.
  private func update(_ model: String, _ text: String, _ name: String = "new.csv") throws -> (
    path: String, said: [String]
  ) {
    var wishes = ModelUpdate.Wishes(
      model: model,
      output: files.path("new-\(UInt32.random(in: 0 ... .max))")
    )
    wishes.clicks = try files.write(text, name)
    wishes.epochs = 0
    var said: [String] = []
    try ModelUpdate(wishes, say: { said.append($0) }).run()
    return (wishes.output, said)
  }

  /// What the model keeps of a user, the oldest first.
  private func history(_ user: String, _ path: String) throws -> [String] {
    let saved = try SavedModel(path: path)
    let histories = try #require(try saved.readHistories())
    let place = try #require(saved.users.firstIndex { saved.userID($0) == user })
    return (histories.clicks.offsets[place]..<histories.clicks.offsets[place + 1]).map { click in
      let key =
        histories.clicks.keys?[click]
        ?? saved.catalogue.itemVocabulary.key(of: histories.clicks.items[click]) ?? -1
      return saved.itemID(key)
    }
  }

  @Test("rows that the recipe's filter leaves out are no clicks, and a file without its column is refused")
  func filtered() throws {
    let old = try model(["split.filter={ column: dev, in: [a] }"])
    let before = try history("u0", old)
    #expect(before == Self.rows.filter { $0.hasPrefix("u0,") }.map { "\($0.split(separator: ",")[1])" })
    let (path, said) = try update(
      old,
      "dev,user,item,ts\na,u0,i3,1500001000\nb,u0,i4,1500001010\na,u2,i5,1500001020\nc,u0,i6,1500001030\n"
    )
    #expect(try history("u0", path) == before + ["i3"])
    #expect(said.contains("2 new clicks, 0 new users"), "\(said)")
    #expect(
      said.contains("note: 2 rows are left out, as 'split.filter' of the model's recipe does"),
      "\(said)"
    )
    #expect(
      dataMessage { _ = try update(old, "user,item,ts\nu0,i3,1500001000\n") }.hasSuffix(
        "new clicks need a column 'dev', by which 'split.filter' of the model's recipe picks clicks; the columns are user, item, ts"
      )
    )
    #expect(
      dataMessage { _ = try update(old, "user,item,ts,dev\nu0,i3,1500001000,b\n") }.contains(
        "there are no clicks in it: 1 rows are left out"
      )
    )
    // By a column that says besides which rows are clicks, in numbers.
    let rated = Self.rows.enumerated().map { "\($0.element),\($0.offset % 3)\n" }.joined()
    let stars = try model(
      [
        "config.columns.keep=[stars]", "config.columns.rating=stars", "config.ratings.at_least=0.5",
        "split.filter={ column: stars, max: 1.5 }",
      ],
      "user,item,ts,dev,stars\n" + rated
    )
    let (rows, told) = try update(
      stars,
      "user,item,ts,stars\nu0,i3,1500001000,0\nu0,i4,1500001010,1\nu0,i5,1500001020,2\n"
    )
    #expect(try history("u0", rows) == history("u0", stars) + ["i4"])
    #expect(told.contains("note: 1 rows rated below 0.5 are no clicks"), "\(told)")
    #expect(
      told.contains("note: 1 rows are left out, as 'split.filter' of the model's recipe does"),
      "\(told)"
    )
    let late = try model(["split.filter={ column: time, min: 1500000100 }"])
    let (bounded, _) = try update(late, "user,item,ts,dev\nu0,i3,1500000099,a\nu0,i4,1500000300,a\n")
    #expect(try history("u0", bounded) == history("u0", late) + ["i4"])
  }

  @Test("of clicks on one item the recipe's rule leaves out what the model or the file has before")
  func deduplicated() throws {
    let text = "user,item,ts,dev\n" + "u0,i1,100,a\nu0,i2,110,a\nu0,i3,120,a\nu1,i1,100,a\nu1,i3,105,a\n"
    let rows = "u0,i3,130,a\nu0,i3,131,a\nu0,i1,140,a\nu0,i1,141,a\nu0,i4,90,a\nu0,i2,95,a\nu0,i4,150,a\n"
    let all = text + rows
    // By hand: 90 i4, 95 i2, 100 i1, 110 i2, 120 i3, 130 i3, 131 i3, 140 i1, 141 i1, 150 i4.
    let first = try update(try model(["split.deduplicate=per_user"], text), "user,item,ts,dev\n" + rows)
    #expect(try history("u0", first.path) == ["i4", "i1", "i2", "i3"])
    #expect(
      first.said.contains(
        "note: 6 repeated clicks are left out, as 'deduplicate: per_user' of the model's recipe does"
      ),
      "\(first.said)"
    )
    #expect(
      first.said.contains { $0.hasPrefix("note: 1 of these are earlier than the model") },
      "\(first.said)"
    )
    let runs = try update(try model(["split.deduplicate=consecutive"], text), "user,item,ts,dev\n" + rows)
    let expected = ["i4", "i2", "i1", "i2", "i3", "i1", "i4"]
    #expect(try history("u0", runs.path) == expected)
    // As the recipe has it of both in one log.
    #expect(try history("u0", model(["split.deduplicate=consecutive"], all)) == expected)
    #expect(try history("u1", runs.path) == ["i1", "i3"])
    // A new click right before the same one of the model.
    let before = try update(
      try model(["split.deduplicate=consecutive"], text),
      "user,item,ts,dev\nu0,i1,95,a\n"
    )
    #expect(try history("u0", before.path) == ["i1", "i2", "i3"])
  }

  @Test("where clicks are of several events, they are repeated among the new ones, and that is said")
  func deduplicatedByEvent() throws {
    let old = try model(["split.deduplicate=per_user", "config.columns.event=dev"])
    let rows = "u0,i0,1500001000,a\nu0,i0,1500001010,b\nu0,i0,1500001020,a\n"
    let (path, said) = try update(old, "user,item,ts,dev\n" + rows)
    #expect(try history("u0", path) == history("u0", old) + ["i0", "i0"])
    #expect(said.contains { $0.contains("goes by the events of clicks") }, "\(said)")
    let single = try model([
      "split.deduplicate=per_user", "config.columns.event=dev", "config.events={ a: 1 }",
    ])
    // Of u0 the log has a click on i0, on device a.
    let (same, quiet) = try update(single, "user,item,ts,dev\n" + rows)
    #expect(try history("u0", same) == history("u0", single))
    #expect(!quiet.contains { $0.contains("goes by the events of clicks") }, "\(quiet)")
  }

  @Test("a row that stands in the file more than once counts once, by user, item, time and event")
  func doubled() throws {
    let rows = "u0,i3,1500001000,a\nu0,i3,1500001000,a\nu0,i3,1500001000,b\nu1,i3,1500001000,a\n"
    let (path, said) = try update(try model(), "user,item,ts,dev\n" + rows)
    #expect(said.contains("2 new clicks, 0 new users"), "\(said)")
    #expect(said.contains("note: 2 clicks stand in the file more than once, and count once"), "\(said)")
    #expect(try history("u0", path) == ["i0", "i5", "i2", "i7", "i4", "i1", "i3"])
    let byEvent = try model(["config.columns.event=dev"])
    let (kinds, told) = try update(byEvent, "user,item,ts,dev\n" + rows)
    #expect(told.contains("note: 1 clicks stand in the file more than once, and count once"), "\(told)")
    #expect(try history("u0", kinds) == ["i0", "i5", "i2", "i7", "i4", "i1", "i3", "i3"])
    let (_, again) = try update(kinds, "user,item,ts,dev\n" + rows)
    #expect(again.contains("0 new clicks, 0 new users"), "\(again)")
    #expect(again.contains("note: 4 clicks are in the model already, and count once"), "\(again)")
  }

  @Test(
    "in sets an item is once, however often its clicks are applied; in an order without times that cannot be told"
  )
  func withoutTimes() throws {
    let bare = ["config.columns.time=null"]
    let rows = "user,item,dev\nu0,i0,a\nu0,i3,a\nu0,i3,a\nu0,i6,a\n"
    // Rows without times are sets where the recipe says nothing else.
    let (once, said) = try update(try model(bare), rows)
    #expect(Set(try history("u0", once)) == ["i0", "i5", "i2", "i7", "i4", "i1", "i3", "i6"])
    #expect(try history("u0", once).count == 8)
    #expect(said.contains("note: 1 clicks are in the model already, and count once"), "\(said)")
    #expect(said.contains("note: 1 clicks stand in the file more than once, and count once"), "\(said)")
    let (twice, again) = try update(once, rows)
    #expect(try history("u0", twice) == history("u0", once))
    #expect(again.contains("0 new clicks, 0 new users"), "\(again)")
    #expect(!again.contains { $0.contains("keeps no times") }, "\(again)")

    let (ordered, told) = try update(try model(bare + ["encode.history=before"]), rows)
    #expect(try history("u0", ordered) == ["i0", "i5", "i2", "i7", "i4", "i1", "i0", "i3", "i3", "i6"])
    #expect(told.contains { $0.hasPrefix("note: the model keeps no times of clicks") }, "\(told)")
  }

  @Test("a file may be written as the model's own log was, or as a table that tells by itself how it is")
  func forms() throws {
    let tabs = { (text: String) in text.replacing(",", with: "\t") }
    let log = Self.rows.map { $0 + "\n" }.joined()
    let new = "u0,i3,1500001000,a\nnew,i6,1500001010,a\n"
    let expected = ["i0", "i5", "i2", "i7", "i4", "i1", "i3"]
    func check(_ model: String, _ text: String, _ name: String = "new.csv") throws {
      let (path, said) = try update(model, text, name)
      #expect(try history("u0", path) == expected, "\(name)")
      #expect(try history("new", path) == ["i6"], "\(name)")
      #expect(said.contains("2 new clicks, 1 new users"), "\(said)")
    }
    let header = "user,item,ts,dev\n"
    let separated = try model(["config.data.delimiter=\"\\t\""], tabs(header + log))
    try check(separated, tabs(header + new), "new.tsv")
    try check(separated, header + new)
    let json = "{\"user\": \"u0\", \"item\": \"i3\", \"ts\": 1500001000}\n"
    try check(separated, json + json.replacing("u0", with: "new").replacing("i3", with: "i6"), "new.jsonl")

    let bare = try model(
      [
        "config.data.delimiter=\"\\t\"", "config.data.header=false",
        "config.columns.user=1", "config.columns.item=2", "config.columns.time=3", "config.columns.keep=[4]",
        "split.filter={ column: '4', in: [a, b] }",
      ],
      tabs(log)
    )
    try check(bare, tabs(new + "u0,i5,1500001020,c\n"), "bare.tsv")
    #expect(
      dataMessage { _ = try update(bare, "u0\ti3\n", "short.tsv") }.hasSuffix(
        "new clicks need a column 3, as the log of the model has it (or name it with --time-column); the columns are 1, 2"
      )
    )
    #expect(
      dataMessage { _ = try update(separated, "user,item\nu0,i3\n", "short.csv") }.hasSuffix(
        "new clicks need a column 'ts', as the log of the model has it (or name it with --time-column); the columns are user, item"
      )
    )
  }

  @Test("the sessions of a file are further ones, not those with the same number of a line")
  func sessions() throws {
    let form = [
      "config.data.format=sessions", "config.columns.user=session", "config.columns.time=null",
      "config.columns.keep=[]",
    ]
    let old = try model(form, "1 2 3\n2 3 4\n4 1 2\n")
    let (path, said) = try update(old, "3 1\n4 4 2\n", "more.txt")
    #expect(said.contains("5 new clicks, 2 new users"), "\(said)")
    let all = try (1...5).map { try history("\($0)", path) }
    #expect(all == [["1", "2", "3"], ["2", "3", "4"], ["4", "1", "2"], ["3", "1"], ["4", "4", "2"]])
    // A table with the names of the columns says itself which session it means.
    let (named, _) = try update(old, "session,item\n2,1\n", "named.csv")
    #expect(try history("2", named) == ["2", "3", "4", "1"])
  }

  @Test("ids that the recipe reads as numbers are the same ones, however a file writes them")
  func numbers() throws {
    let rows = (0..<24).map { "00\($0 % 4),0\(101 + ($0 * 5 + $0 / 4) % 8),\(1_500_000_000 + $0 * 10),a\n" }
    let old = try model(["config.data.ids=integer"], "user,item,ts,dev\n" + rows.joined())
    let before = try history("1", old)
    let (path, said) = try update(old, "user,item,ts,dev\n0001,00105,1500009000,a\n1,+106,1500009001,a\n")
    #expect(said.contains("2 new clicks, 0 new users"), "\(said)")
    #expect(try history("1", path) == before + ["105", "106"])
  }

  @Test(
    "the same file again brings nothing, also where a repeat in it was left out and clicks are of several events"
  )
  func again() throws {
    for rule in ["per_user", "consecutive"] {
      let overrides = [
        "config.columns.event=dev", "config.columns.keep=[]", "split.deduplicate=\(rule)",
      ]
      let old = try model(overrides)
      let text = "user,item,ts,dev\nu0,i9,1500009000,a\nu0,i9,1500009010,a\nu0,i9,1500009020,b\n"
      let (first, said) = try update(old, text)
      #expect(said.contains("2 new clicks, 0 new users"), "\(rule): \(said)")
      let (second, told) = try update(first, text)
      #expect(told.contains("0 new clicks, 0 new users"), "\(rule): \(told)")
      #expect(try history("u0", second) == history("u0", first))
    }
  }
}
