import Clicks
import Files
import Foundation
import Numerics
import TestSupport
import Testing

@testable import Recall

@Suite("Hits that are kept with a run")
struct HitRecordTests {
  /// Three users with one, two (one of them twice) and three held-out items.
  private static let heldOut = UserSequences(
    users: [3, 8, 9],
    offsets: [0, 1, 4, 7],
    items: [10, 20, 21, 20, 30, 31, 32],
    times: nil,
    rows: [0, 1, 2, 3, 4, 5, 6]
  )
  private static let lists = RankedLists(
    width: 4,
    items: [11, 10, 12, 13, 21, 20, 20, 1, 1, 32, 2, 30],
    counts: [4, 3, 4]
  )

  private static func record(depth: Int = 4) throws -> HitRecord {
    var record = try HitRecord(heldOut, depth: depth)
    record.add("two-tower", lists, heldOut)
    return record
  }

  @Test("a rank for each distinct held-out item that is found, a 0 for each that is not")
  func ranks() throws {
    let record = try Self.record()
    #expect(record.offsets == [0, 1, 3, 6])
    #expect(record.lists.map(\.ranks) == [[2, 1, 2, 2, 4, 0]])
    #expect(!record.isOnePerUser)
  }

  @Test("every measure at every k is, to the bit, what the lists themselves give")
  func sameScores() throws {
    let record = try Self.record()
    let cutoffs = [1, 2, 3, 4]
    #expect(
      RankingScores(record.lists[0], in: record, cutoffs: cutoffs)
        == RankingScores(Self.lists, heldOut: Self.heldOut, cutoffs: cutoffs)
    )
  }

  @Test("a file gives back what was written, in one byte a rank or in two", arguments: [4, 300])
  func roundTrip(depth: Int) throws {
    let scratch = try ScratchFolder()
    let hits = try EvaluationHits(
      cutoffs: [2, 4],
      test: Self.record(depth: depth),
      validation: Self.record()
    )
    try hits.write(to: scratch.file("h"))
    #expect(try EvaluationHits(reading: scratch.file("h")) == hits)
    let kind = try SafetensorsFile(reading: scratch.file("h")).tensor("ranks.two-tower")?.values.kind
    #expect(kind == (depth == 4 ? .uint8 : .uint16))
  }

  @Test("records of other held-out clicks are told by their digest")
  func otherClicks() throws {
    var other = Self.heldOut
    other.items[0] = 11
    let digests = try [other, Self.heldOut].map { try HitRecord($0, depth: 4).heldOut }
    #expect(digests[0] != digests[1])
  }

  @Test("a file of another kind, or whose ranks do not fit, is refused")
  func damaged() throws {
    let scratch = try ScratchFolder()
    let path = scratch.file("h")
    let users = SafetensorsFile.Tensor(name: "users", shape: [1], values: .int64([1]))
    let offsets = SafetensorsFile.Tensor(name: "offsets", shape: [2], values: .int32([0, 1]))
    for ranks in [SafetensorsFile.Values.uint8([9]), .uint8([1, 1]), .float32([1])] {
      let tensor = SafetensorsFile.Tensor(name: "ranks.a", shape: [ranks.count], values: ranks)
      try SafetensorsFile(
        tensors: [users, offsets, tensor],
        metadata: [
          ("format", "towerbook hits 1"), ("cutoffs", "5"), ("depth", "5"), ("lists", "a"),
          ("held_out", "\(Digest("x"))"),
        ]
      ).write(to: path)
      let error = #expect(throws: FormatFailure.self) { try EvaluationHits(reading: path) }
      #expect(
        error?.description == "'\(path)' cannot be used: it is no record of hits that this program reads"
      )
    }
  }
}
