import Files
import Foundation
import FuzzTargets
import TestSupport
import Testing

/// Inputs that fuzzing has found to reach something, or that once were too much, and a few that are made of them at random.
/// What is not borne ends the process; `.ci/fuzz` looks for more.
@Suite("Bytes of others", .serialized)
struct FuzzReplayTests {
  private static let mutated =
    ProcessInfo.processInfo.environment["TOWERBOOK_CASES"].flatMap(Int.init) ?? 150
  /// Nothing small may take so long.
  private static let mostSeconds = 10.0

  @Test("are read or refused, soon", arguments: FuzzTarget.allCases)
  func replay(target: FuzzTarget) throws {
    let corpus = FilePaths.join(
      FilePaths.parent(of: FilePaths.parent(of: #filePath)),
      "FuzzTargets/Corpus/\(target.rawValue)"
    )
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
}
