import ClickFixtures
import Foundation
import Testing

@testable import Tables

@Suite("Files that cannot be read")
struct DataBadFileTests {
  let files: ClickFiles
  let request = [ColumnRequest(.number(1), as: .integer)]

  init() throws { files = try ClickFiles() }

  private func message(_ path: String, _ format: DelimitedFormat = DelimitedFormat()) -> String {
    dataMessage { _ = try DelimitedReader(path: path, name: "data.csv", format: format).read(request) }
  }

  @Test("a missing file, a directory, an empty file, a header without rows")
  func nothingThere() throws {
    #expect(message(files.path("none.csv")) == "data.csv: no such file")
    #expect(message(files.directory.path) == "data.csv: expected a file, but this is a directory")
    #expect(
      message("/dev/null") == "data.csv: expected a regular file, but this is a device, a pipe or a socket"
    )
    #expect(message(try files.write("")) == "data.csv: the file is empty")
    #expect(message(try files.write("\u{FEFF}")) == "data.csv: the file is empty")
    #expect(message(try files.write("\n\r\n\n")) == "data.csv: the file is empty")
    #expect(message(try files.write("user,item\n\n")) == "data.csv: the file has a header but no rows")
    #expect(message(try files.write("user,item")) == "data.csv: the file has a header but no rows")
  }

  @Test("a file without permission", .enabled(if: geteuid() != 0, "the superuser may read everything"))
  func unreadable() throws {
    let path = try files.write("a\n1\n")
    chmod(path, 0)
    #expect(message(path) == "data.csv: cannot be read: Permission denied")
  }

  @Test("gzip and Zstandard files are read as they are, in several members too")
  func compressed() throws {
    let text = Array(("user\n" + (0..<5000).map { "\($0)\n" }.joined()).utf8)
    let expected = [ColumnValues.integers((0..<5000).map { Int64($0) })]
    let halves = [Array(text.prefix(9000)), Array(text.dropFirst(9000))]
    let packed = [
      try files.write(gzip(text), "a.csv.gz"), try files.write(zstandard(text), "a.csv.zst"),
      try files.write(halves.flatMap { gzip($0) } + [0, 0, 0], "b.csv.gz"),
      try files.write(halves.flatMap { zstandard($0) }, "b.csv.zst"),
      try files.write(gzip(text), "named-otherwise.csv"),
    ]
    for path in packed {
      #expect(try DelimitedReader(path: path, threads: 2).read(request).columns == expected)
      #expect(try DelimitedReader.header(path: path) == ["user"])
    }
  }

  @Test("truncated and damaged compressed files are named")
  func damaged() throws {
    let text = Array(("user\n" + (0..<5000).map { "\($0 * 7919)\n" }.joined()).utf8)
    let gz = gzip(text)
    let zst = zstandard(text)
    let half = gz.count / 2
    #expect(
      message(try files.write(Array(gz.prefix(half)), "a.gz"))
        == "data.csv: truncated gzip data: it ends after \(half) bytes, in the middle"
    )
    #expect(
      message(try files.write(Array(gz.dropLast(3)), "a.gz"))
        == "data.csv: truncated gzip data: it ends after \(gz.count - 3) bytes, in the middle"
    )
    let halfZst = zst.count / 2
    #expect(
      message(try files.write(Array(zst.prefix(halfZst)), "a.zst"))
        == "data.csv: truncated Zstandard data: it ends after \(halfZst) bytes, in the middle"
    )
    var changed = gz
    changed[gz.count - 6] ^= 0xFF
    #expect(
      message(try files.write(changed, "a.gz")).hasPrefix("data.csv: corrupt gzip data near byte ")
    )
    var broken = zst
    for place in 20..<60 { broken[place] = 0xFF }
    #expect(
      message(try files.write(broken, "a.zst")).hasPrefix("data.csv: corrupt Zstandard data near byte ")
    )
    #expect(
      message(try files.write("plain", "a.gz"))
        == "data.csv: expected gzip data by its name, but it does not begin so"
    )
    #expect(message(try files.write(gzip([]), "a.gz")) == "data.csv: the file is empty once unpacked")
  }

  @Test("one line of 100 MB ends in a message, at once and within little memory")
  func longLine() throws {
    let all = [UInt8](repeating: UInt8(ascii: "7"), count: 100_000_000)
    #expect(
      message(try files.write(all))
        == "data.csv:1: the first line is longer than 1048576 bytes: is this a delimited text file?"
    )
    // Past 16 MiB it makes no difference how long a line is, but these cost time in a debug build.
    let header = Array("user,x\n1,2\n".utf8)
    let digits = all.prefix(20_000_000)
    let long =
      "data.csv:3: the line is longer than 16777216 bytes: is this a text file with a line for each row?"
    #expect(message(try files.write(header + Array("1,".utf8) + digits)) == long)
    #expect(message(try files.write(header + Array("1,".utf8) + digits + [lineFeed])) == long)
    let number = message(try files.write(header + digits + [lineFeed]))
    #expect(number.hasPrefix("data.csv:3: column 'user': expected an integer from "))
  }

  @Test("what is no text is said to be none")
  func binary() throws {
    #expect(
      message(try files.write([0x50, 0x4B, 3, 4, 0, 0, 0]))
        == "data.csv:1: the file is no text: its first line holds a zero byte"
    )
    #expect(
      message(try files.write([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0]))
        == "data.csv: the file is UTF-32; expected UTF-8 or UTF-16"
    )
    #expect(
      message(try files.write([0x61, 0x2C, 0xE9, 0x0A, 0x31, 0x2C, 0x32]))
        == "data.csv:1: column 2 of the first line is not UTF-8; if the file is Latin-1 or Windows-1252, set "
        + "data.encoding, or data.items_encoding for the item table, to latin-1 or cp1252"
    )
  }

  @Test("names that are not UTF-8 are named by their first line")
  func invalidNames() throws {
    var bytes = Array("user\n".utf8)
    for row in 0..<50 { bytes += row >= 30 ? [0x61, 0xE9, lineFeed] : Array("u\(row)\n".utf8) }
    let path = try files.write(bytes)
    for pieceBytes in [1, 1000] {
      let reader = try DelimitedReader(path: path, name: "data.csv", threads: 2, pieceBytes: pieceBytes)
      #expect(
        dataMessage { _ = try reader.read([ColumnRequest(.name("user"), as: .name)]) }
          == "data.csv:32: column 'user': the text is not UTF-8; if the file is Latin-1 or Windows-1252, set "
          + "data.encoding, or data.items_encoding for the item table, to latin-1 or cp1252"
      )
    }
  }

  @Test("a quote that is never closed is placed")
  func openQuote() throws {
    #expect(
      message(try files.write("user,x\n1,\"a\"\n2,\"b\n3,c\n"))
        == "data.csv:3: a quote is opened here and never closed"
    )
    #expect(
      message(try files.write("user,\"x\n1,2\n"))
        == "data.csv:1: a quote is opened in the first line and never closed"
    )
  }

  @Test("text behind a closing quote is placed, in rows as in the first line and a look at the first rows")
  func strayText() throws {
    let advice =
      ", where a delimiter or the end of the line must stand: double the quotes within a quoted field, or set data.quotes "
      + "to false where quotes are letters like any other"
    func begins(_ line: Int, _ text: String) -> String {
      "data.csv:\(line): the field in quotes that begins here ends\(text)\(advice)"
    }
    // Also where the column is not asked for.
    for pieceBytes in [1, 1000] {
      for (text, message) in [
        ("user,x\n1,\"a\"\n2,\"x\"y\n", begins(3, " before 'y'")),
        ("user,x\n1,a\n2,\"12 in\n3,b\n4,\"vinyl\n5,c\n", begins(3, " in line 5 before 'vinyl'")),
        ("user,x\n1,\"a\" \n", begins(2, " before ' '")),
        ("user,x\n1,\"a\"\r1\n", begins(2, " before '\\r1'")),
        ("user,x\n1,\"a\";\"b\"\n", begins(2, " before ';\"b\"'") + "; is ';' the delimiter?"),
      ] {
        let path = try files.write(text)
        let reader = try DelimitedReader(path: path, name: "data.csv", threads: 2, pieceBytes: pieceBytes)
        #expect(
          dataMessage { _ = try reader.read([ColumnRequest(.name("user"), as: .integer)]) } == message
        )
        #expect(dataMessage { _ = try reader.firstRows(100) } == message)
      }
    }
    #expect(
      message(try files.write("\"user\";\"x\"\n1;2\n"))
        == begins(1, " before ';\"x\"'") + "; is ';' the delimiter?"
    )
    for text in ["user,x\n1,\"a\"", "user,x\r\n1,\"a\"\r\n", "user,x\n1,\"a\"\r"] {
      #expect(message(try files.write(text)) == "(no error)")
    }
    let letters = DelimitedFormat(allowsQuotes: false)
    #expect(message(try files.write("user,x\n1,\"x\"y\n"), letters) == "(no error)")
  }

  @Test("a look at the first rows places a quote that is never closed too, where the file is small")
  func openQuoteInPreview() throws {
    func message(_ text: String) throws -> String {
      let path = try files.write(text)
      return dataMessage {
        _ = try DelimitedReader.head(path: path, name: "data.csv", format: DelimitedFormat()).firstRows(100)
      }
    }
    #expect(
      try message("user,x\n1,\"a\n\n\"\n2,\"b\n3,c\n")
        == "data.csv:5: a quote is opened here and never closed"
    )
    let long = "user,x\n1,2\n2,\"" + String(repeating: "b\n", count: 600_000)
    #expect(try message(long) == "data.csv: row 2 is longer than 1048576 bytes")
  }

  @Test(
    "a delimiter that is part of numbers or quotes is refused",
    arguments: ["7", "-", ".", "\"", "\n", "a"]
  )
  func badDelimiter(delimiter: String) throws {
    let byte = try #require(delimiter.utf8.first)
    let shown = delimiter == "\n" ? "\\n" : delimiter
    #expect(
      message(try files.write("a\n1\n"), DelimitedFormat(delimiter: byte))
        == "data.csv: expected one punctuation mark, tab or space as delimiter, got '\(shown)'"
    )
  }
}
