import ClickFixtures
import Foundation
import TestSupport
import Testing

@testable import Tables

@Suite("Forms of text beside delimited text")
struct TableFormTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private func open(_ text: String, _ name: String = "t", _ format: TableFormat = TableFormat()) throws
    -> any TableReader
  {
    try TableReaders.open(path: files.write(text, name), name: "t", format: format, threads: 2)
  }

  private func message(
    _ text: String,
    _ name: String = "t",
    _ request: ColumnRequest = ColumnRequest(.number(1), as: .name)
  )
    -> String
  {
    dataMessage { _ = try open(text, name).read([request]) }
  }

  @Test("what a file is, is told by its first bytes, then by its ending, also behind .gz")
  func kinds() throws {
    func kind(_ text: String, _ name: String) throws -> TableFormat.Kind {
      try TableReaders.kind(path: files.write(text, name))
    }
    #expect(try kind("{\"a\": 1}\n{\"a\": 2}\n", "x.csv") == .jsonl)
    #expect(try kind("{\"a\": [1]}", "x.json") == .json && kind("{\"a\": [1]}", "x.jsonl") == .jsonl)
    #expect(
      try kind("{\n  \"a\": [1]\n}\n", "x") == .json && kind("{\"a\": 1}\n{\"a\": 2}", "x.json") == .jsonl
    )
    #expect(try kind("PAR1..", "x.csv") == .parquet && kind("a,b\n", "x.tsv") == .csv)
    #expect(try kind("?", "x.ndjson") == .jsonl)
    let packed = try files.write(gzip(Array("{\"a\": [1]}".utf8)), "x.json.gz")
    #expect(try TableReaders.kind(path: packed) == .json)
    #expect(message("[{\"a\": 1}]", "x.json").contains("jq -c '.[]'"))
    #expect(
      dataMessage {
        _ = try TableReaders.open(path: files.write("a\n1\n", "x"), format: TableFormat(kind: .jsonl))
      }
      .contains("x:1: column 1: expected a JSON object")
    )
  }

  @Test("paths, numbers and strings alike, absent and null fields, keys that come twice")
  func jsonLines() throws {
    let reader = try open(
      """
      {"user": {"id": 7}, "item": "x", "p": null}

      {"user": {"id": "7"}, "p": 1.5, "item": "y", "item": "z"}
      {"user": {"id": 8, "id.b": true}, "user": {"id": 9}, "item": ""}
      """
    )
    #expect(reader.header == ["user.id", "item", "p", "user.id.b"])
    let read = try reader.read([
      ColumnRequest(.name("user.id"), as: .identifier),
      ColumnRequest(.name("item"), as: .name, empty: .substitute),
      ColumnRequest(.name("p"), as: .real, empty: .dropRow),
      ColumnRequest(.name("user.id.b"), as: .name, empty: .substitute),
    ])
    #expect(read.rows == 1 && read.droppedRows == 2)
    #expect(read.columns[0] == .integers([7]) && read.columns[2] == .reals([1.5]))
    let ids = try reader.read([ColumnRequest(.name("user.id"), as: .identifier)])
    #expect(ids.columns == [.integers([7, 7, 9])])
    #expect(try reader.firstRows(2) == [["7", "x", "", ""], ["7", "z", "1.5", ""]])
    #expect(
      message("{\"a\": 1}\n\n{\"a\": {}}\n")
        == "t:3: column 'a': expected one value, got '{}'; a field of an object is "
        + "asked for by its path, as in 'a.id', and a list only where lists are read"
    )
    #expect(
      message("{\"a\": 1}\n{\"a\": null}\n")
        == "t:2: column 'a': expected a value, got an empty field; set data.drop_incomplete to leave such rows out"
    )
    #expect(message("{\"a\": 1}\n{\"a\": 1, 2}\n").hasPrefix("t:2: column 10: "))
  }

  @Test("a path that only a late line has is found; one that none has is an error")
  func latePaths() throws {
    let lines = String(repeating: "{\"a\": 1}\n", count: 1500) + "{\"a\": 1, \"b\": {\"c\": 5}}\n"
    let reader = try open(lines)
    #expect(reader.header == ["a"])
    let read = try reader.read([ColumnRequest(.name("b.c"), as: .integer, empty: .dropRow)])
    #expect(read.columns == [.integers([5])] && read.droppedRows == 1500)
    #expect(
      dataMessage { _ = try reader.index(of: .name("b.d")) }
        == "t: no column 'b.d': the columns are a, b.c; did you mean 'b.c'?"
    )
  }

  @Test("a key of many dots, objects in objects, and dots between: a path is found soon, wherever it is cut")
  func dots() throws {
    let letters = (0..<40).map { "k\($0)" }
    let nested = letters.map { "{\"\($0)\":" }.joined() + "7" + String(repeating: "}", count: letters.count)
    let path = letters.joined(separator: ".")
    for line in ["{\"\(path)\": 7}", nested, "{\"k0.k1\": {\"k2\": {\"k3.k4\": 7}}}"] {
      let reader = try open(line)
      let name = line.hasPrefix("{\"k0.k1\":") ? "k0.k1.k2.k3.k4" : path
      #expect(reader.header == [name])
      let read = try reader.read([ColumnRequest(.name(name), as: .integer)])
      #expect(read.columns == [.integers([7])])
    }
  }

  @Test("lists are names or vectors, from JSON and from text; vectors are of one length")
  func lists() throws {
    let json = try open(
      "{\"g\": [\"b\", \"a\"], \"v\": [1, 0.5]}\n{\"g\": [], \"v\": null}\n{\"g\": [7, \"b\"], \"v\": [2, -1]}\n"
    )
    let text = try open("g,v\nb|a,\"[1, 0.5]\"\n,\n7 | b||,2 -1\n", "text")
    for reader in [json, text] {
      let read = try reader.read([
        ColumnRequest(.name("g"), as: .names(separator: UInt8(ascii: "|")), empty: .substitute),
        ColumnRequest(.name("v"), as: .vector, empty: .substitute),
      ])
      #expect(
        read.columns[0] == .lists(offsets: [0, 2, 2, 4], codes: [2, 1, 0, 2], names: ["7", "a", "b"])
      )
      #expect(read.columns[1] == .vectors([1, 0.5, 0, 0, 2, -1], width: 2))
      // A row that is dropped takes its list with it.
      let kept = try reader.read([
        ColumnRequest(.name("g"), as: .names(separator: UInt8(ascii: "|")), empty: .substitute),
        ColumnRequest(.name("v"), as: .vector, empty: .dropRow),
      ])
      #expect(kept.columns[0] == .lists(offsets: [0, 2, 4], codes: [2, 1, 0, 2], names: ["7", "a", "b"]))
      #expect(kept.columns[1] == .vectors([1, 0.5, 2, -1], width: 2) && kept.droppedRows == 1)
    }
    let vector = ColumnRequest(.name("v"), as: .vector)
    #expect(
      message("{\"v\": [1]}\n{\"v\": [1, 2]}\n", "t", vector)
        == "t:2: column 'v': expected a list of 1 numbers, as in the rows before, got 2"
    )
    #expect(
      message("v\n1 x\n", "t", vector)
        == "t:2: column 'v': expected a list of finite numbers such as [0.5, 1], got 'x'"
    )
    // The same column may be asked for as text and as a list.
    let both = try open("g,h\na b,1\n").read([
      ColumnRequest(.name("g"), as: .name), ColumnRequest(.name("h"), as: .integer),
      ColumnRequest(.name("g"), as: .names(separator: 0x20)),
    ])
    #expect(both.columns[0] == .names(codes: [0], names: ["a b"]) && both.columns[1] == .integers([1]))
    #expect(both.columns[2] == .lists(offsets: [0, 2], codes: [0, 1], names: ["a", "b"]))
  }

  @Test("an object of rows: lists, single values and objects of fields, over many lines too")
  func jsonRows() throws {
    let format = TableFormat(kind: .json)
    let lists = try open("{\"4\": [1, 2],\n \"83\": [\"x\"], \"9\": 5}", "t.json", format)
    #expect(lists.header == ["key", "values"])
    let read = try lists.read([
      ColumnRequest(.name("key"), as: .identifier),
      ColumnRequest(.name("values"), as: .names(separator: nil)),
    ])
    #expect(read.columns[0] == .integers([4, 83, 9]))
    #expect(
      read.columns[1] == .lists(offsets: [0, 2, 3, 4], codes: [0, 1, 3, 2], names: ["1", "2", "5", "x"])
    )
    let objects = try open(
      "{\"4\": {\"title\": \"Soap\", \"size\": {\"x\": 1}}, \"5\": {\"title\": \"Oil\"}}",
      "t.json",
      format
    )
    #expect(objects.header == ["key", "title", "size.x"])
    #expect(try objects.firstRows(5) == [["4", "Soap", "1"], ["5", "Oil", ""]])
    #expect(
      dataMessage { _ = try open("{\"4\": [1],\n \"5\": [2,]}", "t.json", format) }.hasPrefix(
        "t:2: column 10: "
      )
    )
  }

  @Test("a user without items takes nothing from the lists of those before")
  func sequencesWithoutItems() throws {
    let reader = try open("1 2 3\n7\n8 4\n", "t", TableFormat(kind: .sequences))
    let table = try reader.read([
      ColumnRequest(.name("item"), as: .names(separator: nil)), ColumnRequest(.name("item"), as: .vector),
    ])
    #expect(table.columns[0] == .lists(offsets: [0, 1, 2, 3], codes: [0, 1, 2], names: ["2", "3", "4"]))
    #expect(table.columns[1] == .vectors([2, 3, 4], width: 1))
  }

  @Test("sequences and sessions: a row for every item, in the order of the file")
  func sequences() throws {
    let text = "u1 a b  c\r\n# none\n\nu2\tb\nu3\nu1 d"
    let delimited = DelimitedFormat(comment: UInt8(ascii: "#"))
    let reader = try open(text, "t", TableFormat(kind: .sequences, delimited: delimited))
    let wanted = [ColumnRequest(.name("user"), as: .identifier), ColumnRequest(.name("item"), as: .name)]
    let read = try reader.read(wanted)
    // The name of a user without items may stand among the others, as that of any row that is left out.
    guard case .names(let users, let names) = read.columns[0] else { throw DataError("no names") }
    #expect(users.map { names[Int($0)] } == ["u1", "u1", "u1", "u2", "u1"])
    #expect(read.columns[1] == .names(codes: [0, 1, 2, 1, 3], names: ["a", "b", "c", "d"]))
    #expect(read.droppedRows == 1)
    #expect(try reader.firstRows(2) == [["u1", "a"], ["u1", "b"]])
    let sessions = try open(text, "t", TableFormat(kind: .sessions, delimited: delimited))
    let rows = try sessions.read([
      ColumnRequest(.name("session"), as: .identifier), ColumnRequest(.number(2), as: .name),
    ])
    #expect(rows.columns[0] == .integers([1, 1, 1, 1, 4, 4, 5, 6, 6]) && rows.droppedRows == 0)
    // Only the delimiter that is set parts fields.
    let tabs = TableFormat(kind: .sequences, delimited: DelimitedFormat(delimiter: 9))
    #expect(try open("a b\tc, d\t\te\n", "t", tabs).firstRows(9) == [["a b", "c, d"], ["a b", "e"]])
  }

  @Test(
    "the sequences and attributes of Amazon Beauty have the counts that are told of them",
    .enabled(if: SharedFiles.has("data/amazon_beauty/sequences.txt"), "the data is not there")
  )
  func beauty() throws {
    let path = try SharedFiles.path("data/amazon_beauty/sequences.txt")
    let format = TableFormat(kind: .sequences)
    let wanted = [ColumnRequest(.number(1), as: .identifier), ColumnRequest(.number(2), as: .identifier)]
    let read = try TableReaders.open(path: path, format: format).read(wanted)
    guard case .integers(let users) = read.columns[0], case .integers(let items) = read.columns[1] else {
      throw DataError("ids are integers")
    }
    #expect(read.rows == 198_502 && Set(users).count == 22_363 && Set(items).count == 12_101)
    #expect(users.prefix(6) == [1, 1, 1, 1, 1, 2] && items.prefix(6) == [1, 2, 3, 4, 5, 6])
    #expect(try TableReaders.open(path: path, format: format, threads: 3).read(wanted) == read)
    let attributes = try TableReaders.open(path: SharedFiles.path("data/amazon_beauty/item_attributes.json"))
    let lists = try attributes.read([
      ColumnRequest(.name("key"), as: .integer), ColumnRequest(.name("values"), as: .names(separator: nil)),
    ])
    guard case .lists(let offsets, let codes, let names) = lists.columns[1] else {
      throw DataError("no lists")
    }
    #expect(codes[offsets[2]..<offsets[3]].map { names[Int($0)] } == ["7", "8", "9", "10"])
  }

  @Test("times are counts, decimals or dates, and of one of them all through a column")
  func times() throws {
    func read(_ rows: String) throws -> ColumnValues {
      try open("t\n" + rows).read([ColumnRequest(.name("t"), as: .time)]).columns[0]
    }
    #expect(try read("1507029570\n1507029571.0\n") == .integers([1_507_029_570, 1_507_029_571]))
    #expect(
      try read("1507029570\n1507029570.190\n")
        == .moments([1_507_029_570_000, 1_507_029_570_190], .milliseconds)
    )
    #expect(try read("1507029570190.5\n") == .moments([1_507_029_570_190_500], .microseconds))
    #expect(
      try read("2017-10-03\n\"2017-10-03T11:19:30,19Z\"\n")
        == .moments([1_506_988_800_000, 1_507_029_570_190], .milliseconds)
    )
    #expect(try read("20171003T111930Z\n") == .moments([1_507_029_570], .seconds))
    // Foursquare's check-ins, and what C's ctime writes; seconds are those of Python's strptime.
    let written = [
      "Tue Apr 03 18:00:09 +0000 2012", "Tue Apr  3 18:00:09 2012", "Tue Apr 3 20:00:09.5 +02:00 2012",
    ]
    #expect(
      try read(written.joined(separator: "\n") + "\n")
        == .moments([1_333_476_009_000, 1_333_476_009_000, 1_333_476_009_500], .milliseconds)
    )
    for wrong in [
      "Tue Apr 03 2012", "Tue Apr 31 18:00:09 2012", "Tue Apr 03 18:00:09 12", "Tue Apr 03 18:00:09",
      "Tue  2012",
    ] {
      #expect(
        message("t\n\(written[0])\n\(wrong)\n", "t", ColumnRequest(.number(1), as: .time)).hasPrefix(
          "t:3: column 't': expected a time"
        ),
        "\(wrong)"
      )
    }
    let days = "2017-10-03\n2017-02-30\n"
    #expect(
      message("t\n" + days, "t", ColumnRequest(.number(1), as: .time)).hasPrefix(
        "t:3: column 't': expected a time"
      )
    )
    #expect(
      message("t\n1507029570\n5\n2017-10-03\n", "t", ColumnRequest(.number(1), as: .time))
        == "t:2: column 't': expected a date, as '2017-10-03' in line 4, got a number: '1507029570'; write all times of a "
        + "column in one way"
    )
    #expect(
      message("t\n1.5\n2017-10-03\n", "t", ColumnRequest(.number(1), as: .time)).contains(
        "expected a number, as '1.5' in line 2, got a date: '2017-10-03'"
      )
    )
    #expect(
      message("t\n1.5\n9e9\n", "t", ColumnRequest(.number(1), as: .time)).hasPrefix(
        "t:3: column 't': expected a time"
      )
    )
    #expect(
      message("t\n9999-01-01T00:00:00.000000001Z\n", "t", ColumnRequest(.number(1), as: .time)).contains(
        "64 bits"
      )
    )
  }

  @Test("lines to skip, comments with quotes in them, and the lines that errors name")
  func skipping() throws {
    let text = "made by x, \"y\n\n# a,\"b\nuser,note\n1,\"x\n# no comment\"\n# 9,\"\n2,z\n"
    let format = DelimitedFormat(skippedRows: 1, comment: UInt8(ascii: "#"))
    for pieceBytes in [1, 1000] {
      let reader = try files.reader(text, format, threads: 2, pieceBytes: pieceBytes)
      #expect(reader.header == ["user", "note"])
      let read = try reader.read([
        ColumnRequest(.number(1), as: .integer), ColumnRequest(.number(2), as: .name),
      ])
      #expect(read.columns[0] == .integers([1, 2]))
      #expect(read.columns[1] == .names(codes: [0, 1], names: ["x\n# no comment", "z"]))
      #expect(try reader.firstRows(9) == [["1", "x\n# no comment"], ["2", "z"]])
      #expect(
        dataMessage { _ = try reader.read([ColumnRequest(.number(2), as: .integer)]) }
          .hasPrefix("clicks.csv:5: column 'note'")
      )
    }
    #expect(
      dataMessage { _ = try files.reader("a\n", DelimitedFormat(skippedRows: 3)) }
        == "clicks.csv: expected more than the 3 lines to skip, got 2"
    )
  }

  @Test("bytes that an encoding does not know are named by their line")
  func encodings() throws {
    func message(_ bytes: [UInt8], _ encoding: TextEncoding) throws -> String {
      let path = try files.write(bytes, "t")
      return dataMessage { _ = try DelimitedReader(path: path, name: "t", encoding: encoding) }
    }
    #expect(try message([0x61, 10, 0x81], .cp1252) == "t:2: Windows-1252 has no letter 0x81")
    #expect(
      try message([0xFF, 0xFE, 0x61, 0, 10, 0, 0, 0xD8, 0x61, 0], .auto)
        == "t:2: the file is UTF-16 and has half of a surrogate pair"
    )
    #expect(
      try message([0xFF, 0xFE, 0x61], .auto) == "t: the file is UTF-16 and ends in the middle of a letter"
    )
    #expect(
      try message([0xEF, 0xBB, 0xBF, 0x61], .latin1)
        == "t: the file begins with the mark of UTF-8; it is not latin-1"
    )
    // Titles may be Latin-1 where the encoding is not set, and must be UTF-8 where it is.
    let path = try files.write([0x74, 10, 0xE9, 10], "t")
    var title = ColumnRequest(.number(1), as: .name)
    title.allowsLatin1 = true
    let titles = try DelimitedReader(path: path).read([title])
    #expect(titles.columns == [.names(codes: [0], names: ["\u{E9}"])])
    #expect(
      dataMessage { _ = try DelimitedReader(path: path, encoding: .utf8).read([title]) }.contains(
        ":2: column 't'"
      )
    )
  }
}
