import CZstd
import Foundation
import TestSupport
import Testing

@testable import Parquet

@Suite("Parquet made by hand")
struct HandMadeTests {
  private func list(_ schema: [(inout CompactWriter) -> Void], levels: [UInt8], _ numbers: [Int32]) throws
    -> String
  {
    var file = HandMadeFile()
    file.schema = schema
    file.type = .int32
    file.values = 4
    file.pages = HandMadeFile.page(levels + HandMadeFile.bytes(numbers), values: 4)
    return try file.read()
  }

  @Test("old files: packed levels, lists of two levels, LZ4 in Hadoop's frames")
  func old() throws {
    #expect(try HandMadeFile().read() == "x: ['1', '2', '3']")
    var file = HandMadeFile()
    file.schema = [HandMadeFile.leaf("x", .int64, .optional)]
    file.rows = 4
    // 1, 0, 1, 1, the highest bit first.
    file.pages = HandMadeFile.page(
      [0xB0] + HandMadeFile.bytes([1, 2, 3] as [Int64]),
      values: 4,
      levels: .bitPacked
    )
    #expect(try file.read() == "x: ['1', null, '2', '3']")

    // Rows [5, 6], [], [7]: repetition 0 1 0 0 and definition 1 1 0 1, each a packed group of eight.
    let levels: [UInt8] = [2, 0, 0, 0, 3, 0b0010, 2, 0, 0, 0, 3, 0b1011]
    let expected = ": [['5', '6'], [], ['7']]"
    #expect(
      try list([HandMadeFile.leaf("xs", .int32, .repeated)], levels: levels, [5, 6, 7]) == "xs" + expected
    )
    let array = [
      HandMadeFile.group("xs", .required, converted: 3), HandMadeFile.leaf("array", .int32, .repeated),
    ]
    #expect(try list(array, levels: levels, [5, 6, 7]) == "xs" + expected)
    let tuple = [
      HandMadeFile.group("xs", .required, converted: 3), HandMadeFile.group("xs_tuple", .repeated),
      HandMadeFile.leaf("id", .int32),
    ]
    #expect(try list(tuple, levels: levels, [5, 6, 7]) == "xs.id" + expected)
    let item = [
      HandMadeFile.group("xs", .required, converted: 3), HandMadeFile.group("bag", .repeated),
      HandMadeFile.leaf("item", .int32),
    ]
    #expect(try list(item, levels: levels, [5, 6, 7]) == "xs" + expected)

    var packed = HandMadeFile()
    packed.codec = Codec.lz4.rawValue
    // Both sizes, the high byte first; then one sequence of 24 literals.
    let block = [0xF0, 9] + HandMadeFile.bytes([1, 2, 3] as [Int64])
    let frame: [UInt8] = [0, 0, 0, 24, 0, 0, 0, UInt8(block.count)] + block
    packed.pages = HandMadeFile.page(frame, unpacked: 24, values: 3)
    #expect(try packed.read() == "x: ['1', '2', '3']")
    packed.pages = HandMadeFile.page(Array(frame.dropLast()), unpacked: 24, values: 3)
    #expect(
      try packed.read()
        == "row group 1, column 'x': 33 bytes of a page are no lz4 data that unpack to the 24 bytes that its head says"
    )
  }

  @Test("what is not read is refused by its name, where it is asked for")
  func refused() throws {
    var file = HandMadeFile()
    file.codec = Codec.lzo.rawValue
    #expect(try file.read().contains("LZO, which is not read; write it with zstd or snappy"))
    file = HandMadeFile()
    file.footerEnd = { $0.structure(8) }
    #expect(try file.read() == "the file is encrypted; write it without encryption")
    file = HandMadeFile()
    file.schema = [
      HandMadeFile.group("m", .optional, converted: 1),
      HandMadeFile.group("key_value", .repeated, children: 2),
      HandMadeFile.leaf("key", .int64), HandMadeFile.leaf("value", .int64),
    ]
    file.rows = 0
    file.groups = 0
    #expect(try file.read() == "column 'm.key_value.key': maps are not read (m.key_value.key)")
    file.schema = [
      HandMadeFile.group("a", .optional, converted: 3), HandMadeFile.group("list", .repeated),
      HandMadeFile.group("element", .optional, converted: 3), HandMadeFile.group("list", .repeated),
      HandMadeFile.leaf("element", .int64),
    ]
    #expect(try file.read() == "column 'a': lists within lists are not read (a.list.element.list.element)")
  }

  @Test("values of a type that cannot mean what the schema says are refused")
  func meanings() throws {
    var file = HandMadeFile()
    file.schema = [HandMadeFile.leaf("x", .int64) { $0.int32(6, 6) }]
    #expect(try file.read() == "column 'x': date stored as int64 is not read (x)")
    file.schema = [HandMadeFile.leaf("x", .int64) { $0.int32(6, 21) }]
    #expect(try file.read() == "column 'x': values of the type interval are not read (x)")
    // Pages without values, and without levels, stand between others.
    file.schema = [HandMadeFile.leaf("x", .int64, .optional)]
    let values = HandMadeFile.page([2, 0, 0, 0, 6, 1] + HandMadeFile.bytes([1, 2, 3] as [Int64]), values: 3)
    file.pages = HandMadeFile.page([], values: 0) + values + HandMadeFile.page([], values: 0)
    #expect(try file.read() == "x: ['1', '2', '3']")
  }

  @Test("pages that lie are errors")
  func pages() throws {
    func message(_ pages: [UInt8], _ change: (inout HandMadeFile) -> Void = { _ in }) throws -> String {
      var file = HandMadeFile()
      file.pages = pages
      change(&file)
      let text = try file.read()
      let place = "row group 1, column 'x': "
      #expect(text.hasPrefix(place))
      return String(text.dropFirst(place.count))
    }
    let body = HandMadeFile.bytes([1, 2, 3] as [Int64])
    #expect(
      try message(HandMadeFile.page(body, values: 4))
        == "its pages hold more values than the 3 of which the footer says"
    )
    #expect(
      try message(HandMadeFile.page(body, values: 2)) == "its pages hold 2 values, the footer says of 3"
    )
    #expect(
      try message(HandMadeFile.page(Array(body.dropLast()), values: 3))
        == "a page of 23 bytes holds fewer than the 3 values that its head says"
    )
    #expect(
      try message(HandMadeFile.page(body, packed: 100, values: 3))
        == "a page says that it has 100 bytes, 24 are left"
    )
    #expect(try message(HandMadeFile.page(body, packed: -1, values: 3)) == "a page does not say its size")
    #expect(try message(HandMadeFile.page(body, values: -3)) == "a page says that it has -3 values")
    let dictionary = HandMadeFile.page(HandMadeFile.bytes([7, 8] as [Int64]), kind: 2, values: 2)
    // A width of two bits, and a packed group that begins with 0, 1, 2.
    let places = HandMadeFile.page([2, 3, 0b10_01_00, 0], values: 3, encoding: .rleDictionary)
    #expect(try message(dictionary + places) == "a value is number 2 of a dictionary of 2")
    #expect(try message(places) == "the dictionary of a page is missing")
    let wide = HandMadeFile.page([40, 3, 0, 0], values: 3, encoding: .rleDictionary)
    #expect(try message(dictionary + wide) == "numbers in a page have 40 bits")
    let short = HandMadeFile.page([2, 4, 0], values: 3, encoding: .rleDictionary)
    #expect(try message(dictionary + short) == "numbers in a page are cut off")
    let greedy = HandMadeFile.page(HandMadeFile.bytes([7] as [Int64]), kind: 2, values: 1 << 30)
    #expect(try message(greedy + places) == "a dictionary of 1073741824 values has 8 bytes")
    // Differences: blocks of 128 in 4 parts, three of them, the first 5; then nothing.
    let delta = HandMadeFile.page([0x80, 1, 4, 3, 10], values: 3, encoding: .deltaBinaryPacked)
    #expect(try message(delta) == "differences in a page are cut off")
  }

  @Test("a page that unpacks to more than it says, or to an absurd size, is refused before it takes memory")
  func bombs() throws {
    let zeros = [UInt8](repeating: 0, count: 1 << 24)
    let packed = [UInt8](unsafeUninitializedCapacity: 1 << 20) { target, count in
      count = ZSTD_compress(target.baseAddress, target.count, zeros, zeros.count, 3)
    }
    #expect(packed.count < 4096)
    var file = HandMadeFile()
    file.codec = Codec.zstd.rawValue
    file.pages = HandMadeFile.page(packed, unpacked: 24, values: 3)
    #expect(try file.read().contains("no zstd data that unpack to the 24 bytes that its head says"))
    // It says that it has ten gigabytes, the footer does not; then both do.
    file.pages = HandMadeFile.page(packed, unpacked: .max, values: 3)
    #expect(
      try file.read().contains("its pages say that they unpack to 2147483647 bytes, the footer says of ")
    )
    file.uncompressedSize = 10_000_000_000
    #expect(try file.read().contains("the footer says of 3 values in 10000000000 bytes; a file of "))
    // A run of two thousand million values in a few bytes.
    file = HandMadeFile()
    file.rows = Int64(Int32.max)
    let dictionary = HandMadeFile.page(HandMadeFile.bytes([7, 8] as [Int64]), kind: 2, values: 2)
    file.pages =
      dictionary
      + HandMadeFile.page([1, 0xFE, 0xFF, 0xFF, 0xFF, 0xF, 1], values: .max, encoding: .rleDictionary)
    #expect(try file.read().contains("the footer says of 2147483647 values in "))
    // Texts of which each takes all of the one before it: 2^20 bytes, then a thousand times one more.
    file = HandMadeFile()
    file.schema = [HandMadeFile.leaf("x", .byteArray)]
    file.type = .byteArray
    file.rows = 70_000
    // Lengths of prefixes and of suffixes as differences: first value, then a block of differences that are all alike.
    func lengths(_ first: [UInt8], _ step: UInt8) -> [UInt8] {
      let blocks = (70_000 - 1 + 127) / 128
      return [0x80, 1, 4, 0xF0, 0xA2, 4] + first
        + (0..<blocks).flatMap { _ in [step, 0, 0, 0, 0] as [UInt8] }
    }
    // Prefixes 0, 1, 2, …, suffixes of one byte.
    let body = lengths([0], 2) + lengths([2], 0) + [UInt8](repeating: 65, count: 70_000)
    file.pages = HandMadeFile.page(body, values: 70_000, encoding: .deltaByteArray)
    #expect(try file.read() == "row group 1, column 'x': texts of a page unpack to an absurd size")
  }

  @Test("footers that lie are errors")
  func footers() throws {
    func message(_ change: (inout HandMadeFile) -> Void) throws -> String {
      var file = HandMadeFile()
      change(&file)
      return try file.read()
    }
    #expect(try message { $0.fileRows = 4 } == "the footer says of 4 rows, its row groups of 3")
    #expect(try message { $0.rows = -3 } == "a row group of the footer has no number of rows")
    #expect(
      try message {
        $0.rows = .max
        $0.groups = 2
        $0.fileRows = 3
      } == "the footer says of absurdly many rows"
    )
    #expect(
      try message { $0.rows = 1 << 40 }
        == "row group 1, column 'x': the footer says of 1099511627776 values in 1099511627776 rows"
    )
    #expect(try message { $0.values = 2 } == "row group 1, column 'x': the footer says of 2 values in 3 rows")
    for offset in [0, -1, 1 << 40, Int64.max, .min] {
      let text = try message { $0.dataOffset = offset }
      #expect(
        text.hasPrefix("row group 1, column 'x': the footer says that it takes 41 bytes from \(offset) on"),
        "\(text)"
      )
    }
    for size in [-1, 1 << 40, Int64.max] {
      let text = try message { $0.compressedSize = size }
      #expect(
        text.hasPrefix("row group 1, column 'x': the footer says that it takes \(size) bytes"),
        "\(text)"
      )
    }
    #expect(
      try message { $0.groups = 2 }.hasPrefix(
        "row group 2, column 'x': the footer says that it begins at 4, where the data"
      )
    )
    #expect(
      try message { $0.type = .double }
        == "row group 1, column 'x': the footer says of the type 5, the schema of int64"
    )
    #expect(
      try message { $0.codec = 99 } == "row group 1, column 'x': it is compressed in the unknown way 99"
    )
    #expect(try message { $0.children = 2 } == "the schema ends in the middle of a group")
    #expect(try message { $0.children = .max } == "the schema ends in the middle of a group")
    #expect(try message { $0.children = -1 } == "'root' in the schema has -1 children")
    #expect(
      try message { $0.schema.append(HandMadeFile.leaf("y", .int64)) }
        == "the schema has 3 parts, its groups hold 2"
    )
    #expect(
      try message { $0.schema = (0..<100).map { HandMadeFile.group("g\($0)", .required) } }
        == "the schema is nested more than 64 deep"
    )
    #expect(
      try message { $0.schema = [HandMadeFile.leaf("x", .fixedLengthByteArray) { $0.int32(7, 1) }] }
        == "'x' in the schema has values of 0 bytes"
    )
    func nested(_ writer: inout CompactWriter, _ depth: Int) {
      if depth > 0 { writer.structure(15) { nested(&$0, depth - 1) } }
    }
    #expect(
      try message { $0.footerEnd = { nested(&$0, 5000) } }
        == "structures of the file are nested more than 32 deep"
    )
    #expect(
      try message { $0.footerEnd = { $0.list(15, of: .structure, count: Int(Int32.max)) { _ in } } }
        .hasPrefix("a structure of the file says that it goes on for 2147483647 bytes")
    )
  }

  @Test("what is no Parquet file is an error that says what it looks like")
  func others() throws {
    let folder = try ScratchFolder()
    let whole = HandMadeFile().bytes
    var footerless = whole
    footerless.replaceSubrange(whole.count - 8..<whole.count - 4, with: [0xFF, 0xFF, 0xFF, 0x7F])
    let cases: [([UInt8], String)] = [
      ([], "the file is no Parquet: it does not begin with PAR1"),
      (Array("user,item\n1,2\n".utf8), "the file is no Parquet: it does not begin with PAR1"),
      (Array("PARE".utf8) + whole.dropFirst(4), "the file is encrypted; write it without encryption"),
      (Array("PAR1PAR1".utf8), "the file is cut off: a Parquet file ends with PAR1"),
      (footerless, "the file says that its footer has 2147483647 bytes, the whole file has \(whole.count)"),
    ]
    for (bytes, message) in cases {
      try folder.write("t.parquet", Data(bytes))
      let error = #expect(throws: ParquetError.self) { _ = try ParquetFile(path: folder.file("t.parquet")) }
      #expect(error?.description == message)
    }
  }
}
