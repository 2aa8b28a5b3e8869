import Files
import Foundation
import Glibc
import Recall
import TestSupport
import Testing

@testable import Steps

/// Saved models that are damaged, of another version, or packed.
extension SavedModelTests {
  @Test("a model of a newer version, a missing, longer or damaged file: each is told")
  func damaged() throws {
    let folder = FilePaths.join(try run(), "model")
    func refusal(_ change: (String) throws -> Void, verifies: Bool = false) throws -> String {
      let copy = files.path("copy")
      try? FileManager.default.removeItem(atPath: copy)
      try FileManager.default.copyItem(atPath: folder, toPath: copy)
      try change(copy)
      do {
        _ = try Recommender(path: copy, threads: 1, verifies: verifies)
        return "nothing"
      } catch {
        return "\(error)".replacing(copy, with: "MODEL")
      }
    }
    func edit(_ copy: String, _ name: String, _ from: String, _ to: String) throws {
      let text = try MappedFile.readText(FilePaths.join(copy, name))
      #expect(text.contains(from))
      try AtomicFile.write(text.replacing(from, with: to), to: FilePaths.join(copy, name))
    }
    #expect(try refusal { _ in } == "nothing")
    #expect(
      try refusal { try edit($0, "manifest.json", "\"version\" : 2", "\"version\" : 5, \"new\" : []") }
        == "'MODEL' is saved in version 5 of the form, and this program reads up to version 4; use a newer towerbook, or "
        + "save the model with this one"
    )
    #expect(
      try refusal { unlink(FilePaths.join($0, "weights.safetensors")) }
        == "there is no 'weights.safetensors' in 'MODEL', which its manifest lists; save the model again"
    )
    #expect(
      try refusal { try edit($0, "manifest.json", "\"vectors.npy\"", "\"../vectors.npy\"") }
        == "'MODEL/manifest.json' lists a file called '../vectors.npy', which is no name of a file beside it"
    )
    let size = try #require(FilePaths.size(of: FilePaths.join(folder, "vectors.npy")))
    #expect(
      try refusal { copy in
        let path = FilePaths.join(copy, "vectors.npy")
        try Data(contentsOf: URL(fileURLWithPath: path)).dropLast(4).write(to: URL(fileURLWithPath: path))
      }
        == "'MODEL/vectors.npy' should have \(size) bytes, it has \(size - 4): it is damaged or of another model; save it "
        + "again"
    )
    let flip: (String) throws -> Void = { copy in
      let url = URL(fileURLWithPath: FilePaths.join(copy, "vectors.npy"))
      var data = try Data(contentsOf: url)
      data[data.count - 1] ^= 1
      try data.write(to: url)
    }
    #expect(try refusal(flip) == "nothing")
    #expect(
      try refusal(flip, verifies: true)
        == "'MODEL/vectors.npy' is damaged: its digest is not the one in the manifest; save the model again"
    )
    #expect(
      try refusal { unlink(FilePaths.join($0, "manifest.json")) }
        == "there is no 'manifest.json' in 'MODEL': an older version of this program saved it; run its recipe again"
    )
  }

  @Test("bytes changed in any file are an error or change nothing else than answers, never a crash")
  func fuzzed() throws {
    let everything = Self.times + Self.items + Self.users + Self.narrowed
    let folder = FilePaths.join(try run(everything + ["index.type=HNSW8"]), "model")
    let copy = files.path("copy")
    for name in try FilePaths.list(folder) where name != "index.faiss" {
      let original = try Data(contentsOf: URL(fileURLWithPath: FilePaths.join(folder, name)))
      for turn in 0..<40 {
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.copyItem(atPath: folder, toPath: copy)
        var data = original
        // A rule, so that a failure comes again: one byte of the first 2,000, where headers are, then of all.
        let place = (turn * 7919 + 13) % min(data.count, turn < 30 ? 2_000 : data.count)
        data[data.startIndex + place] = UInt8(truncatingIfNeeded: turn * 37 + 1)
        try data.write(to: URL(fileURLWithPath: FilePaths.join(copy, name)))
        do {
          let recommender = try Recommender(path: copy, threads: 1, verifies: false)
          _ = try recommender.recommend([
            RecommendRequest(user: "u7", k: 5), RecommendRequest(history: ["i3"]),
          ])
        } catch {
          #expect(!"\(error)".isEmpty)
        }
      }
    }
  }

  @Test("an archive is the same bytes for the same files, tar opens it, and a damaged one is told")
  func archive() throws {
    let folder = FilePaths.join(try run(), "model")
    let paths = ["a.tar.zst", "b.tar.zst"].map(files.path)
    for path in paths { try ModelArchive.write(folder: folder, to: path) }
    let bytes = try Data(contentsOf: URL(fileURLWithPath: paths[0]))
    #expect(try bytes == Data(contentsOf: URL(fileURLWithPath: paths[1])))
    for place in [10, bytes.count / 2, bytes.count - 1] {
      try bytes.prefix(place).write(to: URL(fileURLWithPath: paths[1]))
      let failure = #expect(throws: SavedModelFailure.self) { try SavedModel(path: paths[1]) }
      #expect(failure?.description.contains("b.tar.zst") == true)
    }
    let listing = try PythonPeer.execute(["tar", "--zstd", "-tf", paths[0]])
    guard listing.status == 0 else { return }
    let names = listing.output.split(separator: "\n").map(String.init)
    #expect(try names.first == "manifest.json" && names.sorted() == FilePaths.list(folder))
    // What tar packed itself, with the folder's name before the files', is read too.
    let packed = files.path("c.tar.zst")
    _ = try PythonPeer.execute(["tar", "--zstd", "-C", FilePaths.parent(of: folder), "-cf", packed, "model"])
    #expect(try SavedModel(path: packed).users == SavedModel(path: folder).users)
  }
}
