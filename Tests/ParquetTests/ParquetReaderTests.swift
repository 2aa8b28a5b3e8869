import Foundation
import Memory
import TestSupport
import Testing

@testable import Parquet
@testable import Tables

@Suite("Parquet as a table")
struct ParquetReaderTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func open(_ fields: [ParquetField], _ groups: [(rows: Int, columns: [ParquetFieldValues])]) throws
    -> ParquetReader
  {
    var bytes: [UInt8] = []
    let writer = try ParquetWriter(fields) { bytes += $0 }
    for group in groups { try writer.write(rows: group.rows, group.columns) }
    try writer.finish()
    try folder.write("t.parquet", Data(bytes))
    return try ParquetReader(path: folder.file("t.parquet"), name: "t.parquet", threads: 2)
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "(no error)"
    } catch {
      return "\(error)"
    }
  }

  /// A column of one type with all of the values, split in row groups of two rows.
  private func column(
    _ kind: ParquetField.Kind,
    _ values: ParquetFieldValues.Values,
    isPresent: [Bool]? = nil
  ) throws -> ParquetReader {
    let rows = isPresent?.count ?? values.count
    let field = ParquetField("x", kind, isOptional: isPresent != nil)
    return try open([field], [(rows, [ParquetFieldValues(values, isPresent: isPresent)])])
  }

  // MARK: Against CSV

  /// Columns of texts, nil for an empty field, with the Parquet types that hold them.
  private static let same: [(name: String, texts: [String?], kinds: [ParquetField.Kind])] = [
    ("whole", ["7", "-3", "7", "9007199254740993", "0"], [.int64, .text]),
    ("positive", ["7", "3", "7", "12", "0"], [.int64, .int32, .text, .double]),
    ("holes", ["7", nil, nil, "12", "0"], [.int64, .int32, .text]),
    ("fractions", ["0.5", nil, "-2.25", "1000.0", "nan"], [.double, .float, .text]),
    ("ids", ["007", "+7", "7", "b", "a"], [.text]),
    ("late", ["1", "2", "3", "4", "4x"], [.text]),
    ("large", ["1", "2", "3", "4", "9223372036854775808"], [.text]),
    ("words", ["phone", nil, "tablet \u{e9}", "a b", "phone"], [.text]),
    ("yes", ["true", "false", nil, "true", "true"], [.boolean, .text]),
  ]

  private static func values(_ texts: [String?], _ kind: ParquetField.Kind) -> ParquetFieldValues {
    let there = texts.compactMap(\.self)
    let isPresent = texts.map { $0 != nil }
    switch kind {
    case .boolean: return ParquetFieldValues(.booleans(there.map { $0 == "true" }), isPresent: isPresent)
    case .int32: return ParquetFieldValues(.int32s(there.compactMap { Int32($0) }), isPresent: isPresent)
    case .int64, .timestamp:
      return ParquetFieldValues(.int64s(there.compactMap { Int64($0) }), isPresent: isPresent)
    case .float: return ParquetFieldValues(.floats(there.compactMap { Float($0) }), isPresent: isPresent)
    case .double: return ParquetFieldValues(.doubles(there.compactMap { Double($0) }), isPresent: isPresent)
    case .text: return ParquetFieldValues(.texts(there), isPresent: isPresent)
    }
  }

  /// What came of reading: the table without names of left-out rows, or the message behind the column's name.
  private func outcome(_ reader: any TableReader, _ request: ColumnRequest) -> String {
    do {
      let table = try reader.read([request])
      return "\(table.columns.map { $0.withoutUnusedNames() }) \(table.droppedRows) \(table.namesSince)"
    } catch {
      return String("\(error)".split(separator: "column 'x': ").last ?? "")
        .replacing("got a null", with: "got an empty field")
    }
  }

  @Test("every type and every rule for empty fields gives what it gives for the same fields as CSV")
  func asCSV() throws {
    var compared = 0
    for (name, texts, kinds) in Self.same {
      for kind in kinds {
        // Of numbers, what is none is an empty field.
        let isNumber = kind == .double || kind == .float
        let fields = texts.map { $0 == nil || isNumber && $0 == "nan" ? "" : $0 ?? "" }
        // Two columns, as a line without anything is no row.
        try folder.write("t.csv", "x,y\n" + fields.map { "\($0),1\n" }.joined())
        let expected = try DelimitedReader(path: folder.file("t.csv"))
        let groups = [0..<2, 2..<5].map { rows in (rows.count, [Self.values(Array(texts[rows]), kind)]) }
        let reader = try open([ParquetField("x", kind, isOptional: true)], groups)
        for type in [
          ColumnType.integer, .real, .name, .integerOrName, .identifier, .names(separator: 32), .time,
        ] {
          // As text a double is written with its fraction, a boolean is a number, and lists have no empty field.
          let asText: [ColumnType] = [.name, .integerOrName, .identifier, .names(separator: 32)]
          if kind == .double && name == "positive" && asText.contains(type) { continue }
          if kind == .boolean && !asText.contains(type) { continue }
          for rule in [EmptyFieldRule.fail, .dropRow, .substitute] {
            let request = ColumnRequest(.name("x"), as: type, empty: rule)
            #expect(
              outcome(reader, request) == outcome(expected, request),
              "\(name) in \(kind) as \(type), \(rule)"
            )
            compared += 1
          }
        }
      }
    }
    #expect(compared > 300)
  }

  @Test("numbers of other types: booleans, beyond 64 bits, as text")
  func otherNumbers() throws {
    let flags = try column(.boolean, .booleans([true, false, true]))
    #expect(try flags.read([ColumnRequest(.name("x"), as: .integer)]).columns == [.integers([1, 0, 1])])
    let doubles = try column(.double, .doubles([7, 8.5]))
    let names = try doubles.read([ColumnRequest(.name("x"), as: .identifier)])
    #expect(names.columns == [.names(codes: [0, 1], names: ["7.0", "8.5"])] && names.namesSince == ["7.0"])
    #expect(
      message { _ = try doubles.read([ColumnRequest(.name("x"), as: .integer)]) }
        == "t.parquet: row 2, column 'x': expected an integer, got '8.5'"
    )
    #expect(
      message {
        let endless = try column(.double, .doubles([1, .infinity]))
        _ = try endless.read([ColumnRequest(.name("x"), as: .real)])
      } == "t.parquet: row 2, column 'x': expected a finite number, got 'inf'"
    )
    var file = HandMadeFile()
    file.schema = [HandMadeFile.leaf("x", .int64) { $0.int32(6, 14) }]
    file.pages = HandMadeFile.page(HandMadeFile.bytes([1, .max, 3] as [UInt64]), values: 3)
    try folder.write("u.parquet", Data(file.bytes))
    let unsigned = try ParquetReader(path: folder.file("u.parquet"), name: "u")
    let read = try unsigned.read([ColumnRequest(.number(1), as: .identifier)])
    #expect(read.columns == [.names(codes: [0, 1, 2], names: ["1", "18446744073709551615", "3"])])
    #expect(
      message { _ = try unsigned.read([ColumnRequest(.number(1), as: .integer)]) }
        == "u: row 2, column 'x': expected an integer from -9223372036854775808 to 9223372036854775807, got "
        + "'18446744073709551615'"
    )
  }

  // MARK: Times

  @Test("times are moments in the coarsest unit that loses nothing, numbers are counts")
  func times() throws {
    func times(_ reader: ParquetReader, _ rule: EmptyFieldRule = .fail) throws -> ColumnValues {
      try reader.read([ColumnRequest(.number(1), as: .time, empty: rule)]).columns[0]
    }
    let us = ParquetField.Kind.timestamp(.microseconds)
    #expect(try times(column(us, .int64s([5_000_000, -1_000_000]))) == .moments([5, -1], .seconds))
    #expect(
      try times(column(us, .int64s([5_000_000, -1_001_000]))) == .moments([5000, -1001], .milliseconds)
    )
    #expect(try times(column(us, .int64s([5_000_000, 1]))) == .moments([5_000_000, 1], .microseconds))
    let ns = ParquetField.Kind.timestamp(.nanoseconds)
    #expect(
      try times(column(ns, .int64s([5_000_000_000, 2]))) == .moments([5_000_000_000, 2], .nanoseconds)
    )
    let holes = try column(us, .int64s([5_000_000, 7_000_000]), isPresent: [true, false, true])
    #expect(try times(holes, .dropRow) == .moments([5, 7], .seconds))
    #expect(try times(holes, .substitute) == .moments([5, ColumnValues.noTime, 7], .seconds))
    #expect(
      message { _ = try times(holes) }
        == "t.parquet: row 2, column 'x': expected a value, got a null; set data.drop_incomplete "
        + "to leave such rows out"
    )
    #expect(try times(column(.int64, .int64s([5, 6]))) == .integers([5, 6]))
    #expect(try times(column(.double, .doubles([5, 6]))) == .integers([5, 6]))
    #expect(try times(column(.text, .texts(["5", "6"]))) == .integers([5, 6]))
    #expect(
      message { _ = try times(column(.boolean, .booleans([true]))) }
        == "t.parquet: row 1, column 'x': expected a time, got 'true'"
    )
    #expect(
      message { _ = try column(us, .int64s([-500_000])).read([ColumnRequest(.number(1), as: .integer)]) }
        == "t.parquet: row 1, column 'x': expected an integer, got '1969-12-31 23:59:59.500000'"
    )
  }

  private func oldTimes(_ days: [UInt32], _ nanoseconds: [UInt64]) throws -> ParquetReader {
    var file = HandMadeFile()
    file.schema = [HandMadeFile.leaf("x", .int96)]
    file.type = .int96
    file.rows = Int64(days.count)
    let values = zip(days, nanoseconds).flatMap { HandMadeFile.bytes([$1]) + HandMadeFile.bytes([$0]) }
    file.pages = HandMadeFile.page(values, values: Int32(days.count))
    try folder.write("old.parquet", Data(file.bytes))
    return try ParquetReader(path: folder.file("old.parquet"), name: "old.parquet")
  }

  @Test("dates, and times of 96 bits, which reach farther than nanoseconds in 64")
  func dates() throws {
    var file = HandMadeFile()
    file.schema = [HandMadeFile.leaf("x", .int32) { $0.int32(6, 6) }]
    file.type = .int32
    file.pages = HandMadeFile.page(HandMadeFile.bytes([0, 19_000, -1] as [Int32]), values: 3)
    try folder.write("d.parquet", Data(file.bytes))
    let dates = try ParquetReader(path: folder.file("d.parquet"))
    #expect(
      try dates.read([ColumnRequest(.number(1), as: .time)]).columns
        == [.moments([0, 19_000 * 86_400, -86_400], .seconds)]
    )
    #expect(try dates.firstRows(9) == [["1970-01-01"], ["2022-01-08"], ["1969-12-31"]])

    // 2440588 is the Julian day of 1970-01-01.
    let old = try oldTimes([2_440_589, 2_440_587], [0, 86_399_000_000_000])
    #expect(
      try old.read([ColumnRequest(.number(1), as: .time)]).columns == [.moments([86_400, -1], .seconds)]
    )
    let far = try oldTimes([5_373_484, 2_440_588], [1_000_000, 0])
    #expect(
      try far.read([ColumnRequest(.number(1), as: .time)]).columns
        == [.moments([(5_373_484 - 2_440_588) * 86_400_000 + 1, 0], .milliseconds)]
    )
    let farther = try oldTimes([5_373_484, 2_440_588], [1, 0])
    #expect(
      message { _ = try farther.read([ColumnRequest(.number(1), as: .time)]) }
        == "old.parquet: row 1, column 'x': 9999-12-31 00:00:00.000000001 is beyond what nanoseconds since 1970 can count "
        + "in 64 bits"
    )
  }

  // MARK: Lists

  private func lists(_ kind: ParquetField.Kind, _ values: ParquetFieldValues.Values, _ lengths: [Int32])
    throws -> ParquetReader
  {
    let field = ParquetField("x", kind, isList: true, isOptional: true)
    return try open([field], [(lengths.count, [ParquetFieldValues(values, lengths: lengths)])])
  }

  @Test("lists of names come as they are, an empty one is a list, a null an empty field")
  func listsOfNames() throws {
    let reader = try lists(.text, .texts(["b", "a", "", "b"]), [2, -1, 0, 2])
    let request = ColumnRequest(.name("x"), as: .names(separator: nil), empty: .substitute)
    #expect(
      try reader.read([request]).columns == [
        .lists(offsets: [0, 2, 2, 2, 3], codes: [1, 0, 1], names: ["a", "b"])
      ]
    )
    let dropped = try reader.read([
      ColumnRequest(.name("x.list.element"), as: .names(separator: 44), empty: .dropRow)
    ])
    #expect(dropped.columns == [.lists(offsets: [0, 2, 2, 3], codes: [1, 0, 1], names: ["a", "b"])])
    #expect(dropped.droppedRows == 1)
    #expect(
      message { _ = try reader.read([ColumnRequest(.name("x"), as: .names(separator: nil))]) }
        == "t.parquet: row 2, column 'x': expected a value, got a null; set data.drop_incomplete to leave such rows out"
    )
    #expect(
      message { _ = try reader.read([ColumnRequest(.name("x"), as: .name, empty: .substitute)]) }
        == "t.parquet: row 1, column 'x': expected one value, got a list of them"
    )
    let numbers = try lists(.int64, .int64s([12, 7, 12]), [1, 2])
    #expect(
      try numbers.read([request]).columns == [
        .lists(offsets: [0, 1, 3], codes: [0, 1, 0], names: ["12", "7"])
      ]
    )
    #expect(try numbers.firstRows(5) == [["[12]"], ["[7, 12]"]])
  }

  @Test("vectors have as many numbers in each row, none missing")
  func vectors() throws {
    func vectors(_ reader: ParquetReader, _ rule: EmptyFieldRule = .fail) throws -> ColumnValues {
      try reader.read([ColumnRequest(.name("x"), as: .vector, empty: rule)]).columns[0]
    }
    #expect(try vectors(lists(.float, .floats([1, 2, 3, 4]), [2, 2])) == .vectors([1, 2, 3, 4], width: 2))
    #expect(
      try vectors(lists(.double, .doubles([1, 2, 3, 4]), [2, -1, 2]), .dropRow)
        == .vectors([1, 2, 3, 4], width: 2)
    )
    #expect(try vectors(lists(.int64, .int64s([1, 2]), [1, 1])) == .vectors([1, 2], width: 1))
    let holes = try lists(.float, .floats([1, 2, 3, 4]), [2, -1, 2])
    #expect(try vectors(holes, .substitute) == .vectors([1, 2, 0, 0, 3, 4], width: 2))
    let place = "t.parquet: row 2, column 'x': "
    #expect(
      message { _ = try vectors(lists(.float, .floats([1, 2, 3]), [2, 1])) }
        == place + "expected 2 numbers, as in the first row, got 1"
    )
    #expect(
      message { _ = try vectors(lists(.float, .floats([1, 2, 3, .nan]), [2, 2])) }
        == place + "expected finite numbers, got 'nan'"
    )
    #expect(
      message { _ = try vectors(lists(.double, .doubles([1, 2, 3, 1e300]), [2, 2])) }
        == place + "expected finite numbers, got '1e+300'"
    )
    #expect(
      message { _ = try vectors(lists(.float, .floats([1, 2]), [2, -1])) } == place
        + "expected a value, got a null"
    )
    #expect(
      message { _ = try vectors(lists(.text, .texts(["1", "b"]), [1, 1])) } == place
        + "expected a number, got 'b'"
    )
  }

  // MARK: Columns

  @Test("columns are found by name, by path and by number; who is not there is told who is")
  func selectors() throws {
    let inner: [(inout CompactWriter) -> Void] = [
      HandMadeFile.group("user", .required, children: 2), HandMadeFile.leaf("id", .int64),
      HandMadeFile.leaf("name", .byteArray) { $0.int32(6, 0) },
    ]
    var file = HandMadeFile()
    (file.schema, file.groups, file.rows) = (inner, 0, 0)
    try folder.write("s.parquet", Data(file.bytes))
    let reader = try ParquetReader(path: folder.file("s.parquet"), name: "s")
    #expect(reader.header == ["user.id", "user.name"])
    #expect(try reader.index(of: .name("user.name")) == 1 && reader.index(of: .number(2)) == 1)
    #expect(
      message { _ = try reader.index(of: .name("user")) }
        == "s: no column 'user': the columns are user.id, user.name; 'user' is a structure, name one of its columns"
    )
    #expect(
      message { _ = try reader.index(of: .name("user.nam")) }
        == "s: no column 'user.nam': the columns are user.id, user.name; did you mean 'user.name'?"
    )
    #expect(message { _ = try reader.index(of: .number(3)) } == "s: no column 3: the columns are 1 to 2")
    #expect(
      message { _ = try reader.read([ColumnRequest(.number(1), as: .integer)]) } == "s: the file has no rows"
    )
  }

  @Test(
    "the first fault by row and then by column is told; a row that one column leaves out is left out of all"
  )
  func severalColumns() throws {
    let fields = [ParquetField("a", .text), ParquetField("b", .int64, isOptional: true)]
    let groups = [["1", "x"], ["y", "4"]].map { texts in
      (2, [ParquetFieldValues(.texts(texts)), ParquetFieldValues(.int64s([5]), isPresent: [true, false])])
    }
    let reader = try open(fields, groups)
    #expect(
      message {
        _ = try reader.read([
          ColumnRequest(.name("b"), as: .integer), ColumnRequest(.name("a"), as: .integer),
        ])
      } == "t.parquet: row 2, column 'a': expected an integer, got 'x'"
    )
    let read = try reader.read([
      ColumnRequest(.name("b"), as: .integer, empty: .dropRow), ColumnRequest(.name("a"), as: .identifier),
      ColumnRequest(.name("a"), as: .integerOrName), ColumnRequest(.name("a"), as: .name),
    ])
    #expect(read.rows == 2 && read.droppedRows == 2 && read.namesSince == [nil, "x", "x", nil])
    let kept = ColumnValues.names(codes: [0, 1], names: ["1", "y"])
    #expect(read.columns == [.integers([5, 5]), kept, kept, kept])
  }

  @Test("Latin-1 is taken where it is allowed, else the first row that is no UTF-8 is told")
  func latin1() throws {
    var file = HandMadeFile()
    file.schema = [HandMadeFile.leaf("x", .byteArray)]
    file.type = .byteArray
    file.rows = 2
    file.pages = HandMadeFile.page([1, 0, 0, 0, 65, 1, 0, 0, 0, 0xE9], values: 2)
    try folder.write("l.parquet", Data(file.bytes))
    let reader = try ParquetReader(path: folder.file("l.parquet"), name: "l")
    var request = ColumnRequest(.number(1), as: .name)
    #expect(message { _ = try reader.read([request]) } == "l: row 2, column 'x': a name is not UTF-8")
    request.allowsLatin1 = true
    #expect(try reader.read([request]).columns == [.names(codes: [0, 1], names: ["A", "\u{e9}"])])
  }

  @Test("a Parquet file is told by its first bytes, then by its ending; what is asked for goes before both")
  func sniffing() throws {
    _ = try column(.int64, .int64s([1]))
    try FileManager.default.copyItem(atPath: folder.file("t.parquet"), toPath: folder.file("t.csv"))
    #expect(try TableReaders.open(path: folder.file("t.csv")).header == ["x"])
    #expect(try TableReaders.head(path: folder.file("t.csv")).firstRows(3) == [["1"]])
    try folder.write("no.parquet", "x\n1\n")
    #expect(
      message { _ = try TableReaders.open(path: folder.file("no.parquet"), name: "no") }
        == "no: the file is no Parquet, as its name says: it does not begin with PAR1; set its format to what it is, such as "
        + "csv"
    )
    let asText = try TableReaders.open(path: folder.file("no.parquet"), format: TableFormat(kind: .csv))
    #expect(asText.header == ["x"])
  }
}
