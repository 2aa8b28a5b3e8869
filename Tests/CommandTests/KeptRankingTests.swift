import Files
import Foundation
import Testing

@Suite("A ranking that is kept from run to run")
struct KeptRankingTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  /// Runs the recipe with its cache in `outputs` and gives what came out, but for the time of a search.
  private func run(_ overrides: [String], _ output: String, outputs: String = "outputs", flags: [String] = [])
    throws
    -> [String: Double]
  {
    let places = ["--output", output, "--outputs", outputs, "-q"]
    let outcome = try place.run(["run", "r.yaml"] + overrides + places + flags)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try place.metrics(output).filter { $0.key != "eval.query_ms" }
  }

  /// The file that holds the ranking: its place, and what tells it from one that is written anew.
  private func ranking() throws -> (path: String, file: String) {
    let paths = try place.cacheEntries().filter {
      try place.text("outputs/.cache/\($0)/entry.json").contains(#/"step"\s*:\s*"ranking"/#)
    }
    .map { "outputs/.cache/\($0)/artifact.bundle" }
    try #require(paths.count == 1)
    let facts = try FileManager.default.attributesOfItem(atPath: place.file(paths[0]))
    // A file's number may be given again once the file is gone.
    let number = try #require(facts[.systemFileNumber] as? Int)
    let moment = try #require(facts[.modificationDate] as? Date)
    return (paths[0], "\(number) \(moment.timeIntervalSince1970)")
  }

  @Test("other cutoffs and candidates are taken from it, the same as from a search of their own")
  func cutoffs() throws {
    _ = try run([], "first")
    let before = try ranking()
    for (index, overrides) in [["eval.k=[3,7]"], ["recall.k=15"], ["eval.k=[30]", "recall.k=30"]].enumerated()
    {
      let kept = try run(overrides, "kept\(index)")
      let fresh = try run(overrides, "fresh\(index)", outputs: "others\(index)")
      #expect(kept == fresh)
      #expect(
        try place.bytes("kept\(index)/recall_candidates.csv")
          == place.bytes("fresh\(index)/recall_candidates.csv")
      )
    }
    #expect(try ranking() == before)
  }

  @Test("it is made anew where it is not deep enough, damaged, or not wanted")
  func anew() throws {
    // More than the 40 items there are cannot be asked of it; so few are kept of a smaller catalogue.
    try place.write("items.csv", "item,cat\n" + (0..<300).map { "\(1000 + $0),\($0 / 10)\n" }.joined())
    _ = try run([], "first")
    var file = try ranking().file
    _ = try run(["eval.k=[5,120]"], "deeper")
    #expect(try ranking().file != file)
    file = try ranking().file
    #expect(try run(["eval.k=[5,21]"], "again") == run(["eval.k=[5,21]"], "fresh", outputs: "others"))
    #expect(try ranking().file == file)
    let path = try ranking().path
    var bytes = try place.bytes(path)
    bytes[bytes.count / 2] ^= 1
    try FileManager.default.removeItem(atPath: place.file(path))
    try place.write(path, bytes)
    #expect(try run(["eval.k=[5,22]"], "whole") == run(["eval.k=[5,22]"], "fresh", outputs: "more"))
    #expect(try place.bytes(path) != bytes)
    file = try ranking().file
    _ = try run([], "forced", flags: ["--force"])
    #expect(try ranking().file != file)
  }
}
