import Files
import Notebook
import Testing

@Suite("Bundles on disk")
struct BundleTests {
  private func sample() -> Bundle {
    var bundle = Bundle()
    bundle.add("small", [Int32(-1), 0, .max])
    bundle.add("large", [Int64.min, 5])
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
    let size = try BundleFile.write(written, to: path)
    #expect(FilePaths.size(of: path) == size)
    let read = try BundleFile.read(path)
    #expect(read.arrays.map(\.name) == written.arrays.map(\.name))
    #expect(read.arrays.map(\.values) == written.arrays.map(\.values))
    #expect(try read.texts("names") == ["a", "", "äöü", "x\ny"])
    #expect(try read.text("note") == "first line\nsecond")
  }

  @Test("any flipped byte of content or header, and any cut, is found")
  func damage() throws {
    let bench = try Workbench()
    let path = FilePaths.join(bench.folder, "a.bundle")
    var bundle = Bundle()
    bundle.add("values", (0..<16).map { Int32($0) })
    try BundleFile.write(bundle, to: path)
    let good = (try MappedFile.read(path))
    for position in good.indices where !(good[position] == 0 && position < good.count - 64) {
      var bad = good
      bad[position] ^= 0x41
      try AtomicFile.write(to: path) { try $0.append(bad) }
      let same = (try? BundleFile.read(path))?.arrays.map(\.values) == bundle.arrays.map(\.values)
      let renamed = (try? BundleFile.read(path))?.has("values") == false
      #expect(!same || renamed, "a flipped byte at \(position) went unnoticed")
    }
    for length in [0, 1, 20, good.count - 1] {
      try AtomicFile.write(to: path) { try $0.append(Array(good[..<length])) }
      #expect(throws: (any Error).self) { try BundleFile.read(path) }
    }
  }

  @Test("asking for what is not there says what is missing")
  func missing() throws {
    #expect(throws: BundleError.missing("x")) { try Bundle().int32("x") }
    #expect(throws: BundleError.wrongType("small", expected: "float32")) { try sample().float32("small") }
    #expect(BundleError.missing("x").description == "it holds no 'x'")
  }
}
