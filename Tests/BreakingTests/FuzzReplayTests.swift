import Files
import Foundation
import Numerics
import TestSupport
import Testing

@testable import FuzzTargets

/// Inputs that fuzzing has found to reach something, or that once were too much, and a few that are made of them at random.
/// What is not borne ends the process; `.ci/fuzz` looks for more.
@Suite("Bytes of others", .serialized)
struct FuzzReplayTests {
  private static let mutated =
    ProcessInfo.processInfo.environment["TOWERBOOK_CASES"].flatMap(Int.init) ?? 150
  /// Nothing small may take so long.
  private static let mostSeconds = 10.0

  private static func corpus(_ target: FuzzTarget) -> String {
    FilePaths.join(
      FilePaths.parent(of: FilePaths.parent(of: #filePath)),
      "FuzzTargets/Corpus/\(target.rawValue)"
    )
  }

  @Test("are read or refused, soon", arguments: FuzzTarget.allCases)
  func replay(target: FuzzTarget) throws {
    let corpus = Self.corpus(target)
    let inputs = try FilePaths.list(corpus).map { try MappedFile.read(FilePaths.join(corpus, $0)) }
    try #require(!inputs.isEmpty)
    let scratch = try ScratchFolder()
    func take(_ bytes: [UInt8], _ what: String) {
      let start = Date()
      bytes.withUnsafeBytes { target.take($0, in: scratch.path) }
      let seconds = Date().timeIntervalSince(start)
      #expect(seconds < Self.mostSeconds, "\(what) took \(seconds) s")
    }
    for (place, input) in inputs.enumerated() { take(input, "input \(place)") }
    for number in 0..<Self.mutated {
      var mutator = Mutator(seed: 1, stream: number)
      take(mutator.changed(inputs[number % inputs.count], with: inputs), "change \(number)")
    }
  }

  @Test(
    "an index whose parts lead out of it is refused, whatever its checksum says",
    arguments: [
      ("graph-that-leads-out", "graph's lists do not fit"), ("more-ids-than-are-listed", "do not fit"),
      ("cell-that-is-not-there", "the sizes of its cells do not fit"),
      ("row-that-is-not-there", "its cells do not fit"),
      ("block-that-is-not-there", "its blocks do not fit"),
      ("graph-of-too-many-candidates", "its numbers do not fit"),
      ("graph-without-a-beam", "its numbers do not fit"),
      ("blocks-of-no-parts", "the sizes of its codes do not fit"),
      ("graph-over-codes-that-are-none", "a kind that is never made here"),
    ]
  )
  func strangeIndex(name: String, problem: String) throws {
    let input = try MappedFile.read(FilePaths.join(Self.corpus(.faiss), name))
    let scratch = try ScratchFolder()
    let path = FilePaths.join(scratch.path, "index.faiss")
    try AtomicFile.write(to: path) { try $0.append(input.withUnsafeBytes(FuzzTarget.faiss.sealed)) }
    let failure = #expect(throws: FormatFailure.self) { try FaissIndex(reading: path) }
    #expect("\(failure.map(String.init(describing:)) ?? "")".contains(problem))
  }
}
