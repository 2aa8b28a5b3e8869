import Files
import Numerics
import Testing

@testable import Recall

/// Clicks and items that come while a model is served.
@Suite("What a service is told")
struct ServiceStateTests {
  private let fixture: ModelFixture

  init() throws { fixture = try ModelFixture() }

  private var folder: String { fixture.files.path("state") }

  /// The clicks of a user that the model keeps: all but the last, which is held out.
  private func kept(_ user: String) -> [(item: String, time: Int64)] {
    let rows = ModelFixture.clicks.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    let clicks = rows.filter { $0[0] == user }.map { (item: $0[1], time: Int64($0[2]) ?? 0) }
    return Array(clicks.sorted { $0.time < $1.time }.dropLast())
  }

  private func plain(_ items: [Recommendation.Item]) -> [String] {
    items.map { "\($0.id) \($0.score.bitPattern)" }
  }

  private static let timed = ["model.context=true", "model.time_buckets=[2, 8]", "model.newest_click=true"]

  @Test("a user's clicks are those that the model keeps and those that came, in the order of time, each once")
  func histories() throws {
    let path = try fixture.model(Self.timed)
    let state = try ServiceState(folder: folder)
    let recommender = try Recommender(path: path, threads: 1, state: state)
    let own = kept("u7")
    #expect(own.count == 8)
    let last = own[7].time
    let events = [
      ClickEvent(user: "u7", item: "i51", time: last + 50, contexts: ["device": "phone"]),
      ClickEvent(user: "u7", item: "i60", time: last + 40),
      // Before the last click that the model keeps; one that it keeps itself; one that nobody knows; one twice.
      ClickEvent(user: "u7", item: "i61", time: last - 1),
      ClickEvent(user: "u7", item: own[6].item, time: own[6].time),
      ClickEvent(user: "u7", item: "nobody's", time: last + 45),
      ClickEvent(user: "u7", item: "i60", time: last + 40),
      ClickEvent(user: "new one", item: "i3", time: last + 7),
      ClickEvent(user: "new one", item: "i4", time: last + 8),
    ]
    try state.record(events.map(StateRecord.click))
    #expect(state.facts.events == 8 && state.facts.users == 2)
    let history = own.dropLast().map(\.item) + ["i61", own[7].item, "i60", "nobody's", "i51"]
    let answer = try recommender.recommend([RecommendRequest(user: "u7", k: 20, explains: true)])[0]
    let told = try recommender.recommend([
      RecommendRequest(
        user: "u7",
        history: history,
        time: last + 50,
        contexts: ["device": "phone"],
        k: 20,
        explains: true
      )
    ])[0]
    #expect(
      plain(answer.items) == plain(told.items) && answer.items.first?.effects == told.items.first?.effects
    )
    #expect(answer.notes.isEmpty && told.notes.map(\.code) == ["unknown_items"])
    // What is shown of a user is what recommendations go by, also of one that the model does not know.
    #expect(try recommender.history(of: "u7").items.map(\.id) == history)
    #expect(try recommender.history(of: "u7").notes.isEmpty)
    let newcomer = try recommender.history(of: "new one")
    #expect(newcomer.items.map(\.id) == ["i3", "i4"] && newcomer.notes.map(\.code) == ["new_user"])
    // A request that says when it comes, and in what context, is not overruled, and sees what came until then.
    let then = RecommendRequest(user: "u7", time: last + 9, contexts: ["device": "desktop"], k: 20)
    var same = then
    same.history = own.dropLast().map(\.item) + ["i61", own[7].item]
    let earlier = try recommender.recommend([then])[0]
    #expect(plain(earlier.items) == plain(try recommender.recommend([same])[0].items))
    #expect(earlier.notes == [.laterClicks(3)])
    // Nor does it see what the model keeps of later clicks, nor leave them out as seen.
    let before = RecommendRequest(user: "u7", time: own[4].time, k: 70)
    var bare = before
    bare.history = own[...4].map(\.item)
    bare.contexts = ["device": "desktop"]
    let past = try recommender.recommend([before])[0]
    #expect(plain(past.items) == plain(try recommender.recommend([bare])[0].items))
    #expect(past.notes.map(\.code) == ["later_clicks", "fewer_items"])
    let new = try recommender.recommend([RecommendRequest(user: "new one", k: 20)])[0]
    let unknown = try recommender.recommend([RecommendRequest(history: ["i3", "i4"], time: last + 8, k: 20)])[
      0
    ]
    #expect(plain(new.items) == plain(unknown.items) && new.notes.map(\.code) == ["new_user"])
    // Others are as they were.
    let alone = try Recommender(path: path, threads: 1)
    let other = RecommendRequest(user: "u8", k: 20)
    #expect(try recommender.recommend([other]) == alone.recommend([other]))
  }

  @Test(
    "of a user at most the newest clicks are held, and all that they were on; a model that reads more has them read again"
  )
  func bounded() throws {
    let state = try ServiceState(folder: folder)
    try state.serve(historyLength: 5, ticksPerSecond: 1)
    let times = (0..<1_000).map { Int64($0 * 37 % 1_000) }
    try state.record(times.map { .click(ClickEvent(user: "a", item: "i\($0 % 300)", time: $0)) })
    let held = try #require(state.clicks(of: "a"))
    #expect(held.newest.map(\.time) == Array(936..<1_000) && held.items.count == 300)
    try state.serve(historyLength: 400, ticksPerSecond: 1)
    let more = try #require(state.clicks(of: "a"))
    #expect(more.newest.map(\.time) == Array(600..<1_000) && more.items == held.items)
    #expect(more.newest.allSatisfy { state.itemID($0.item) == "i\($0.time % 300)" })
    #expect(throws: SavedModelFailure.self) { try state.serve(historyLength: 5, ticksPerSecond: 1_000) }
  }

  @Test(
    "items that came, changed and went are searched as if the index had been made with them",
    arguments: [
      [], ["index.type=HNSW8", "index.ef_search=80"], ["index.type=IVF4,Flat", "index.nprobe=4"],
      ["index.candidates={where: [words > 2]}"],
      ["index.type=HNSW8", "index.candidates={where: [words > 2]}"],
      ["config.item_columns.available_from=made"],
    ],
    [256, 0, 2]
  )
  func items(overrides: [String], mostHidden: Int) throws {
    let path = try fixture.model(ModelFixture.features + Self.timed + overrides)
    let saved = try SavedModel(path: path)
    let state = try ServiceState(folder: folder)
    var engine = try RecommendEngine(saved, threads: 1, state: state)
    engine.mostHidden = mostHidden
    let items = NewItems(saved)
    var model = ModelledItems(saved, isNarrowed: overrides.contains { $0.contains("words > 2") })
    let request = RecommendRequest(user: "u7", time: 1_500_200_000, k: 40, seen: .keep)
    func check(_ what: String) throws {
      let answer = try engine.recommend([request])[0]
      let query = try engine.vectors([request]).vectors[0]
      let wanted = model.best(query, at: 1_500_200_000)
      #expect(answer.items.count == min(40, wanted.count), "\(what)")
      for (got, expected) in zip(answer.items, wanted) {
        // Of two with nearly one score either may come first.
        #expect(abs(Double(got.score) - expected.score) < 1e-5, "\(what): \(got.id) \(expected.id)")
      }
      #expect(Set(answer.items.map(\.id)).isSubset(of: Set(wanted.map(\.id))), "\(what)")
    }
    try check("as trained")
    func put(_ id: String, _ description: ItemDescription) throws {
      try state.record([.item(id: id, .put(description))])
      let row = saved.catalogue.items.firstIndex { saved.itemID($0) == id }
      let vector = try items.vectors(of: [items.encoded(description.features, row: row).row]).values
      model.put(id, vector, description)
    }
    let features: [String: FeatureValue] = [
      "words": .number(4), "tags": .list([.text("tag 1")]), "category": .text("kind 2"),
    ]
    try put("new 1", ItemDescription(features: features, title: "One"))
    try check("one came")
    try put("new 2", ItemDescription(availableFrom: 1_500_200_001))
    try put("new 3", ItemDescription(availableUntil: 1_500_200_001))
    try check("two came, one of them too late")
    for item in [2, 5, 11, 30, 33, 69] { try put("i\(item)", ItemDescription(features: features)) }
    try check("six are otherwise")
    for item in ["new 1", "i5", "i6", "i7", "i8", "i40"] {
      try state.record([.item(id: item, .deleted)])
      model.delete(item)
    }
    try check("six went")
    try put("i5", ItemDescription(features: features, availableFrom: 0))
    try state.record([.item(id: "i6", .put(ItemDescription()))])
    model.restore("i6")
    try check("two are back")
    // All of it again: of a log that is read anew, by an engine that was not there.
    let before = try engine.recommend([request])
    #expect(try engine.recommend([request]) == before)
    var allowed = request
    allowed.allow = try engine.items(["new 3", "i5", "i7", "i12", "nobody's"])
    #expect(allowed.allow?.unknown == ["nobody's"])
    let few = try engine.recommend([allowed])[0].items.map(\.id)
    let wanted = model.best(try engine.vectors([request]).vectors[0], at: 1_500_200_000).map(\.id)
    #expect(Set(few) == Set(["new 3", "i5", "i12"]).intersection(wanted))
  }

  @Test("what was told is there after a restart, and a model that cannot take it says so and goes on")
  func restart() throws {
    let path = try fixture.model(ModelFixture.features)
    var expected: [Recommendation] = []
    let requests = [RecommendRequest(user: "u7", k: 30), RecommendRequest(user: "new one", k: 30)]
    do {
      let state = try ServiceState(folder: folder)
      let recommender = try Recommender(path: path, threads: 1, state: state)
      try state.record([
        .click(ClickEvent(user: "new one", item: "i3", time: 1_500_400_000, contexts: ["device": "phone"])),
        .item(
          id: "new",
          .put(ItemDescription(features: ["words": .number(3.5), "brand": .none], title: "A new one"))
        ),
        .item(id: "i2", .put(ItemDescription(features: ["look": .list([.text("blue")]), "vectors": .none]))),
        .item(id: "i3", .deleted), .click(ClickEvent(user: "u7", item: "new", time: 1_500_400_001)),
      ])
      expected = try recommender.recommend(requests)
      #expect(recommender.itemChanges() == Recommender.ItemChanges(added: 1, changed: 1, deleted: 1))
      #expect(throws: FileError.self) { try ServiceState(folder: folder) }
    }
    let state = try ServiceState(folder: folder)
    #expect(state.facts.events == 2 && state.facts.cutBytes == 0)
    #expect(try Recommender(path: path, threads: 1, state: state).recommend(requests) == expected)
    let similar = try Recommender(path: path, threads: 1, state: state)
    #expect(try similar.similar(item: "new", k: 3).count == 3)
    #expect(try similar.similar(item: "i4", k: 100).contains { $0.title == "A new one" })
    #expect(throws: RequestFailure("item", "the item 'i3' was deleted")) {
      try similar.similar(item: "i3", k: 3)
    }
    let note = try similar.recommend([RecommendRequest(history: ["new", "i4"], k: 30)])[0]
    #expect(
      note.notes.map(\.code) == ["new_items"] && !note.items.contains { ["new", "i3"].contains($0.id) }
    )
    // A model without features has nothing to say of a new item.
    let bare = try Recommender(path: try fixture.model(["model.category=false"]), threads: 1, state: state)
    _ = try bare.recommend(requests)
    #expect(bare.itemChanges().refused.map(\.id) == ["i2", "new"])
    #expect(bare.itemChanges().deleted == 1)
  }
}

/// The items as they should be, and the best of them by plain sums.
private struct ModelledItems {
  private let saved: SavedModel
  private var vectors: [String: [Float]] = [:]
  private var spans: [String: (from: Int64, until: Int64)] = [:]
  private var deleted: Set<String> = []
  private let trained: [String: (vector: [Float], row: Int)]
  /// Whether candidates have more than two words.
  private let isNarrowed: Bool
  /// Items that have no more.
  private var few: Set<String> = []

  init(_ saved: SavedModel, isNarrowed: Bool) {
    self.saved = saved
    self.isNarrowed = isNarrowed
    var trained: [String: (vector: [Float], row: Int)] = [:]
    for (row, key) in saved.catalogue.items.enumerated() {
      trained[saved.itemID(key)] = (Array(saved.vectors?.row(row) ?? .init(start: nil, count: 0)), row)
    }
    self.trained = trained
  }

  mutating func put(_ id: String, _ vector: [Float], _ description: ItemDescription) {
    deleted.remove(id)
    vectors[id] = vector
    let (from, until) = (description.availableFrom, description.availableUntil)
    spans[id] = from == nil && until == nil ? nil : (from ?? .min, until ?? .max)
    // Of the features that the test gives, 'words' are four.
    let known = Int(id.dropFirst()).flatMap { ModelFixture.fields($0)["words"] }.flatMap { Double($0) }
    let words = description.features["words"] == nil ? known ?? 0 : 4
    few.remove(id)
    if isNarrowed && words <= 2 { few.insert(id) }
  }

  mutating func delete(_ id: String) {
    deleted.insert(id)
    (vectors[id], spans[id]) = (nil, nil)
  }

  mutating func restore(_ id: String) {
    deleted.remove(id)
    few.remove(id)
    (vectors[id], spans[id]) = (nil, nil)
  }

  func best(_ query: [Float], at moment: Int64) -> [(id: String, score: Double)] {
    let ids = Set(trained.keys).union(vectors.keys).subtracting(deleted)
    return ids.filter { id in
      if few.contains(id) { return false }
      if isNarrowed, vectors[id] != nil, spans[id] == nil { return true }
      if let span = spans[id] { return span.from <= moment && moment < span.until }
      return trained[id].map { saved.search.candidates?.moments[$0.row].contains(moment) ?? true } ?? true
    }.map { id in
      let vector = vectors[id] ?? trained[id]?.vector ?? []
      return (id, zip(query, vector).reduce(0) { $0 + Double($1.0) * Double($1.1) })
    }.sorted { $0.score > $1.score }
  }
}
