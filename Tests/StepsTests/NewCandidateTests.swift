import Files
import Numerics
import Recall
import Testing

@testable import Clicks
@testable import Steps

/// Items that come after a model was saved, judged by what its candidates are narrowed by.
@Suite("Candidates among items that come later")
struct NewCandidateTests {
  private let fixture: ModelFixture

  init() throws { fixture = try ModelFixture() }

  private static let narrowed =
    [
      "encode.item_categories=[brand]", "encode.item_numbers=[words]",
      "config.item_columns.available_from=made",
      "index.candidates.where=['category in [\"kind 1\", \"kind 2\"]', 'not (words > 10 or brand == \"b3\")']",
    ]

  /// Whether the conditions hold of an item with these fields.
  private func isCandidate(_ fields: [String: String]) -> Bool {
    let isLong = fields["words"].flatMap { Double($0) }.map { $0 > 10 } ?? false
    return ["kind 1", "kind 2"].contains(fields["cat"] ?? "") && !isLong && fields["brand"] != "b3"
  }

  private func update(_ model: String, _ name: String, _ items: String) throws -> (
    path: String, said: [String]
  ) {
    var wishes = ModelUpdate.Wishes(model: model, output: fixture.files.path(name))
    wishes.items = try fixture.files.write(items, "\(name).csv")
    wishes.epochs = 0
    var said: [String] = []
    try ModelUpdate(wishes, say: { said.append($0) }).run()
    return (wishes.output, said)
  }

  /// When each of `ids` may be given.
  private func moments(_ model: String, _ ids: [String]) throws -> [MomentSet?] {
    let saved = try SavedModel(path: model)
    let candidates = try #require(saved.search.candidates)
    return ids.map { id in
      saved.catalogue.items.firstIndex { saved.itemID($0) == id }.map { candidates.moments[$0] }
    }
  }

  @Test("an update gives new items, and those described anew, where the model's conditions hold of them")
  func updates() throws {
    let old = try fixture.model(Self.narrowed)
    let before = try moments(old, (0..<70).map { "i\($0)" })
    for (item, moments) in before.enumerated() {
      let fields = ModelFixture.fields(item)
      let from: MomentSet = fields["made"].flatMap { Int64($0) }.map(MomentSet.from) ?? .always
      #expect(moments == (isCandidate(fields) ? from : .never), "\(item)")
    }
    // The words of i10 were 13.5; its time goes.
    let (path, said) = try update(
      old,
      "first",
      """
      item,cat,words,brand,made
      n1,kind 1,5,b1,1500100000
      n2,kind 3,5,b1,
      n3,kind 2,11,b1,
      n4,kind 2,5,b3,
      n5,kind 2,,b1,
      i10,kind 1,3,b4,

      """
    )
    let ids = ["n1", "n2", "n3", "n4", "n5", "i10"]
    #expect(try moments(path, ids) == [.from(1_500_100_000), .never, .never, .never, .always, .always])
    #expect(said.contains("note: by the model's candidates 3 of these items are given at no time"), "\(said)")
    #expect(try moments(path, (11..<70).map { "i\($0)" }) == Array(before[11...]))
    let recommender = try Recommender(path: path, threads: 1)
    for (time, expected) in [(1_500_099_999, ["n5"]), (1_500_100_000, ["n1", "n5"])] as [(Int64, [String])] {
      let request = RecommendRequest(history: ["i1"], time: time, k: 70, seen: .keep)
      let items = try recommender.recommend([request])[0].items.map(\.id)
      #expect(items.filter { $0.hasPrefix("n") }.sorted() == expected)
    }
    // What a file does not say stays as it was, and of a new item counts as empty.
    let (again, told) = try update(path, "second", "item,cat\nn1,kind 3\nn3,kind 1\nn6,kind 1\n")
    #expect(try moments(again, ["n1", "n3", "n6", "n5"]) == [.never, .never, .always, .always])
    let note = "has no column 'words', 'brand', 'made', by which the model narrows its candidates"
    #expect(told.contains { $0.contains(note) }, "\(told)")
    let (last, _) = try update(again, "third", "item,words\nn3,9\nn1,4\n")
    #expect(try moments(last, ["n3", "n1"]) == [.always, .never])
  }

  @Test("times of new items count what makes them moments of our days, as in the recipe's own table")
  func units() throws {
    let old = try fixture.model(["config.item_columns.available_from=made"])
    let (path, _) = try update(
      old,
      "units",
      """
      item,cat,made
      n1,kind 1,1500100000
      n2,kind 1,1500100000000
      n3,kind 1,1500100000000001
      n4,kind 1,2017-07-15T06:26:40Z
      n5,kind 1,12

      """
    )
    let first = MomentSet.from(1_500_100_000)
    #expect(
      try moments(path, ["n1", "n2", "n3", "n4", "n5"]) == [
        first, first, .from(1_500_100_001), first, .from(12),
      ]
    )
    let recommender = try Recommender(path: path, threads: 1)
    let state = try ServiceState(folder: fixture.files.path("units-state"))
    let service = try Recommender(path: old, threads: 1, state: state)
    let item = ItemDescription(features: ["category": .text("kind 1"), "made": .integer(1_500_100_000_000)])
    #expect(try service.notes(onItem: "n6", item).isEmpty)
    try state.record([.item(id: "n6", .put(item))])
    for (one, ids) in [(recommender, ["n1", "n2", "n4", "n5"]), (service, ["n6"])] {
      let now = RecommendRequest(history: ["i1"], time: 1_500_100_000, k: 90, seen: .keep)
      let items = try one.recommend([now])[0].items.map(\.id)
      #expect(items.filter { $0.hasPrefix("n") }.sorted() == ids)
    }
  }

  @Test("a service judges an item that is put as the catalogue's were, and says what it lacks")
  func service() throws {
    let path = try fixture.model(Self.narrowed)
    let state = try ServiceState(folder: fixture.files.path("state"))
    let recommender = try Recommender(path: path, threads: 1, state: state)
    #expect(Set(["category", "words", "brand", "made"]).isSubset(of: recommender.facts.itemFeatures))
    let good: [String: FeatureValue] = [
      "category": .text("kind 1"), "words": .number(5), "brand": .text("b1"), "made": .integer(1_500_100_000),
    ]
    var (bad, empty, late) = (good, good, ItemDescription(features: good))
    bad["category"] = .text("kind 3")
    empty["words"] = FeatureValue.none
    // A time of its own stands for its column, of which nothing is missed.
    var timed = ItemDescription(features: good.filter { $0.key != "made" }, availableFrom: 1_500_120_000)
    timed.features["words"] = .integer(6)
    late.availableUntil = 1_500_200_000
    late.availableFrom = 1_500_150_000
    let items: [(id: String, description: ItemDescription, notes: [String])] = [
      ("good", ItemDescription(features: good), []),
      ("bad", ItemDescription(features: bad), ["no_candidate"]),
      ("empty", ItemDescription(features: empty), []), ("late", late, []),
      ("short", ItemDescription(features: ["category": .text("kind 2")]), ["unsaid_columns"]),
      ("timed", timed, []),
      // Its words were 13.5, and 6.5.
      ("i10", ItemDescription(features: ["words": .integer(3)]), []),
      ("i19", ItemDescription(features: ["brand": .text("b3")]), ["no_candidate"]),
    ]
    for (id, description, notes) in items {
      #expect(try recommender.notes(onItem: id, description).map(\.code) == notes, "\(id)")
      try state.record([.item(id: id, .put(description))])
    }
    func given(_ time: Int64) throws -> Set<String> {
      let request = RecommendRequest(history: ["i1"], time: time, k: 90, seen: .keep)
      let all = try recommender.recommend([request])[0].items.map(\.id)
      return Set(all).intersection(items.map(\.id))
    }
    #expect(try given(1_500_099_999) == ["short", "i10"])
    #expect(try given(1_500_100_000) == ["good", "empty", "short", "i10"])
    #expect(try given(1_500_120_000) == ["good", "empty", "short", "i10", "timed"])
    #expect(try given(1_500_150_000) == ["good", "empty", "late", "short", "i10", "timed"])
    #expect(try given(1_500_200_000) == ["good", "empty", "short", "i10", "timed"])
    var odd = good
    odd["words"] = .text("many")
    let failure = #expect(throws: RequestFailure.self) {
      try recommender.notes(onItem: "odd", ItemDescription(features: odd))
    }
    #expect(failure?.place == "words")
  }

  @Test("of a model that does not hold by what it narrows its candidates, nobody guesses")
  func older() throws {
    var saved = try SavedModel(path: try fixture.model(Self.narrowed))
    saved.histories = try saved.readHistories()
    saved.search.conditions = nil
    let path = fixture.files.path("older")
    try Folders.make(path)
    try saved.write { FilePaths.join(path, $0) }
    let failure = #expect(throws: SavedModelFailure.self) { try update(path, "new", "item,words\nn1,3\n") }
    #expect(failure?.description.contains("does not hold by what") == true)
    let recommender = try Recommender(path: path, threads: 1)
    for (id, features) in [("n1", ["words": FeatureValue.integer(3)]), ("i10", ["words": .integer(3)])] {
      let refusal = #expect(throws: RequestFailure.self) {
        try recommender.notes(onItem: id, ItemDescription(features: features))
      }
      #expect(refusal?.message.contains("does not hold by what") == true)
    }
    #expect(
      try recommender.notes(onItem: "i10", ItemDescription(title: "Ten")).map(\.code) == ["no_candidate"]
    )
  }
}
