import Numerics
import Testing

@testable import Recall

/// Items that training did not know, given vectors from their features.
@Suite("New items")
struct NewItemsTests {
  private let fixture: ModelFixture

  init() throws { fixture = try ModelFixture() }

  /// What a program sends of an item of the fixture.
  private func sent(_ item: Int) -> [String: FeatureValue] {
    let fields = ModelFixture.fields(item)
    var sent: [String: FeatureValue] = [:]
    sent["category"] = fields["cat"].map(FeatureValue.text)
    sent["name"] = fields["name"].map(FeatureValue.text)
    sent["brand"] = fields["brand"].map(FeatureValue.text)
    sent["words"] = fields["words"].flatMap(Double.init).map(FeatureValue.number)
    sent["made"] = fields["made"].flatMap { Int64($0) }.map(FeatureValue.integer)
    sent["tags"] = fields["tags"].map { .list($0.split(separator: "|").map { .text(String($0)) }) }
    // Flags by their own names, or as the values of what they are together.
    if item % 2 == 0 {
      for name in ["round", "blue"] { sent[name] = .flag(fields[name] == "1") }
    } else {
      sent["look"] = .list(["blue", "round"].filter { fields[$0] == "1" }.map(FeatureValue.text))
    }
    sent["vectors"] = .list(ModelFixture.vectors[item].map { .number(Double($0)) })
    return sent
  }

  private func bits(_ vector: some Sequence<Float>) -> [UInt32] { vector.map(\.bitPattern) }

  @Test(
    "an item without an embedding has the vector that the index has of it, made of what its row of the table says",
    arguments: [
      [], ["encode.item_multi_combine=sum"],
      [
        "model.item_tower=residual_mlp", "model.query_tower=residual_mlp",
        "model.category_dim=12",
      ],
    ]
  )
  func fromFeatures(overrides: [String]) throws {
    let path = try fixture.model(ModelFixture.features + ["encode.item_vocabulary=clicked"] + overrides)
    let saved = try SavedModel(path: path)
    let stored = try #require(saved.vectors)
    let items = NewItems(saved)
    #expect(Set(items.columns) == ["category", "brand", "words", "tags", "look", "name", "vectors", "made"])
    var unknown = 0
    for (row, key) in saved.catalogue.items.enumerated() where saved.catalogue.itemCodes[row] == 0 {
      let item = try #require(Int(saved.itemID(key).dropFirst()))
      let (encoded, notes) = try items.encoded(sent(item))
      // What no clicked item had is unknown in training's encoding, too, and said here.
      #expect(notes.allSatisfy { $0.code == "unknown_value" })
      #expect(bits(try items.vectors(of: [encoded]).values) == bits(stored.row(row)), "i\(item)")
      unknown += 1
    }
    #expect(unknown >= 20)
    let first = try #require(saved.catalogue.itemCodes.firstIndex(of: 0))
    let item = try #require(Int(saved.itemID(saved.catalogue.items[first]).dropFirst()))
    #expect(bits(try items.vector(of: sent(item))) == bits(Array(stored.row(first))))
  }

  @Test("of an item of the catalogue stays what is not said, and one that nothing is said of stays as it is")
  func changed() throws {
    let saved = try SavedModel(path: try fixture.model(ModelFixture.features))
    let stored = try #require(saved.vectors)
    let items = NewItems(saved)
    let rows = Array(saved.catalogue.items.indices)
    let same = try items.vectors(of: try rows.map { try items.encoded([:], row: $0).row })
    #expect(bits(same.values) == bits(stored.values))
    // All features of another item: no longer the same vector, and one feature back is another again.
    for row in rows.prefix(20) {
      let item = try #require(Int(saved.itemID(saved.catalogue.items[row]).dropFirst()))
      let own = try items.vectors(of: [try items.encoded(sent(item), row: row).row])
      #expect(bits(own.values) == bits(stored.row(row)), "i\(item)")
      let other = try items.vectors(of: [try items.encoded(["words": .number(16.5)], row: row).row])
      #expect(item * 3 % 17 == 16 || bits(other.values) != bits(stored.row(row)), "i\(item)")
    }
  }

  @Test("what cannot be a feature's value is said, with the feature's name")
  func wrong() throws {
    let items = NewItems(try SavedModel(path: try fixture.model(ModelFixture.features)))
    for (features, place, message) in [
      (
        ["wrds": .number(1)], "wrds",
        "the model takes no feature 'wrds': it takes category, brand, words, tags, look, "
          + "name, vectors, made; did you mean 'words'?"
      ),
      (["words": .text("many")], "words", "expected a number or a date, got a text"),
      (["words": .list([])], "words", "expected a number or a date, got a list"),
      (["name": .number(1.5)], "name", "expected a text or a whole number, got a number"),
      (["tags": .list([.list([])])], "tags", "expected a text or a whole number, got a list"),
      (["round": .text("2")], "round", "expected 0 or 1, true or false, as whether the item has 'round'"),
      (["vectors": .list([.number(1)])], "vectors", "expected a list of 5 numbers, got 1"),
      (
        ["vectors": .list([1, 2, 3, 4, 1e300].map(FeatureValue.number))], "vectors",
        "expected finite numbers of 32 bits"
      ),
    ] as [([String: FeatureValue], String, String)] {
      #expect(throws: RequestFailure(place, message)) { try items.encoded(features) }
    }
    let notes = try items.encoded([
      "brand": .text("none such"), "category": .text("kind 99"), "tags": .text("tag 77"),
    ]).notes
    #expect(notes.map(\.code) == ["unknown_value", "unknown_value", "unknown_value"])
    let bare = NewItems(try SavedModel(path: try fixture.model(["model.category=false"])))
    #expect(!bare.hasFeatures)
    let failure = #expect(throws: RequestFailure.self) { try bare.encoded([:]) }
    #expect(failure?.message.hasPrefix("the model knows items by their ids alone") == true)
  }
}
