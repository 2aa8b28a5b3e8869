import ClickFixtures
import Tables
import TestSupport
import Testing

@testable import Clicks

@Suite("What a table holds")
struct TableSurveyTests {
  private static let text = """
    who,what,when,price,kind,genres,note,made
    u1,10,1700000000,2.5,view,Action|Comedy,a first note of some words,2023-01-05
    u2,10,1700000060,,buy,Comedy,,2023-01-06
    u1,11,1700000000,2.50,view,Action,another note with many words here,2023-01-05
    u1,10,1700000120,7,view,Drama|Action|Comedy,short,2023-02-01
    u3,0,1700003600,-1e2,view,Comedy,"quoted, with a comma",2023-01-05
    u1,11,1700000000,2.50,view,Action,another note with many words here,2023-01-05
    u2,,1700000030,0.5,cart,,x y z w,2022-12-31

    """

  private let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private func write(_ text: String) throws -> String { try files.write(text) }

  private func survey(_ text: String = text) throws -> TableSurvey {
    var roles = TableSurvey.Roles()
    (roles.user, roles.item, roles.time) = (.name("who"), .number(2), .name("when"))
    return try TableSurvey(TableSource(path: write(text)), roles: roles)
  }

  /// Values by pandas 3: `isna().sum()`, `nunique()`, `min()`, `max()` of `read_csv` of the text.
  @Test("empty fields, distinct values and ranges are those that pandas finds")
  func columns() throws {
    let columns = try survey().columns
    #expect(columns.map(\.empty) == [0, 1, 0, 1, 0, 1, 1, 0])
    #expect(columns.map(\.distinct) == [3, 3, 5, 4, 3, 4, 5, 4])
    #expect(columns[1].kind == .integer && columns[1].least == "0" && columns[1].greatest == "11")
    #expect(columns[2].kind == .time && columns[2].unit == .seconds)
    #expect(columns[2].least == "1700000000" && columns[2].greatest == "1700003600")
    #expect(columns[3].kind == .decimal && columns[3].least == "-100.0" && columns[3].greatest == "7.0")
    #expect(columns[3].examples == ["2.5", "7.0", "-100.0"])
    #expect(columns[4].kind == .text && columns[4].least == nil)
    #expect(
      columns[4].frequent
        == [.init(value: "view", count: 5), .init(value: "buy", count: 1), .init(value: "cart", count: 1)]
    )
    #expect(columns[5].parts == TextParts(["Action|Comedy", "Comedy", "Action", "Drama|Action|Comedy"]))
    #expect(columns[5].parts?.separator == UInt8(ascii: "|") && columns[5].parts?.distinct == 3)
    #expect(columns[6].isProse && columns[6].parts == nil)
  }

  /// `duplicated().sum()`; of the rows with an item `duplicated([who, when], keep=False).sum()` and
  /// `duplicated([who, what]).sum()`, and `groupby(…).size()`.
  @Test("doubled rows, ties in time, repeated clicks and who clicks most are those that pandas finds")
  func clicks() throws {
    let survey = try survey()
    #expect(survey.rows == 7 && survey.doubledRows == 1)
    let clicks = try #require(survey.clicks)
    #expect(clicks.incompleteRows == 1)
    #expect(clicks.tiedClicks == 3 && clicks.repeatedPairs == 2 && clicks.isInOrder == false)
    #expect(
      clicks.users.count == 3 && clicks.users.least == 1 && clicks.users.median == 1
        && clicks.users.greatest == 4
    )
    #expect(
      clicks.users.most
        == [.init(value: "u1", count: 4), .init(value: "u2", count: 1), .init(value: "u3", count: 1)]
    )
    #expect(clicks.items.median == 2 && clicks.items.most.first == .init(value: "10", count: 3))
  }

  @Test("an empty field and a 0 are two values, also where rows are compared")
  func zeros() throws {
    let survey = try TableSurvey(TableSource(path: write("a,b\n0,1\n,1\n0,1\n")))
    #expect(survey.columns[0].empty == 1 && survey.columns[0].distinct == 1 && survey.doubledRows == 1)
    #expect(survey.clicks == nil)
  }

  @Test("digits that begin with 0 are text, since ids are their bytes")
  func leadingZeros() throws {
    let columns = try TableSurvey(TableSource(path: write("zip,n\n00501,0.5\n10001,-0.25\n00501,0\n")))
      .columns
    #expect(columns.map(\.kind) == [.text, .decimal] && columns.map(\.distinct) == [2, 3])
  }

  @Test("numbers and texts that change places are other rows")
  func places() throws {
    #expect(try TableSurvey(TableSource(path: write("a,b,c\n1,2,x\n2,1,x\n1,2,y\n"))).doubledRows == 0)
  }

  @Test("a table of items has no clicks, and one with users and items by name does")
  func roles() throws {
    let items = try TableSurvey(TableSource(path: write("article_id,category_id\n1,2\n2,2\n")))
    #expect(items.clicks == nil)
    let log = try TableSurvey(TableSource(path: write("user_id,article_id\n1,2\n2,2\n")))
    #expect(log.clicks?.items.most == [.init(value: "2", count: 2)])
    #expect(log.clicks?.tiedClicks == nil)
  }

  @Test("a column of times with empty fields is in the order of its numbers, not of their digits")
  func timesWithGaps() throws {
    let text = "user,item,ts\n1,1,999999999\n1,2,1000000000\n1,3,\n2,1,1000000001\n"
    let clicks = try #require(TableSurvey(TableSource(path: write(text))).clicks)
    #expect(clicks.isInOrder == true && clicks.incompleteRows == 1 && clicks.tiedClicks == 0)
  }

  @Test("dates are times, in their order, and rows without one are told")
  func dates() throws {
    let text = "user,item,date\n1,a,2023-01-05\n2,b,2023-02-06\n2,a,2023-02-06\n2,c,\n"
    let survey = try TableSurvey(TableSource(path: write(text)))
    #expect(
      survey.columns[2].kind == .time && survey.columns[2].unit == .seconds && survey.columns[2].empty == 1
    )
    // date -u -d 2023-01-05 +%s
    #expect(survey.columns[2].least == "1672876800" && survey.columns[2].greatest == "1675641600")
    #expect(
      survey.clicks?.incompleteRows == 1 && survey.clicks?.tiedClicks == 2 && survey.clicks?.isInOrder == true
    )
  }

  @Test("lists, sequences and JSON are looked at as tables are")
  func forms() throws {
    let lines =
      "{\"user\": 1, \"item\": \"a\", \"tags\": [\"x\", \"y\"]}\n{\"user\": 2, \"item\": \"a\", \"tags\": []}\n"
    let objects = try TableSurvey(TableSource(path: files.write(lines, "a.jsonl")))
    #expect(objects.columns.map(\.kind) == [.integer, .text, .list] && objects.columns[2].empty == 1)
    #expect(objects.clicks?.items.most == [.init(value: "a", count: 2)])
    let sequences = try TableSurvey(TableSource(path: files.write("1 5 6 7\n2 5 8\n", "s.txt")))
    #expect(sequences.rows == 5 && sequences.clicks?.users.greatest == 3)
    let attributes = try TableSurvey(
      TableSource(path: files.write("{\"5\": [1, 2],\n \"6\": [2]}\n", "c.json"))
    )
    #expect(attributes.columns.map(\.distinct) == [2, 2] && attributes.columns[1].frequent.first?.count == 2)
  }

  @Test("texts that look like lists are told where they are cut at something else, or at nothing")
  func lists() {
    let bar = UInt8(ascii: "|")
    #expect(ListLook(["a|b", "b", "", "a|b|c"], separator: nil) == .parts(bar))
    #expect(ListLook(["a|b", "b", "", "a|b|c"], separator: bar) == nil)
    #expect(ListLook(["a;b", "b;c", "c"], separator: bar) == .parts(UInt8(ascii: ";")))
    // Ids need not come again.
    #expect(ListLook(["107|156|26", "11|33|169", "178"], separator: 0x20) == .parts(bar))
    #expect(ListLook(["['a', 'b']", "['c']", "['a']"], separator: nil) == .brackets)
    #expect(ListLook(["[107, 156]", "[11, 33]", "[178]"], separator: 0x20) == .brackets)
    // One value each; one text in three; texts of many words.
    #expect(ListLook(["a", "b", "c"], separator: nil) == nil)
    #expect(ListLook(["a|b", "b", "c"], separator: nil) == nil)
    let prose = (0..<30).map {
      "the \($0)th of some films, of which it is said that they are \($0 * 7) years old"
    }
    #expect(ListLook(prose, separator: nil) == nil)
    #expect(ListLook([], separator: nil) == nil)
  }

  @Test("the result does not depend on the number of threads")
  func threads() throws {
    var text = "user,item,ts\n"
    for row in 0..<5000 { text += "u\(row % 37),\(row * row % 101),\(1_700_000_000 + row / 3)\n" }
    let path = try write(text)
    let one = try TableSurvey(TableSource(path: path), threads: 1)
    #expect(try TableSurvey(TableSource(path: path), threads: 3) == one)
    #expect(one.rows == 5000 && one.columns[0].distinct == 37)
  }

  @Test(
    "of MovieLens-100K the same is found as by pandas",
    .enabled(if: SharedFiles.has("data/movielens_100k/u.data"), "../shared is not there")
  )
  func movielens() throws {
    let survey = try TableSurvey(TableSource(path: SharedFiles.path("data/movielens_100k/u.data")))
    #expect(survey.rows == 100_000 && survey.doubledRows == 0)
    #expect(survey.columns.map(\.distinct) == [943, 1682, 5, 49282])
    let clicks = try #require(survey.clicks)
    #expect(clicks.tiedClicks == 75_772 && clicks.repeatedPairs == 0)
    #expect(clicks.users.least == 20 && clicks.users.median == 65 && clicks.users.greatest == 737)
    #expect(clicks.items.least == 1 && clicks.items.median == 27)
    #expect(
      clicks.items.most.map(\.value) == ["50", "258", "100", "181", "294"]
        && clicks.items.most.map(\.count) == [583, 509, 508, 507, 485]
    )
  }
}
