import ClickFixtures
import Files
import Testing

@testable import Tables

@Suite("Columns of many files merged")
struct ColumnMergeTests {
  private func merged(_ parts: [ColumnValues], as type: ColumnType = .time) throws -> ColumnValues {
    func merged(_ columns: [FileColumn]) throws -> ColumnValues {
      let merge = ColumnMerge(ColumnRequest(.name("c"), as: type))
      for (place, part) in columns.enumerated() { merge.add(part, of: "f\(place)", expected: 0) }
      return try merge.values(threads: 2)
    }
    // What was kept of files, narrow and lent, is merged as what was read of them.
    let folder = try ClickFiles()
    let kept = try parts.enumerated().map { place, part in
      var bundle = Bundle()
      part.add(to: &bundle, as: "0")
      let path = folder.path("\(place).bundle")
      try BundleFile.write(bundle, to: path)
      return try FileColumn(try BundleFile.read(path, lendsIntegers: true), "0", column: "c")
    }
    let result = Result { try merged(parts.map(FileColumn.values)) }
    let again = Result { try merged(kept) }
    #expect("\(again)" == "\(result)")
    return try result.get()
  }

  @Test("moments come in the finest unit of any file")
  func moments() throws {
    let parts: [ColumnValues] = [
      .moments([1, -2], .seconds), .moments([5], .microseconds), .moments([3, 4], .milliseconds),
    ]
    #expect(try merged(parts) == .moments([1_000_000, -2_000_000, 5, 3000, 4000], .microseconds))
    #expect(
      dataMessage { _ = try merged([.moments([10_000_000_000], .seconds), .moments([1], .nanoseconds)]) }
        == "f0: column 'c': its moments are too far from 1970 to be counted in nanoseconds, as those of other files are"
    )
    #expect(
      dataMessage { _ = try merged([.integers([1]), .moments([1], .seconds)]) }
        == "f1: column 'c': it holds moments, such as dates, and in 'f0' whole numbers; write it in one way in all files"
    )
  }

  @Test("vectors are of one width")
  func vectors() throws {
    let parts: [ColumnValues] = [.vectors([1, 2, 3, 4], width: 2), .vectors([5, 6], width: 2)]
    #expect(try merged(parts, as: .vector) == .vectors([1, 2, 3, 4, 5, 6], width: 2))
    #expect(
      dataMessage { _ = try merged([.vectors([1, 2], width: 2), .vectors([1], width: 1)], as: .vector) }
        == "f1: column 'c': its vectors have 1 numbers, those of 'f0' 2"
    )
  }

  @Test("lists keep their order and their names get the places they have among all")
  func lists() throws {
    let parts: [ColumnValues] = [
      .lists(offsets: [0, 2, 2], codes: [1, 0], names: ["b", "d"]),
      .lists(offsets: [0], codes: [], names: []),
      .lists(offsets: [0, 1, 4], codes: [2, 0, 1, 0], names: ["a", "b", "c"]),
    ]
    #expect(
      try merged(parts, as: .names(separator: nil))
        == .lists(offsets: [0, 2, 2, 3, 6], codes: [3, 1, 2, 0, 1, 0], names: ["a", "b", "c", "d"])
    )
  }

  @Test("names are told apart and sorted by their bytes, not by how they look")
  func bytes() throws {
    // An accent as one letter and as two; the first sorts behind all of ASCII.
    let (one, two) = ("caf\u{e9}", "cafe\u{301}")
    let parts: [ColumnValues] = [
      .names(codes: [1, 0], names: ["cafz", one]), .names(codes: [0], names: [two]),
      .names(codes: [0, 1], names: ["cafe", "cafz"]),
    ]
    guard case .names(let codes, let names) = try merged(parts, as: .name) else {
      throw DataError("no names")
    }
    #expect(names.map { Array($0.utf8) } == ["cafe", two, "cafz", one].map { Array($0.utf8) })
    #expect(codes == [3, 2, 1, 0, 2])
  }

  @Test("any number of lists of names gives the sorted union", arguments: [1, 2, 3, 7, 16, 33])
  func unions(count: Int) throws {
    let lists = (0..<count).map { list in
      Set((0..<40).map { "n\((list * 37 + $0 * 11) % 150)" }).sorted { isBytewiseBefore($0, $1) }
    }
    var union = NameUnion()
    for list in lists { _ = try union.add(list) }
    let (names, places) = try union.finish()
    #expect(names == Set(lists.flatMap { $0 }).sorted { isBytewiseBefore($0, $1) })
    for (list, places) in zip(lists, places) { #expect(places.map { names[Int($0)] } == list) }
  }
}
