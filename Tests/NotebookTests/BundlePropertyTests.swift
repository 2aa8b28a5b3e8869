import Files
import Memory
import Notebook
import TestSupport
import Testing

@Suite("Properties of bundles")
struct BundlePropertyTests {
  private func values(_ draw: inout SplitMix) -> Bundle.Values {
    let count = [0, 1, 2, 63, 64, 65, draw.below(300)][draw.below(7)]
    func all<T>(_ make: (inout SplitMix) -> T) -> [T] { (0..<count).map { _ in make(&draw) } }
    switch draw.below(6) {
    case 0: return .bytes(all { UInt8(truncatingIfNeeded: $0.next()) })
    case 1: return .int32(all { Int32(truncatingIfNeeded: $0.next()) })
    case 2: return .float32(all { Float($0.unit()) })
    case 3: return .float64(all { $0.unit() })
    case 4: return .int64(all { Int64(bitPattern: $0.next()) })
    default:
      // Near each other, at any place: stored in half the space where they just fit, and not where they do not.
      let least = [Int64.min, -5, 0, .max - Int64(UInt32.max)][draw.below(4)]
      let span = [1, Int(UInt32.max), Int(UInt32.max) + 1][draw.below(3)]
      return .int64(all { least.addingReportingOverflow(Int64($0.below(span))).partialValue })
    }
  }

  @Test("random bundles come back as they were, and the same bytes are written of them again")
  func roundTrip() throws {
    let bench = try Workbench()
    let (path, copy) = (FilePaths.join(bench.folder, "a.bundle"), FilePaths.join(bench.folder, "b.bundle"))
    for number in 0..<PropertyCases.count {
      var draw = SplitMix(seed: number, stream: 941)
      var written = Bundle()
      for name in 0..<draw.below(6) { written.add("array\(name)", values(&draw)) }
      for name in 0..<draw.below(3) {
        written.add("text\(name)", text: String(repeating: "é\n", count: draw.below(90)))
      }
      let stored = try BundleFile.write(written, to: path)
      let read = try BundleFile.read(path, lendsIntegers: draw.below(2) == 0)
      #expect(try BundleFile.stored(at: path) == stored)
      #expect(try BundleFile.write(read, to: copy) == stored, "case \(number)")
      #expect(try MappedFile.read(copy) == MappedFile.read(path), "case \(number)")
      let plain = try BundleFile.read(path)
      #expect(plain.arrays.map(\.values) == written.arrays.map(\.values), "case \(number)")
      #expect(plain.texts.map(\.text) == written.texts.map(\.text), "case \(number)")
    }
  }
}
