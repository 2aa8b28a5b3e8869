import ClickFixtures
import Testing

@testable import Clicks
import Tables

@Suite("Guessing what columns are")
struct DataGuessTests {
  private func names(_ header: String, _ row: String) -> [String?] {
    let header = header.split(separator: ",").map(String.init)
    let row = row.split(separator: ",").map(String.init)
    let guess = guessColumns(header: header, firstRows: [row])
    return ColumnGuess.Role.allCases.map { guess.column($0)?.name }
  }

  @Test("columns are recognised by the names that people give them")
  func byName() {
    #expect(
      names("user_id,click_article_id,click_timestamp,click_environment", "1,2,1507029570190,4")
        == ["user_id", "click_article_id", "click_timestamp", nil]
    )
    #expect(
      names("userId,movieId,rating,timestamp", "1,296,5.0,1147880044") == [
        "userId", "movieId", "timestamp", nil,
      ]
    )
    #expect(
      names("timestamp,visitorid,event,itemid", "1433221332117,257597,view,355908")
        == ["visitorid", "itemid", "timestamp", nil]
    )
    #expect(
      names(
        "event_time,event_type,product_id,category_id,brand,user_id,user_session",
        "1570000000,view,3,4,x,5,z"
      )
        == ["user_id", "product_id", "event_time", "category_id"]
    )
    #expect(names("uid,sku,ts", "a,b,1600000000") == ["uid", "sku", "ts", nil])
  }

  @Test("values decide where names do not, and every guess says why")
  func byValues() {
    let guess = guessColumns(
      header: ["1", "2", "3", "4"],
      firstRows: [["0.5", "1507029570190", "17", "x"], ["0.7", "1507029570200", "18", "y"]]
    )
    #expect(
      guess.columns.map { "\($0.role.rawValue) \($0.name): \($0.reason)" } == [
        "user 3: no name says user; it is the next column",
        "item 4: no name says item; it is the next column",
        "time 2: its values look like times since 1970",
      ]
    )
  }

  @Test("counts of the nineties behind user and item are times; in front of them they may be ids")
  func nineties() {
    let header = ["1", "2", "3", "4"]
    let late = guessColumns(header: header, firstRows: [["196", "242", "3", "881250949"]])
    #expect(late.columns.map { "\($0.role.rawValue) \($0.name)" } == ["user 1", "item 2", "time 4"])
    let early = guessColumns(header: header, firstRows: [["881250949", "242", "3", "196"]])
    #expect(early.columns.map { "\($0.role.rawValue) \($0.name)" } == ["user 1", "item 2"])
  }

  @Test("dates are taken for times, by name and by their looks; what is no date is not")
  func dates() {
    #expect(names("user,item,date", "1,2,2017-10-03") == ["user", "item", "date", nil])
    #expect(names("user,item,x", "1,2,2017-10-03T11:19:30Z") == ["user", "item", "x", nil])
    #expect(names("user,item,date", "1,2,yesterday") == ["user", "item", nil, nil])
  }

  @Test(
    "the delimiter and the header are told from the first lines",
    arguments: zip(
      ["a,b c\n1,x y\n", "a\tb\n1\t2,5\n", "a;b\n\"1;2\";3\n", "1|2\n3|4\n", "a\n1\n"],
      [
        DelimitedFormat(), DelimitedFormat(delimiter: 9), DelimitedFormat(delimiter: 0x3B),
        DelimitedFormat(delimiter: 0x7C, hasHeader: false), DelimitedFormat(),
      ]
    )
  )
  func format(text: String, format: DelimitedFormat) throws {
    let files = try ClickFiles()
    #expect(try guessFormat(path: files.write(text)) == format)
  }
}
