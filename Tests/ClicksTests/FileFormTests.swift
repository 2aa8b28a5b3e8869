import ClickFixtures
import Tables
import Testing

@testable import Clicks

@Suite("What a file is and how it is written")
struct FileFormTests {
  /// A text, and the delimiter and the header that it has.
  struct Delimited: Sendable {
    var text: String
    var delimiter: String
    var hasHeader: Bool

    init(_ text: String, _ delimiter: String, header: Bool) {
      (self.text, self.delimiter, hasHeader) = (text, delimiter, header)
    }
  }

  private func form(of text: String, _ name: String = "clicks.csv") throws -> FileForm {
    let files = try ClickFiles()
    return try FileForm(path: files.write(text, name))
  }

  @Test(
    "delimited text is told by its first lines",
    arguments: [
      Delimited("user,item\n1,2\n3,4\n", ",", header: true),
      Delimited("1\t2\t3\t881250949\n2\t2\t1\t881250950\n", "\t", header: false),
      Delimited("user;item\na;b c\nd;e\n", ";", header: true),
      Delimited("1|Toy Story (1995)|01-Jan-1995||x\n2|GoldenEye (1995)|01-Jan-1995||y\n", "|", header: false),
      // A blank is a delimiter where nothing else is.
      Delimited("user item\n1 2\n3 4\n", " ", header: true),
      Delimited("1,Toy Story\n2,Golden Eye\n", ",", header: false),
      // MovieLens-1M has two colons between fields.
      Delimited("1::1193::5::978300760\n1::661::3::978302109\n", "::", header: false),
      // One stands in titles, and each of these rows has as many bars.
      Delimited("6::Heat (1995)::Action|Crime|Drama\n19::Ace: The Film::A|B|C\n", "::", header: false),
      Delimited("at;x\n\"10::3\";1\n\"11::4\";2\n", ";", header: true),
      Delimited("id,at\n1,2017-10-03 12:30:00\n2,2017-10-03 12:31:00\n", ",", header: true),
      // No line of names: the first value of a column comes again.
      Delimited("u1,i5\nu1,i7\nu2,i5\n", ",", header: false),
      // pandas leaves the name of its index empty.
      Delimited(",user,item\n0,u1,i5\n1,u2,i6\n", ",", header: true),
      // One line has a comma in a title.
      Delimited("id,title\n1,A\n2,B\n3,Usual, The\n4,D\n5,E\n", ",", header: true),
      Delimited("user:token\titem:token\nu1\ti1\n", "\t", header: true),
      Delimited("\u{FEFF}user;item\r\n1;2\r\n", ";", header: true),
    ]
  )
  func delimited(sample: Delimited) throws {
    let form = try form(of: sample.text)
    #expect(form.kind == .csv && !form.isLatin1 && form.compression == nil)
    #expect(form.delimited.delimiterText == sample.delimiter)
    #expect(form.delimited.hasHeader == sample.hasHeader)
  }

  @Test(
    "sequences have lines of ids in numbers that differ, of which the first is a user where none comes again",
    arguments: [
      ("1 5 6 7\n2 5 8\n3 9 7 5 6\n", TableFormat.Kind.sequences, " "),
      ("u1\ta\tb\tc\nu2\ta\n", .sequences, "\t"),
      ("5 6 7\n5 8\n9 7 5 6\n", .sessions, " "),
      ("1,5,6,7\n2,5\n", .sequences, ","),
    ] as [(String, TableFormat.Kind, Character)]
  )
  func sequences(text: String, kind: TableFormat.Kind, delimiter: Character) throws {
    let form = try form(of: text, "sequences.txt")
    #expect(form.kind == kind)
    #expect(form.delimited == DelimitedFormat(delimiter: delimiter.asciiValue ?? 0, hasHeader: false))
  }

  @Test(
    "prose and tables with an empty field are no sequences",
    arguments: [
      "The films of 1995.\nThese are all that were rated, in no order.\n", "a\t\tb\nc\td\te\n",
      "films of the year\nand of others\nas they came\n", "1 2\n2 3\n3 4\n", "u i t\n1 2\n2 3\n",
      "1,2 3\n2,4\n",
    ]
  )
  func noSequences(text: String) throws {
    #expect(try form(of: text).kind == .csv)
  }

  @Test("JSON lines, an object of lists and Parquet are told by their first bytes")
  func others() throws {
    let files = try ClickFiles()
    // One line is one object by its name alone.
    let lines = "{\"user\": 1, \"items\": [1, 2]}\n{\"user\": 2, \"items\": []}\n"
    #expect(try FileForm(path: files.write(lines, "a.jsonl")).kind == .jsonl)
    #expect(try FileForm(path: files.write("{\"user\": 1}", "b.jsonl")).kind == .jsonl)
    #expect(try FileForm(path: files.write("{\"a:\\\"4\": [1, 2],\n \"5\": []}\n", "c.json")).kind == .json)
    #expect(try FileForm(path: files.write(Array("PAR1".utf8) + [21, 0, 0], "d.parquet")).kind == .parquet)
  }

  @Test("compression and an encoding other than UTF-8 are told")
  func bytes() throws {
    let files = try ClickFiles()
    let text = Array("user,item\n1,2\n".utf8)
    let packed = try FileForm(path: files.write(gzip(text), "a.csv.gz"))
    #expect(
      packed.compression == "gzip" && packed.size == gzip(text).count && packed.delimited == DelimitedFormat()
    )
    #expect(try FileForm(path: files.write(zstandard(text), "a.csv.zst")).compression == "Zstandard")
    let latin = try FileForm(
      path: files.write(Array("1|B\n2|Am".utf8) + [0xE9] + Array("lie\n".utf8), "u.item")
    )
    let wide = Array("user\titem\n1\té\n2\tä\n".utf16).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let utf16 = try FileForm(path: files.write([0xFF, 0xFE] + wide, "u.tsv"))
    #expect(!utf16.isLatin1 && utf16.delimited == DelimitedFormat(delimiter: 9))
    #expect(latin.isLatin1 && latin.delimited == DelimitedFormat(delimiter: 0x7C, hasHeader: false))
  }

  @Test(
    "what is no table is told by name, with what to do",
    arguments: [
      (
        Array("PK\u{3}\u{4}rest".utf8),
        "the file is a ZIP archive or a spreadsheet; unpack it first, or save the sheet as CSV, and name the file or the "
          + "folder that comes out"
      ),
      (
        [0x89] + Array("HDF\r\n".utf8),
        "the file is HDF5; write it as CSV or Parquet first, for instance with pandas: to_csv(…, index=False)"
      ),
      (
        Array("[{\"user\": 1}]".utf8),
        "the file is one JSON list; write a line for each of its objects, as `jq -c '.[]'` does of objects"
      ),
      ([0x61, 0, 0x62], "the file is no text: its first line holds a zero byte"),
    ] as [([UInt8], String)]
  )
  func foreign(bytes: [UInt8], message: String) throws {
    let files = try ClickFiles()
    let path = try files.write(bytes)
    let told = dataMessage { _ = try FileForm(path: path, name: "clicks.csv") }
    #expect(told.replacing("clicks.csv:1: ", with: "clicks.csv: ") == "clicks.csv: \(message)")
  }
}
