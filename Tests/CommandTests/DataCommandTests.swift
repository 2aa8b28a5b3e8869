import Foundation
import Testing

@Suite("towerbook data")
struct DataCommandTests {
  private static let log = """
    user,item,ts,kind
    7,b,1700000060,view
    7,a,1700000060,buy
    9,a,1700000000,view
    9,a,1700000000,view
    9,,1700000001,view

    """

  @Test("it shows the form, the columns, the times and the clicks, in 100 columns where it is piped")
  func text() throws {
    let place = try Workplace()
    try place.write("log.csv", Self.log)
    let outcome = try place.run("data", "log.csv")
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(
      outcome.output == """
        log.csv: delimited text, commas between fields, a header
        5 rows, 4 columns, 116 B

        column  type     empty  distinct  range, or most rows       examples
        ──────  ───────  ─────  ────────  ────────────────────────  ──────────────────────────
        user    integer      0         2  7 to 9                    7, 9
        item    text         1         2  a (3)                     'b', 'a'
        ts      time         0         3  2023-11-14 to 2023-11-14  2023-11-14 22:14:20, 2023…
        kind    text         0         2  view (4)                  'view', 'buy'

        'ts' counts seconds since 1970, as the size of 1700000060 tells: 2023-11-14 22:13:20 to 2023-11-14
          22:14:20 UTC.
        Doubled: 1 row with the values of one before in all columns.
        Clicks: user is 'user' (its name says user), item is 'item' (its name says item), time is 'ts' (its
          name says time).
        Incomplete: 1 row without a user, an item or a time.
        Repeated: 1 click on an item that the user clicked before.
        Ties: 4 clicks with the user and the time of another, whose order is that of the file.
        Rows are not in the order of time.

        clicks of  count  fewest  median  most  who has most
        ─────────  ─────  ──────  ──────  ────  ────────────
        users          2       2       2     2  7 (2), 9 (2)
        items          2       1       2     3  a (3), b (1)

        """
    )
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test("as JSON it is a list with an object for each file")
  func json() throws {
    let place = try Workplace()
    try place.write("log.csv", Self.log)
    let outcome = try place.run("data", "log.csv", "items.csv", "--json", "--user", "9", "--item", "item")
    #expect(outcome.status == 2 && outcome.errors == "error: log.csv: no column 9: the columns are 1 to 4\n")
    let good = try place.run("data", "log.csv", "items.csv", "--json")
    let list = try #require(
      try JSONSerialization.jsonObject(with: Data(good.output.utf8)) as? [[String: Any]]
    )
    #expect(list.count == 2 && list[1]["file"] as? String == "items.csv")
    #expect(list[1]["clicks"] is NSNull && list[1]["rows"] as? Int == 40)
    #expect(list[0]["doubled_rows"] as? Int == 1 && list[0]["delimiter"] as? String == ",")
    let columns = try #require(list[0]["columns"] as? [[String: Any]])
    #expect(columns.map { $0["type"] as? String } == ["integer", "text", "time", "text"])
    #expect(columns[2]["least"] as? Int == 1_700_000_000 && columns[2]["unit"] as? String == "s")
    #expect(columns[2]["first"] as? String == "2023-11-14T22:13:20Z")
    let clicks = try #require(list[0]["clicks"] as? [String: Any])
    #expect(clicks["tied_clicks"] as? Int == 4 && clicks["incomplete_rows"] as? Int == 1)
  }

  @Test("roles that are named hold, and a folder stands for its files")
  func roles() throws {
    let place = try Workplace()
    try place.write("d/a.tsv", "x\ty\n1\t2\n1\t2\n")
    try place.write("d/b.csv.txt", "1 2 3\n")
    try place.write("d/pack.zip", "PK\u{3}\u{4}")
    let plain = try place.run("data", "d")
    #expect(plain.status == 0 && !plain.output.contains("clicks of"))
    #expect(plain.output.contains("d/a.tsv: delimited text, tabs between fields, a header\n"))
    #expect(plain.output.contains("\n\nd/b.csv.txt: delimited text, blanks between fields, no header\n"))
    #expect(plain.errors.hasPrefix("left out: d/pack.zip: the file is a ZIP archive"))
    let named = try place.run("data", "d/a.tsv", "--user", "x", "--item", "2")
    #expect(named.output.contains("Clicks: user is 'x' (as you say), item is 'y' (as you say).\n"))
    #expect(named.output.contains("Repeated: 1 click on an item that the user clicked before.\n"))
  }

  @Test("what cannot be read is told with its place, and exits 2")
  func wrong() throws {
    let place = try Workplace()
    try place.write("short.csv", "a,b\n1,2\n3,4\n5,6\n7\n")
    try place.write("packed.csv", "PK\u{3}\u{4}")
    #expect(
      try place.run("data", "short.csv").errors == "error: short.csv:5: expected at least 2 fields, got 1\n"
    )
    #expect(try place.run("data", "packed.csv").status == 2)
    #expect(try place.run("data", "none.csv").errors == "error: none.csv: no such file or folder\n")
    #expect(try place.run("data").status == 2)
  }

  @Test("what a terminal would obey in a name or a value is not shown as it is")
  func escapes() throws {
    let place = try Workplace()
    try place.write("e.csv", "user_id,item_id,t\u{1B}[31m ts\n1,\u{1B}[2Ja,1700000000\n1,b,1700000001\n")
    let outcome = try place.run("data", "e.csv")
    #expect(outcome.status == 0 && !outcome.output.contains("\u{1B}"))
  }
}
