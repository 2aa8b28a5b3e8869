import Numerics
import Testing

@testable import Recall
@testable import Steps

/// Users of the user table of whom there is no click to learn from.
@Suite("Users known by their features alone")
struct FurtherUserTests {
  private let fixture: ModelFixture

  init() throws { fixture = try ModelFixture() }

  @Test(
    "are asked with their features, and all else of them is as of somebody unknown",
    arguments: [["model.user_id=false"], ["model.user_id=false", "encode.user_multi_combine=sum"], []]
  )
  func features(overrides: [String]) throws {
    let path = try fixture.model(ModelFixture.userFeatures + overrides)
    let saved = try SavedModel(path: path)
    #expect(saved.furtherUsers.map(saved.userID) == ["x59", "x7", "x8", "x9"])
    let recommender = try Recommender(path: path, threads: 1)
    func vector(_ user: String?) throws -> (bits: [UInt32], notes: [String]) {
      let answer = try recommender.vectors([
        RecommendRequest(user: user, history: ["i1", "i12"], time: 1_500_200_000)
      ])
      return (answer.vectors[0].map(\.bitPattern), answer.notes[0].map(\.code))
    }
    for user in [7, 8, 9, 59] {
      let own = try vector("x\(user)")
      #expect(own.notes == ["features_alone"])
      #expect(
        try own.bits != vector("nobody at all").bits && vector("nobody at all").notes == ["unknown_user"]
      )
      if overrides.isEmpty {
        // With an embedding of the user they have that of code 0, and not that of who is like them.
        var model = saved
        let place = try #require(saved.users.firstIndex { saved.userID($0) == "u\(user)" })
        let table = try #require(model.model.storedWeights.first { $0.name == "emb_user" }).matrix
        let copy = Matrix(rows: table.rows, columns: table.columns, values: table.values)
        _ = copy.row(place + 1).update(fromContentsOf: table.row(0))
        model.model = try TwoTowerModel(
          saved.model.shape,
          weights: saved.model.storedWeights.map {
            $0.name == "emb_user" ? NamedMatrix(name: $0.name, matrix: copy) : $0
          }
        )
        var engine = try RecommendEngine(model, threads: 1)
        let request = RecommendRequest(user: "u\(user)", history: ["i1", "i12"], time: 1_500_200_000)
        #expect(try engine.vectors([request]).vectors[0].map(\.bitPattern) == own.bits)
      } else {
        #expect(try vector("u\(user)").bits == own.bits)
      }
    }
  }

  @Test("stay so in an update, and when they click for the first time")
  func updates() throws {
    let path = try fixture.model(ModelFixture.userFeatures + ["model.user_id=false"])
    let clicks = try fixture.files.write(
      "user,item,ts,device\nu1,i3,1500400000,phone\nx8,i3,1500400001,phone\n",
      "new.csv"
    )
    var wishes = ModelUpdate.Wishes(model: path, output: fixture.files.path("updated"))
    (wishes.clicks, wishes.epochs) = (clicks, 0)
    try ModelUpdate(wishes, say: { _ in }).run()
    let saved = try SavedModel(path: wishes.output)
    #expect(saved.furtherUsers.map(saved.userID) == ["x59", "x7", "x9"])
    let (old, new) = (
      try Recommender(path: path, threads: 1), try Recommender(path: wishes.output, threads: 1)
    )
    for user in [7, 8, 9, 59] {
      let request = RecommendRequest(user: "x\(user)", history: ["i1", "i12"], time: 1_500_200_000)
      let (before, after) = (try old.vectors([request]), try new.vectors([request]))
      #expect(after.vectors[0].map(\.bitPattern) == before.vectors[0].map(\.bitPattern), "x\(user)")
      #expect(after.notes[0].map(\.code) == (user == 8 ? [] : ["features_alone"]))
    }
  }
}
