import ClickFixtures
import Tables
import Testing

@testable import Clicks

@Suite("Lists of item ids in files")
struct ItemListTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private static let numbered = ItemTable(items: [7, 3, 5], categories: [0, 0, 0])
  private static let named = ItemTable(
    items: [0, 1, 2],
    categories: [0, 0, 0],
    itemNames: ["a,b", "c", "ü"]
  )

  private func list(_ text: String, _ table: ItemTable, column: ColumnSelector? = nil) throws -> ItemList {
    let path = try files.write(text, "ids.txt")
    return try ItemList(path: path, name: "ids.txt", column: column, of: table, threads: 1)
  }

  @Test("one a line, with blanks around, line ends of both kinds, blank lines and repeats")
  func lines() throws {
    let numbers = try list("\u{FEFF}5\r\n\n 3 \r\n5\nx\n99\nx\n7.0", Self.numbered)
    #expect(numbers.items == [3, 5, 7] && numbers.listed == 6 - 1 + 0 && numbers.unknown == ["x", "99"])
    // Other bytes are another id, unless ids were read as numbers.
    var read = Self.numbered
    #expect(try list("007\n+5\n3\n", read).unknown == ["007", "+5"])
    read.idsAreNumbers = true
    #expect(try list("007\n+5\n", read).items == [5, 7])
    let names = try list("ü\na,b\nu\u{308}\n", Self.named)
    // The same letter in other bytes is another id.
    #expect(names.items == [0, 2] && names.listed == 3 && names.unknown == ["u\u{308}"])
  }

  @Test("a column of a table, and a compressed list")
  func tables() throws {
    let table = try list("id,why\n3,old\n,x\n5,\"a, b\"\n3,again\n", Self.numbered, column: .name("id"))
    #expect(table.items == [3, 5] && table.listed == 2 && table.unknown.isEmpty)
    let path = try files.write(gzip(Array("c\n".utf8)), "ids.txt.gz")
    let packed = try ItemList(path: path, name: "ids.txt.gz", column: nil, of: Self.named, threads: 1)
    #expect(packed.items == [1])
  }

  @Test(
    "a file without any id is a list of nothing where it may be one",
    arguments: ["", "\n \n", "id,why\n", "id,why\n,x\n"]
  )
  func nothing(text: String) throws {
    let path = try files.write(text, "ids.txt")
    func list(mayBeEmpty: Bool) throws -> ItemList {
      try ItemList(
        path: path,
        name: "ids.txt",
        column: text.contains("id") ? .name("id") : nil,
        of: Self.numbered,
        mayBeEmpty: mayBeEmpty,
        threads: 1
      )
    }
    let empty = try list(mayBeEmpty: true)
    #expect(empty.items.isEmpty && empty.listed == 0 && empty.unknown.isEmpty)
    #expect(throws: DataError.self) { try list(mayBeEmpty: false) }
  }

  @Test("a file without any id of the catalogue, or that is no list, is refused")
  func mistakes() throws {
    func message(_ text: String, _ table: ItemTable = Self.numbered) -> String {
      dataMessage { _ = try list(text, table) }
    }
    #expect(
      message("id,why\n3,old\n")
        == "ids.txt: none of its 2 ids is in the catalogue: the file has 'id,why', the catalogue '7'; a table needs "
        + "'column', the column of its ids"
    )
    #expect(message("\n \n") == "ids.txt: it lists no item ids")
    #expect(message("") == "ids.txt: the file is empty")
    let path = try files.write([0x33, 0x0A, 0xFF, 0x0A], "bad.txt")
    #expect(
      dataMessage {
        _ = try ItemList(path: path, name: "bad.txt", column: nil, of: Self.numbered, threads: 1)
      }
        == "bad.txt:2: expected UTF-8 text, an item id a line"
    )
    #expect(
      dataMessage {
        _ = try ItemList(
          path: files.path("no.txt"),
          name: "no.txt",
          column: nil,
          of: Self.numbered,
          threads: 1
        )
      } == "no.txt: no such file"
    )
  }
}
