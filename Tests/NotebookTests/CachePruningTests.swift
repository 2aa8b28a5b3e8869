import Files
import Glibc
import Notebook
import Testing

@Suite("What a cache holds, and what goes from it")
struct CachePruningTests {
  private let bench: Workbench
  private let cache: StepCache

  /// Four results: of the numbers 1 to 3 and their sum, and of 1 to 5 and theirs.
  init() throws {
    bench = try Workbench()
    cache = StepCache(folder: FilePaths.join(bench.folder, "outputs/.cache")) { _ in }
    for count in [3, 5] { try bench.run("numbers: { count: \(count) }\nsum:\n") }
  }

  /// Sets when the items were last used: the first of `items()` longest ago.
  private func age(_ days: [Int]) throws -> [CacheItem] {
    for (item, days) in zip(try cache.items(), days) {
      let moment = timespec(tv_sec: time(nil) - days * 86_400, tv_nsec: 0)
      #expect(
        utimensat(AT_FDCWD, FilePaths.join(cache.entryFolder(item.key), "entry.json"), [moment, moment], 0)
          == 0
      )
    }
    return try cache.items()
  }

  @Test("every result is listed with its step, its size and when it was used, the longest unused first")
  func items() throws {
    let items = try age([2, 9, 4, 0])
    #expect(items.map { (time(nil) - $0.lastUse) / 86_400 } == [9, 4, 2, 0])
    #expect(items.compactMap(\.step).sorted() == ["numbers", "numbers", "sum", "sum"])
    for item in items {
      #expect(
        item.kind == .result && item.size == Folders.size(of: cache.entryFolder(item.key)) && item.size > 0
      )
    }
    #expect(try StepCache(folder: FilePaths.join(bench.folder, "none")) { _ in }.items() == [])
  }

  @Test("a result that a run takes from the cache counts as used")
  func used() throws {
    _ = try age([5, 5, 5, 5])
    try bench.run("numbers: { count: 3 }\nsum:\n")
    #expect(try cache.items().map { (time(nil) - $0.lastUse) / 86_400 } == [5, 5, 0, 0])
  }

  @Test("what was unused for long goes; the rest stays, and what went is made again")
  func olderThan() throws {
    let items = try age([9, 8, 1, 0])
    let outcome = try cache.prune(PruneRule(unusedSeconds: 7 * 86_400))
    #expect(outcome == PruneOutcome(removed: Array(items[..<2])))
    #expect(try cache.items() == Array(items[2...]))
    let again = try [3, 5].map { try bench.run("numbers: { count: \($0) }\nsum:\n").cachedCells }
    #expect(again.reduce(0, +) == 2)
  }

  @Test("the longest unused goes until the rest fits")
  func maxSize() throws {
    let items = try age([9, 8, 7, 6])
    let room = items[2].size + items[3].size
    #expect(try cache.prune(PruneRule(maxBytes: room)).removed == Array(items[..<2]))
    #expect(try cache.prune(PruneRule(maxBytes: room)).removed == [])
    #expect(try cache.prune(PruneRule(maxBytes: room - 1)).removed == [items[2]])
    #expect(try cache.prune(PruneRule()).removed == [])
    #expect(try cache.prune(.everything).removed == [items[3]])
    #expect(try cache.items() == [])
  }

  @Test("what a run computes or uses stays, and another goes in its place")
  func locks() throws {
    let items = try age([9, 8, 7, 6])
    let locks = FilePaths.join(cache.folder, "locks")
    let computing = try FileLock(FilePaths.join(locks, "\(items[0].key)")) {}
    let using = try (0..<2).map { _ in try FileLock(FilePaths.join(locks, "\(items[1].key).use"), .shared) {}
    }
    let outcome = try cache.prune(PruneRule(maxBytes: items[0].size + items[1].size))
    #expect(outcome.inUse == Array(items[..<2]) && outcome.removed == Array(items[2...]))
    withExtendedLifetime((computing, using)) {}
  }

  @Test("a result under another's key is a miss, never an answer")
  func exchangedResults() throws {
    let folders = try cache.items().map { cache.entryFolder($0.key) }
    let before = try [3, 5].map { try bench.run("numbers: { count: \($0) }\nsum:\n").metrics.map(\.value) }
    try #require(before[0] != before[1])
    for pair in 0..<3 {  // each folder ends under the key of the one before it
      try #require(rename(folders[pair], folders[pair] + ".away") == 0)
      try #require(rename(folders[pair + 1], folders[pair]) == 0)
      try #require(rename(folders[pair] + ".away", folders[pair + 1]) == 0)
    }
    let after = try [3, 5].map { try bench.run("numbers: { count: \($0) }\nsum:\n").metrics.map(\.value) }
    #expect(after == before)
  }

  @Test("a whole artifact of the right size that is not the entry's own is a miss, never an answer")
  func exchangedArtifacts() throws {
    var forged = Bundle()
    forged.add("values", [7, 8, 9] as [Int32])
    for item in try cache.items() {
      if item.step == "sum" { try cache.remove(item.key) }
      let artifact = FilePaths.join(cache.entryFolder(item.key), "artifact.bundle")
      guard item.step == "numbers", try BundleFile.read(artifact).int32("values").count == 3 else { continue }
      let size = FilePaths.size(of: artifact)
      try #require(try BundleFile.write(forged, to: artifact).size == size)
    }
    let summary = try bench.run("numbers: { count: 3 }\nsum:\n")
    #expect(summary.cachedCells == 0 && summary.metrics.first { $0.name == "sum.total" }?.value == 6)
  }

  @Test("a checkpoint under another's name is a warning and a new start")
  func exchangedCheckpoints() throws {
    var warnings: [String] = []
    let keys = [Digest("a"), Digest("b")]
    let stores = keys.map { CheckpointStore(folder: cache.folder, key: $0) { warnings.append($0) } }
    var bundle = Bundle()
    bundle.add("epoch", [Int32(7)])
    try stores[0].save(bundle)
    #expect(try stores[0].load()?.int32("epoch") == [7] && warnings.isEmpty)
    let folder = CheckpointStore.folder(in: cache.folder)
    try #require(rename("\(folder)/\(keys[0]).bundle", "\(folder)/\(keys[1]).bundle") == 0)
    #expect(stores[1].load() == nil)
    #expect(
      warnings.count == 1 && warnings[0].contains("damaged and the step starts anew: it is another step's")
    )
  }

  @Test("what killed runs left goes at once, and what a living one fills stays")
  func leftovers() throws {
    let living = try StagingFolder(in: cache.folder)
    let abandoned = [".filling-Ab12Cd", ".filling-4242-run", ".removed-x1"].map {
      FilePaths.join(cache.folder, $0)
    }
    for path in abandoned { try Folders.make(FilePaths.join(path, "files")) }
    let half = FilePaths.join(cache.folder, ".entry.json.4242-abc12.tmp")
    try AtomicFile.write("half", to: half)
    let others = FilePaths.join(cache.folder, ".keep.tmp")
    try AtomicFile.write("", to: others)
    try AtomicFile.replace(FilePaths.join(cache.folder, "whole")) { path in
      cache.sweepLeftovers()
      #expect(FilePaths.exists(path))
    }
    #expect((abandoned + [half]).allSatisfy { !FilePaths.exists($0) })
    #expect(FilePaths.exists(living.path) && FilePaths.exists(others))
    #expect(FilePaths.exists(FilePaths.join(cache.folder, "whole")))
  }

  @Test("a folder or a loop of links where a lock belongs is an error that says what to do")
  func noLockFile() throws {
    let path = FilePaths.join(bench.folder, "locks/a")
    try Folders.make(path)
    let folder = #expect(throws: FileError.self) { try FileLock(path) {} }
    #expect(
      folder?.description
        == "cannot open the lock '\(path)': Is a directory; something else stands where a lock file belongs: "
        + "remove it and run again"
    )
    try Folders.remove(path)
    try #require(symlink("a", path) == 0)
    let loop = #expect(throws: FileError.self) { _ = try FileLock(ifFree: path) }
    #expect(loop?.reason.hasPrefix("Too many levels of symbolic links; something else") == true)
  }

  @Test("a result that lost its record is computed once more, and then kept again")
  func lostRecords() throws {
    try bench.run(toyRecipe)
    try #require(bench.count("numbers") == 1)
    for item in try cache.items() {
      try Folders.remove(FilePaths.join(cache.entryFolder(item.key), "entry.json"))
    }
    for _ in 0..<2 { try bench.run(toyRecipe) }
    #expect(bench.count("numbers") == 2)
  }

  @Test("a damaged result and a checkpoint are listed, and go")
  func damagedAndCheckpoints() throws {
    let first = try cache.items()[0]
    try AtomicFile.write("?", to: FilePaths.join(cache.entryFolder(first.key), "entry.json"))
    try Folders.make(FilePaths.join(cache.folder, "checkpoints"))
    try AtomicFile.write("half", to: FilePaths.join(cache.folder, "checkpoints/\(first.key).bundle"))
    let items = try cache.items()
    #expect(items.count == 5 && items.count { $0.step == nil } == 2)
    let checkpoint = try #require(items.first { $0.kind == .checkpoint })
    #expect(checkpoint.key == first.key && checkpoint.size == 4)
    #expect(try cache.prune(.everything).removed.count == 5)
    #expect(try FilePaths.list(FilePaths.join(cache.folder, "checkpoints")) == [])
  }

  @Test(
    "sizes are read as users write them",
    arguments: [
      ("0", 0), ("1500", 1500), ("20MB", 20_000_000), ("1.5 GB", 1_500_000_000), ("3kb", 3000), ("7 B", 7),
      ("2TB", 2_000_000_000_000), ("", nil), ("MB", nil), ("-3", nil), ("1e3", nil), ("5 5", nil),
      ("inf", nil),
      ("99999999999999TB", nil), ("3 XB", nil),
    ] as [(String, Int?)]
  )
  func sizes(text: String, bytes: Int?) {
    #expect(ByteCount(text)?.bytes == bytes)
  }
}
