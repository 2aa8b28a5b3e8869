import ClickFixtures
import Foundation
import Testing

@testable import Tables

private let idAndTime = [
  ColumnRequest(.name("user"), as: .integer), ColumnRequest(.name("time"), as: .integer),
]

@Suite("Reading delimited text")
struct DataReaderTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  @Test("only the columns asked for are read, in the order asked for")
  func chosenColumns() throws {
    let reader = try files.reader("user,item,time\n7,a,100\n-8,b,9223372036854775807\n")
    let table = try reader.read([
      ColumnRequest(.name("time"), as: .integer), ColumnRequest(.number(1), as: .integer),
    ])
    #expect(table.columns == [.integers([100, Int64.max]), .integers([7, -8])])
    #expect(table.rows == 2)
  }

  @Test(
    "line ends, a byte-order mark, blank lines and a missing last line end do not matter",
    arguments: [
      "user,x,time\n1,a,10\n2,b,20\n", "user,x,time\r\n1,a,10\r\n2,b,20\r\n", "user,x,time\n1,a,10\n2,b,20",
      "user,x,time\r\n1,a,10\r\n2,b,20", "\u{FEFF}user,x,time\n1,a,10\n2,b,20\n",
      "\n\nuser,x,time\n\n1,a,10\n\r\n\n2,b,20\n\n\n", "user,x,time\n1,a,10\n2,b,20\r\n\r\n",
      "\"user\",\"x\",\"time\"\n\"1\",\"a\",\"10\"\n2,\"b\n\"\"c\",20\n",
      "user,x,time\r\n1,\"a\r\nb,\",\"10\"\r\n\r\n\"2\",\"\",20",
    ],
    [1, 3]
  )
  func lineEnds(text: String, pieceBytes: Int) throws {
    let reader = try files.reader(text, threads: 2, pieceBytes: pieceBytes)
    #expect(reader.header == ["user", "x", "time"])
    #expect(try reader.read(idAndTime).columns == [.integers([1, 2]), .integers([10, 20])])
  }

  @Test("a delimiter may be a tab, a semicolon, a bar or a space", arguments: ["\t", ";", "|", " "])
  func delimiters(delimiter: String) throws {
    let text = "user,x,time\n1,a,10\n2,b,20\n".replacing(",", with: delimiter)
    let byte = try #require(delimiter.utf8.first)
    let reader = try files.reader(text, DelimitedFormat(delimiter: byte))
    #expect(try reader.read(idAndTime).columns == [.integers([1, 2]), .integers([10, 20])])
  }

  @Test("a delimiter may stand twice, and is a letter where it stands once", arguments: [1, 3, 1000])
  func doubledDelimiter(pieceBytes: Int) throws {
    let format = DelimitedFormat(delimiter: UInt8(ascii: ":"), isDoubled: true, hasHeader: false)
    let text = "19::Ace Ventura: When Nature Calls (1995)::Comedy\n7::\"a::b\"::\n8:::x::y::"
    let reader = try files.reader(text, format, threads: 2, pieceBytes: pieceBytes)
    #expect(reader.header == ["1", "2", "3"])
    let message = dataMessage { _ = try reader.read([ColumnRequest(.number(1), as: .integer)]) }
    #expect(message.hasPrefix("clicks.csv:3: expected 3 fields, as the first row has, got 4"))
    let plain = try files.reader(
      text.replacing("y::", with: "y"),
      format,
      threads: 2,
      pieceBytes: pieceBytes
    )
    let table = try plain.read([
      ColumnRequest(.number(1), as: .integer), ColumnRequest(.number(2), as: .name),
      ColumnRequest(.number(3), as: .name, empty: .substitute),
    ])
    let titles = ["Ace Ventura: When Nature Calls (1995)", "a::b", ":x"]
    #expect(table.columns[0] == .integers([19, 7, 8]))
    #expect(table.columns[1] == .names(codes: [1, 2, 0], names: [titles[2], titles[0], titles[1]]))
    #expect(table.columns[2] == .names(codes: [1, 0, 2], names: ["", "Comedy", "y"]))
    #expect(
      dataMessage { _ = try files.reader("1::2\n1:\u{1F}:2\n", format) }
        == "clicks.csv:2: the line has the control character U+001F"
    )
    let other = dataMessage { _ = try files.reader("1::2\n").read([ColumnRequest(.number(1), as: .name)]) }
    #expect(other.hasPrefix("clicks.csv: its first line has no ',' and a '::' in it; is that the delimiter?"))
  }

  @Test("without a header columns go by number")
  func noHeader() throws {
    let reader = try files.reader("1,a,10\n2,b,20\n", DelimitedFormat(hasHeader: false))
    #expect(reader.header == ["1", "2", "3"])
    let table = try reader.read([ColumnRequest(.number(3), as: .integer)])
    #expect(table.columns == [.integers([10, 20])])
    #expect(
      dataMessage { _ = try reader.read(idAndTime) }
        == "clicks.csv: no column 'user': the file has no header, so its columns are the numbers 1 to 3"
    )
    #expect(
      dataMessage { _ = try reader.index(of: .number(4)) }
        == "clicks.csv: no column 4: the columns are 1 to 3"
    )
  }

  @Test("text ids become codes into names sorted by their bytes, the same for any number of pieces")
  func names() throws {
    let text = "user\nzoë\nAda\n\"b \"\"c\"\"\"\nzoë\nada\nA much longer name\nA much longer nam\n"
    for pieceBytes in [1, 10, 1000] {
      let reader = try files.reader(text, threads: 2, pieceBytes: pieceBytes)
      let table = try reader.read([ColumnRequest(.name("user"), as: .name)])
      let names = ["A much longer nam", "A much longer name", "Ada", "ada", "b \"c\"", "zoë"]
      #expect(table.columns == [.names(codes: [5, 2, 4, 5, 3, 1, 0], names: names)])
    }
  }

  @Test("a column of integers or names is names as soon as one field is no integer")
  func integersOrNames() throws {
    let request = [ColumnRequest(.name("user"), as: .integerOrName)]
    #expect(try files.reader("user\n7\n-8\n 9\n").read(request).columns == [.integers([7, -8, 9])])
    // Each of these would lose something as an integer; as ids, a minus is no part of a number either.
    for name in ["08", "+7", "7.0", "-0", "00", "1e3", "7a"] {
      let table = try files.reader("user\n7\n\(name)\n").read(request)
      #expect(table.columns == [.names(codes: name < "7" ? [1, 0] : [0, 1], names: ["7", name].sorted())])
      #expect(table.namesSince == [name])
    }
    let ids = [ColumnRequest(.name("user"), as: .identifier)]
    #expect(try files.reader("user\n7\n-8\n").read(ids).namesSince == ["-8"])
    #expect(try files.reader("user\n7\n0\n").read(ids).columns == [.integers([7, 0])])
    #expect(
      try files.reader("user\n7.0\n008\n1700000701.000\n").read([ColumnRequest(.name("user"), as: .integer)])
        .columns
        == [.integers([7, 8, 1_700_000_701])]
    )
    let late = "user\n" + String(repeating: "7\n", count: 100) + "x1\n"
    let table = try files.reader(late, threads: 2, pieceBytes: 16).read(request)
    #expect(table.columns == [.names(codes: [Int32](repeating: 0, count: 100) + [1], names: ["7", "x1"])])
    // Digits that no Int64 holds are a name.
    let hashes = try files.reader("user\n99999999999999999999\nab\n").read(request)
    #expect(hashes.columns == [.names(codes: [0, 1], names: ["99999999999999999999", "ab"])])
    let digits = try files.reader("user\n1\n99999999999999999999\n").read(request)
    #expect(digits.columns == [.names(codes: [0, 1], names: ["1", "99999999999999999999"])])
    #expect(
      dataMessage {
        _ = try files.reader("user\n1\n99999999999999999999\n").read([ColumnRequest(.number(1), as: .integer)]
        )
      } == "clicks.csv:3: column 'user': expected an integer from -9223372036854775808 to "
        + "9223372036854775807, got '99999999999999999999'"
    )
  }

  @Test(
    "a row with more fields than the header is an error with its line, is joined, or is cut",
    arguments: [1, 4]
  )
  func extraFields(threads: Int) throws {
    let rows = (0..<2_000).map { "u\($0),i\($0 % 7)" }
    for (quoted, mark) in [(false, ""), (true, "\"")] {
      var lines = rows.map {
        quoted ? $0.split(separator: ",").map { mark + $0 + mark }.joined(separator: ",") : $0
      }
      lines[1_234] = "u1234,i, x,y"
      let text = "user,item\n" + lines.joined(separator: "\n") + "\n"
      func read(_ extra: ExtraFields, _ column: String) throws -> TableColumns {
        try files.reader(text, DelimitedFormat(extraFields: extra), threads: threads, pieceBytes: 512)
          .read([ColumnRequest(.name(column), as: .name)])
      }
      for column in ["user", "item"] {
        #expect(
          dataMessage { _ = try read(.error, column) }
            == "clicks.csv:1236: expected 2 fields, as the header has, got 4; a field with a delimiter in it takes double "
            + "quotes; else set data.extra_fields: 'join' gives what is left of a line to the last column, 'cut' leaves it "
            + "out"
        )
        #expect(try read(.cut, column).rows == 2_000)
      }
      guard case .names(let codes, let names) = try read(.join, "item").columns[0] else {
        return #expect(Bool(false))
      }
      #expect(names[Int(codes[1_234])] == "i, x,y" && names.count == 8)
      guard case .names(let cut, let short) = try read(.cut, "item").columns[0] else {
        return #expect(Bool(false))
      }
      #expect(short[Int(cut[1_234])] == "i")
    }
    // A number that goes on behind a delimiter is no number of the last column.
    let joined = try files.reader("user,item\n1,12,5\n", DelimitedFormat(extraFields: .join))
      .read([ColumnRequest(.name("item"), as: .integerOrName)])
    #expect(joined.columns == [.names(codes: [0], names: ["12,5"])])
  }

  @Test("a file of another kind is not taken for one column that is called after its first line")
  func otherKinds() throws {
    func message(_ text: String, _ format: DelimitedFormat = DelimitedFormat()) -> String? {
      dataMessage { _ = try files.reader(text, format).read([ColumnRequest(.number(1), as: .name)]) }
    }
    #expect(
      message("a;b\n1;2\n")
        == "clicks.csv: its first line has no ',' and a ';' in it; is that the delimiter? Set data.delimiter, or "
        + "data.items_delimiter for the item table"
    )
    #expect(message("1|2\n1|2\n", DelimitedFormat(hasHeader: false))?.contains("a '|' in it") == true)
    #expect(
      message("a,b\n", DelimitedFormat(delimiter: UInt8(ascii: "\t")))?.contains("no tab and a ','") == true
    )
    for text in ["{\"user\": 1, \"item\": 2}\n", "[{\"user\": 1}]", "[\n  [1, 2]\n]"] {
      #expect(
        message(text) == "clicks.csv: the file holds JSON; expected delimited text with a line for each row"
      )
    }
    #expect(message("item_id\n1\n") == "(no error)")
  }

  @Test("decimal numbers are rounded correctly")
  func reals() throws {
    let texts = [
      "0.1", "-12.5", "1e3", "123456789012345678", "5e-324", "3.141592653589793238", " 7 ", "1e22", "nan",
    ]
    let reader = try files.reader("x\n" + texts.joined(separator: "\n") + "\n")
    guard case .reals(let values) = try reader.read([ColumnRequest(.name("x"), as: .real)]).columns[0] else {
      Issue.record("expected decimal numbers")
      return
    }
    #expect(Array(values.dropLast()) == texts.dropLast().map { Double($0.filter { $0 != " " }) })
    #expect(values.last?.isNaN == true)
  }

  @Test("integers of every length are read, signs and spaces included")
  func integers() throws {
    var values: [Int64] = [0, Int64.max, Int64.min, Int64.min + 1]
    for length in 1...18 { values += [Int64(String(repeating: "9", count: length)) ?? 0] }
    for length in 1...18 { values += [-(Int64(String("123456789123456789".prefix(length))) ?? 0)] }
    let lines = values.map { "\($0),x\n" }.joined() + " 12 ,x\n+3,x\n000000000000000000000000005,x"
    let reader = try files.reader("n,x\n" + lines)
    #expect(
      try reader.read([ColumnRequest(.name("n"), as: .integer)]).columns == [.integers(values + [12, 3, 5])]
    )
  }

  @Test("empty fields are an error, drop the row, or stand for a value")
  func emptyFields() throws {
    let text = "user,x\n1,2.5\n,\n3,\n"
    func read(_ empty: EmptyFieldRule, pieceBytes: Int) throws -> TableColumns {
      try files.reader(text, threads: 2, pieceBytes: pieceBytes).read([
        ColumnRequest(.name("user"), as: .integer, empty: empty),
        ColumnRequest(.name("x"), as: .name, empty: .substitute),
      ])
    }
    for pieceBytes in [1, 100] {
      let substituted = try read(.substitute, pieceBytes: pieceBytes)
      #expect(substituted.columns == [.integers([1, 0, 3]), .names(codes: [1, 0, 0], names: ["", "2.5"])])
      let dropped = try read(.dropRow, pieceBytes: pieceBytes)
      #expect(dropped.columns == [.integers([1, 3]), .names(codes: [1, 0], names: ["", "2.5"])])
      #expect(dropped.droppedRows == 1)
      #expect(
        dataMessage { _ = try read(.fail, pieceBytes: pieceBytes) }
          == "clicks.csv:3: column 'user': expected a value, got an empty field; set data.drop_incomplete to leave such rows out"
      )
    }
  }

  @Test("the first offending line is named, whatever stands before it and however many threads read")
  func offendingLine() throws {
    let plain = "user,time\n" + String(repeating: "1,10\n\r\n", count: 50) + "2,abc\n3,def\nx,1\n"
    let quoted = "user,time\n" + String(repeating: "1,\"10\"\n\n", count: 50) + "2,\"abc\"\n3,def\nx,1\n"
    for text in [plain, quoted] {
      for pieceBytes in [1, 64, 100_000] {
        let reader = try files.reader(text, threads: 2, pieceBytes: pieceBytes)
        #expect(
          dataMessage { _ = try reader.read(idAndTime) }
            == "clicks.csv:102: column 'time': expected an integer, got 'abc'"
        )
      }
    }
    let inQuotes = "user,x,time\n1,\"a\nb\nc\",10\n2,b,1.5"
    #expect(
      dataMessage { _ = try files.reader(inQuotes).read(idAndTime) }
        == "clicks.csv:5: column 'time': expected an integer, got '1.5'"
    )
  }

  @Test("rows with too few fields are named", arguments: ["", "\"\"\n"])
  func tooFewFields(end: String) throws {
    let text = "user,x,time\n1,a,10\n2,b\n3,c,30\n" + end
    #expect(
      dataMessage { _ = try files.reader(text).read(idAndTime) }
        == "clicks.csv:3: expected at least 3 fields, got 2"
    )
  }

  @Test("a missing column lists the columns there are and the nearest one")
  func missingColumn() throws {
    let reader = try files.reader("user_id,click_article_id,click_timestamp\n1,2,3\n")
    #expect(
      dataMessage { _ = try reader.index(of: .name("click_article")) }
        == "clicks.csv: no column 'click_article': the columns are user_id, click_article_id, click_timestamp; "
        + "did you mean 'click_article_id'?"
    )
    #expect(
      dataMessage { _ = try reader.index(of: .name("price")) }
        == "clicks.csv: no column 'price': the columns are user_id, click_article_id, click_timestamp"
    )
    let twice = try files.reader("a,b,a\n1,2,3\n")
    #expect(
      dataMessage { _ = try twice.index(of: .name("a")) }
        == "clicks.csv: the name 'a' stands over columns 1 and 3; use the number"
    )
  }

  @Test("text that stands in quotes is never cut at a piece's border")
  func quotesAcrossPieces() throws {
    var text = "user,note,time\n"
    var times: [Int64] = []
    for row in 0..<200 {
      // Line ends, delimiters, doubled quotes and lone quotes within fields that are not quoted.
      let note = row % 3 == 0 ? "\"a,\n\"\"b\"\"\n\(row)\"" : row % 3 == 1 ? "5\" disc" : "x\"y\"z"
      text += "\(row),\(note),\(row * 10)\n"
      times.append(Int64(row * 10))
    }
    for pieceBytes in [1, 7, 50, 1 << 20] {
      let reader = try files.reader(text, threads: 2, pieceBytes: pieceBytes)
      #expect(try reader.read([ColumnRequest(.name("time"), as: .integer)]).columns == [.integers(times)])
    }
    let notes = try files.reader(text).read([ColumnRequest(.name("note"), as: .name)])
    guard case .names(let codes, let names) = notes.columns[0] else { return }
    #expect(codes.prefix(3).map { names[Int($0)] } == ["a,\n\"b\"\n0", "5\" disc", "x\"y\"z"])
  }

  @Test("quotes are letters where the format says so")
  func quotesOff() throws {
    let reader = try files.reader(
      "user\tname\n1\t\"a\n2\tb\"\n",
      DelimitedFormat(delimiter: 9, allowsQuotes: false)
    )
    let table = try reader.read([ColumnRequest(.name("name"), as: .name)])
    #expect(table.columns == [.names(codes: [0, 1], names: ["\"a", "b\""])])
  }

  @Test("the number of threads and pieces does not change what is read")
  func threads() throws {
    var text = "user,item,time\n"
    for row in 0..<5000 { text += "\(row * 7919 % 1000),item\(row * 31 % 97),\(1_507_029_570_190 + row)\n" }
    let requests = [
      ColumnRequest(.name("user"), as: .integerOrName), ColumnRequest(.name("item"), as: .integerOrName),
      ColumnRequest(.name("time"), as: .integer),
    ]
    let whole = try files.reader(text).read(requests)
    #expect(whole.rows == 5000)
    for pieceBytes in [100, 4096] {
      #expect(try files.reader(text, threads: 2, pieceBytes: pieceBytes).read(requests) == whole)
    }
  }

  @Test("a column asked for twice is given twice")
  func twice() throws {
    let reader = try files.reader("a,b\n1,2\n")
    let request = ColumnRequest(.name("b"), as: .integer)
    #expect(try reader.read([request, request]).columns == [.integers([2]), .integers([2])])
    #expect(
      dataMessage { _ = try reader.read([request, ColumnRequest(.number(2), as: .real)]) }
        == "clicks.csv: column 'b' is asked for as integer and as real"
    )
  }
}
