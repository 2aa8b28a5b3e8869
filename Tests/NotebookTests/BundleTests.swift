import Files
import Notebook
import Testing

@Suite("Bundles on disk")
struct BundleTests {
  private func sample() -> Bundle {
    var bundle = Bundle()
    bundle.add("small", [Int32(-1), 0, .max])
    bundle.add("large", [Int64.min, 5])
    bundle.add("near", [Int64.max, .max - Int64(UInt32.max), .max - 1])
    bundle.add("far", [Int64.max, .max - Int64(UInt32.max) - 1])
    bundle.add("nowhere", [Int64]())
    bundle.add("single", [Float(0.1), -.infinity])
    bundle.add("double", [0.1, 1e300])
    bundle.add("none", [UInt8]())
    bundle.add("names", texts: ["a", "", "äöü", "x\ny"])
    bundle.add("note", text: "first line\nsecond")
    return bundle
  }

  @Test("come back as they were written")
  func roundTrip() throws {
    let bench = try Workbench()
    let path = FilePaths.join(bench.folder, "a.bundle")
    let written = sample()
    let stored = try BundleFile.write(written, to: path)
    #expect(FilePaths.size(of: path) == stored.size)
    #expect(try BundleFile.stored(at: path) == stored)
    let read = try BundleFile.read(path)
    #expect(read.arrays.map(\.name) == written.arrays.map(\.name))
    #expect(read.arrays.map(\.values) == written.arrays.map(\.values))
    #expect(try read.texts("names") == ["a", "", "äöü", "x\ny"])
    #expect(try read.text("note") == "first line\nsecond")
    let lent = try BundleFile.read(path, lendsIntegers: true)
    for name in ["large", "near", "far", "nowhere", "names.ends"] {
      let values = try written.int64(name)
      #expect(try lent.int64(name) == values)
      #expect(try lent.count(name) == values.count)
      var longer: [Int64] = [7]
      try lent.appendInt64(name, to: &longer)
      #expect(longer == [7] + values)
    }
    let copy = FilePaths.join(bench.folder, "b.bundle")
    #expect(try BundleFile.write(lent, to: copy) == stored)
  }

  @Test("64-bit integers that lie near each other take half the space, however many there are")
  func narrow() throws {
    let bench = try Workbench()
    let path = FilePaths.join(bench.folder, "a.bundle")
    let times = (0..<200_001).map { 1_507_029_570_190 + Int64($0) * 21_474 }
    var bundle = Bundle()
    bundle.add("times", times)
    let size = try BundleFile.write(bundle, to: path).size
    #expect(size < 4 * times.count + 256)
    #expect(try BundleFile.read(path).int64("times") == times)
    #expect(try BundleFile.read(path, lendsIntegers: true).int64("times") == times)
  }

  @Test("Float32 values in another's memory are written as they are")
  func lent() throws {
    let bench = try Workbench()
    let path = FilePaths.join(bench.folder, "a.bundle")
    final class Owner {
      let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: 3)
      deinit { memory.deallocate() }
    }
    let owner = Owner()
    _ = owner.memory.initialize(from: [1, -0.5, 3])
    var bundle = Bundle()
    bundle.add("weights", lent: UnsafeBufferPointer(owner.memory), by: owner)
    try BundleFile.write(bundle, to: path)
    #expect(try bundle.float32("weights") == [1, -0.5, 3])
    #expect(try BundleFile.read(path).float32("weights") == [1, -0.5, 3])
  }

  @Test("any flipped byte of content or header, and any cut, is found")
  func damage() throws {
    let bench = try Workbench()
    let path = FilePaths.join(bench.folder, "a.bundle")
    var bundle = Bundle()
    bundle.add("values", (0..<16).map { Int32($0) })
    bundle.add("times", [Int64(1_507_029_570_190), 1_507_029_571_478])
    try BundleFile.write(bundle, to: path)
    let good = (try MappedFile.read(path))
    for position in good.indices where !(good[position] == 0 && position < good.count - 64) {
      var bad = good
      bad[position] ^= 0x41
      try AtomicFile.write(to: path) { try $0.append(bad) }
      let read = try? BundleFile.read(path)
      let same = read?.arrays.map(\.values) == bundle.arrays.map(\.values)
      let renamed = read.map { !$0.has("values") || !$0.has("times") } ?? false
      #expect(!same || renamed, "a flipped byte at \(position) went unnoticed")
    }
    for length in [0, 1, 20, good.count - 1] {
      try AtomicFile.write(to: path) { try $0.append(Array(good[..<length])) }
      #expect(throws: (any Error).self) { try BundleFile.read(path) }
    }
  }

  /// Where in memory an array lies, as lines of `/proc/self/maps` have it.
  private func mapping<Element>(of values: [Element]) throws -> Substring? {
    let address = values.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) + UInt($0.count / 2) }
    let maps = try #require(SystemFile.text("/proc/self/maps"))
    return maps.split(separator: "\n").first { line in
      let ends = line.prefix { $0 != " " }.split(separator: "-").compactMap { UInt($0, radix: 16) }
      return ends.count == 2 && ends[0] <= address && address < ends[1]
    }
  }

  private func bytes<Element>(of values: [Element]) -> Digest { values.withUnsafeBytes { Digest($0) } }

  @Test("large arrays of integers have the pages of the file, which stays as it is when they are written to")
  func mapped() throws {
    let bench = try Workbench()
    let path = FilePaths.join(bench.folder, "a.bundle")
    var codes = [Int32](repeating: 7, count: 17 << 20)
    for place in stride(from: 0, to: codes.count, by: 4099) { codes[place] = Int32(place) }
    var keys = [Int64](repeating: .min, count: 9 << 20)
    for place in stride(from: 0, to: keys.count, by: 4099) { keys[place] = Int64(place) << 40 }
    var bundle = Bundle()
    bundle.add("first", [Int32(1), 2, 3])
    bundle.add("codes", codes)
    bundle.add("weights", [Float](repeating: 0.5, count: 5))
    bundle.add("keys", keys)
    bundle.add("last", [Int64(-1)])
    let stored = try BundleFile.write(bundle, to: path)
    let digest = bytes(of: try MappedFile.read(path))
    var read: Bundle? = try BundleFile.read(path)
    var found = try #require(read).int32("codes")
    let foundKeys = try #require(read).int64("keys")
    #expect(bytes(of: found) == bytes(of: codes) && bytes(of: foundKeys) == bytes(of: keys))
    #expect(try #require(read).int32("first") == [1, 2, 3] && #require(read).int64("last") == [-1])
    #expect(try #require(read).float32("weights") == [Float](repeating: 0.5, count: 5))
    // An allocator that lays memory out otherwise, as sanitizers have one, has arrays copied.
    if codes.withUnsafeBytes({ UInt(bitPattern: $0.baseAddress) % 4096 == 48 }) {
      #expect(try mapping(of: found)?.hasSuffix(path) == true)
      #expect(try mapping(of: foundKeys)?.hasSuffix(path) == true)
    }
    read = nil
    for place in stride(from: 0, to: found.count, by: 1001) { found[place] = -5 }
    #expect(found[1001] == -5 && found[1002] == 7)
    #expect(bytes(of: try MappedFile.read(path)) == digest)
    let copy = FilePaths.join(bench.folder, "b.bundle")
    #expect(try BundleFile.write(BundleFile.read(path, lendsIntegers: true), to: copy) == stored)
    try Folders.remove(path)
    #expect(bytes(of: foundKeys) == bytes(of: keys))
  }

  @Test("files of the version before, whose large arrays lie elsewhere, are read")
  func before() throws {
    let bench = try Workbench()
    let path = FilePaths.join(bench.folder, "a.bundle")
    let codes = [Int32](repeating: 7, count: 17 << 20)
    let line = "array codes int32 \(codes.count) \(bytes(of: codes))\n"
    let header = "towerbook-bundle 2 \(line.utf8.count)\n" + line
    try AtomicFile.write(to: path) { file in
      try file.append(header)
      try file.append([UInt8](repeating: 0, count: (64 - header.utf8.count % 64) % 64))
      try file.append(codes)
    }
    #expect(bytes(of: try BundleFile.read(path).int32("codes")) == bytes(of: codes))
  }

  @Test("asking for what is not there says what is missing")
  func missing() throws {
    #expect(throws: BundleError.missing("x")) { try Bundle().int32("x") }
    #expect(throws: BundleError.wrongType("small", expected: "float32")) { try sample().float32("small") }
    #expect(BundleError.missing("x").description == "it holds no 'x'")
  }
}
