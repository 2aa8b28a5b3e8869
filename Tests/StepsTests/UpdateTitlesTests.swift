import Files
import Recall
import Testing

@testable import Steps

/// What updates take of a file of items besides features.
@Suite("Titles that updates take")
struct UpdateTitlesTests {
  private let fixture: ModelFixture

  init() throws { fixture = try ModelFixture() }

  private func update(_ model: String, _ items: String, _ name: String = "more.csv") throws -> (
    model: SavedModel, said: [String]
  ) {
    var wishes = ModelUpdate.Wishes(
      model: model,
      output: fixture.files.path("new-\(UInt32.random(in: 0 ... .max))")
    )
    wishes.items = try fixture.files.write(items, name)
    var said: [String] = []
    try ModelUpdate(wishes, say: { said.append($0) }).run()
    return (try SavedModel(path: wishes.output), said)
  }

  private func title(_ id: String, _ saved: SavedModel) -> String? {
    saved.catalogue.items.firstIndex { saved.itemID($0) == id }.flatMap { place in
      saved.titles.map { $0[place] }
    }
  }

  @Test("items have the titles that the file says, new ones and known ones")
  func titles() throws {
    let old = try fixture.model(["encode.item_categories=[brand]"])
    let (saved, said) = try update(old, "item,name,brand\nn1,Brand new,b1\ni10,Ten anew,b4\ni11,,b1\n")
    #expect(title("n1", saved) == "Brand new" && title("i10", saved) == "Ten anew")
    #expect(title("i11", saved) == "" && title("i12", saved) == "Item <12> & more of 5")
    #expect(said.contains("1 new items, 2 described anew, 0 removed"), "\(said)")
    #expect(!said.contains { $0.contains("takes no feature") }, "\(said)")
    // A file that has no titles leaves them.
    let (kept, _) = try update(old, "item,brand\nn1,b1\ni10,b4\n")
    #expect(title("n1", kept) == "" && title("i10", kept) == "Item <10> & more of 3")
    // Titles are no features: of a model without any, known items are called otherwise all the same.
    let (bare, told) = try update(
      try fixture.model(["model.category=false"]),
      "item,name\nn1,Brand new\ni10,Ten anew\n"
    )
    #expect(title("n1", bare) == nil && title("i10", bare) == "Ten anew")
    #expect(told.contains("0 new items, 1 described anew, 0 removed"), "\(told)")
  }

  @Test("where the title is a feature too, the vector takes it as before")
  func asFeature() throws {
    let old = try fixture.model(["encode.item_text=name", "encode.item_text_buckets=64"])
    let (saved, said) = try update(old, "item,name\nn1,Item of 5\n")
    #expect(title("n1", saved) == "Item of 5")
    #expect(!said.contains { $0.contains("takes no feature") }, "\(said)")
    let expected = try NewItems(try SavedModel(path: old)).vector(of: ["name": .text("Item of 5")])
    let row = try #require(saved.catalogue.items.firstIndex { saved.itemID($0) == "n1" })
    #expect(Array(try #require(saved.vectors).row(row)) == expected)
  }

  @Test("lists, text with values between marks, and columns of 0 and 1 are read as the item table has them")
  func multi() throws {
    let old = try fixture.model(["encode.item_multi=[tags, look]"])
    let expected = try NewItems(try SavedModel(path: old)).vector(of: [
      "tags": .list([.text("tag 1"), .text("tag 7")]), "round": .flag(true), "blue": .flag(false),
      "category": .text("kind 3"),
    ])
    let csv = "item,cat,tags,round,blue\nn1,kind 3,tag 1|tag 7,1,0\n"
    let json = #"{"item": "n1", "cat": "kind 3", "tags": ["tag 1", "tag 7"], "round": 1, "blue": 0}"# + "\n"
    for (text, name) in [(csv, "more.csv"), (json, "more.jsonl")] {
      let (saved, said) = try update(old, text, name)
      #expect(!said.contains { $0.contains("takes no feature") }, "\(said)")
      let row = try #require(saved.catalogue.items.firstIndex { saved.itemID($0) == "n1" })
      #expect(Array(try #require(saved.vectors).row(row)) == expected, "\(name)")
    }
  }
}
