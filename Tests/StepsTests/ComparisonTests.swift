import Testing

@testable import Clicks
import Tables
@testable import Recall
@testable import Steps

@Suite("Comparing evaluations")
struct ComparisonTests {
  private static func evaluation(_ hits: [Double], users: [Int64]? = nil, k: Int = 20) -> EvalArtifact {
    let scores = RankingScores(metrics: [.hitRate], cutoffs: [k], values: hits)
    return EvalArtifact(
      users: users ?? hits.indices.map(Int64.init),
      rows: [EvalArtifact.Row(name: "two-tower", scores: scores)]
    )
  }

  private static func compared(
    _ evaluations: [EvalArtifact],
    reference: (Int) -> Int = { $0 - 1 }
  ) throws -> Comparison {
    let entries = try evaluations.enumerated().map {
      (name: "e\($0)", row: try #require($1.subject), evaluation: $1)
    }
    return try Comparison(entries, k: 20, reference: reference, BootstrapOptions(), threads: 2)
  }

  /// 100 users each: hits for the first 20, 30 and 90 of them.
  private static var three: [EvalArtifact] {
    [20, 30, 90].map { hits in evaluation((0..<100).map { $0 < hits ? 1.0 : 0.0 }) }
  }

  @Test("each is held against the one above it, or the first")
  func differences() throws {
    let byPrevious = try Self.compared(Self.three).differences
    #expect(byPrevious.map { ($0.difference * 100).rounded() } == [10, 60])
    let byFirst = try Self.compared(Self.three, reference: { _ in 0 }).differences
    #expect(byFirst.map { ($0.difference * 100).rounded() } == [10, 70])
    // Ten users differ, all one way: of 2^10 sign patterns two are as extreme.
    #expect(byPrevious[0].pValue.map { $0 < 0.02 } == true)
    let interval = try #require(byPrevious[1].interval)
    #expect(interval.low > 0.45 && interval.low < 0.6 && interval.high > 0.6 && interval.high < 0.75)
  }

  @Test("other users, or no such k, is an error that says what to do")
  func mismatches() {
    #expect(throws: DataError("'e0' and 'e1' evaluate different users; let both read the same 'split'")) {
      try Self.compared([Self.evaluation([1, 0], users: [1, 2]), Self.evaluation([1, 0], users: [1, 3])])
    }
    #expect(throws: DataError("'e1' does not measure the hit rate at 20; add 20 to its 'k'")) {
      try Self.compared([Self.evaluation([1, 0]), Self.evaluation([1, 0], k: 10)])
    }
  }
}
