import Numerics
import Testing

@testable import Recall

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
}
