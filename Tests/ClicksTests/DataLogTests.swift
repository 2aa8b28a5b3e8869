import ClickFixtures
import Foundation
import Testing

@testable import Clicks
import Tables

@Suite("Click logs and item tables")
struct DataLogTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private func log(_ text: String, _ change: (inout ClickLogOptions) -> Void = { _ in }) throws -> ClickLog {
    var options = ClickLogOptions()
    change(&options)
    return try ClickLog(reading: files.reader(text), options)
  }

  private func table(
    _ text: String,
    for log: inout ClickLog,
    missing: MissingItems = .unknown,
    _ change: (inout ItemTableOptions) -> Void = { _ in }
  ) throws -> ItemTable {
    var options = ItemTableOptions()
    change(&options)
    return try ItemTable(reading: files.reader(text), options, for: &log, missing: missing)
  }

  @Test("ids, times and further columns become columns of the log")
  func columns() throws {
    let text = "user_id,item_id,ts,os,price\n5,9,1507029570190,ios,1.5\n3,9,1507029570191,,\n"
    let log = try log(text) {
      $0.time = .name("ts")
      $0.extras = [.name("os"), .number(1)]
      $0.realExtras = [.name("price")]
    }
    #expect(log.users == [5, 3] && log.items == [9, 9])
    #expect(log.times == [1_507_029_570_190, 1_507_029_570_191])
    #expect(log.timeUnit == .milliseconds)
    #expect(log.extra("os") == .names(codes: [1, 0], names: ["", "ios"]))
    #expect(log.extra("user_id") == .integers([5, 3]))
    guard case .reals(let prices) = log.extra("price") else {
      Issue.record("expected decimal numbers")
      return
    }
    #expect(prices[0] == 1.5 && prices[1].isNaN)
    #expect(log.extra("none") == nil)
  }

  @Test("text ids are keys in the order of their names, and keys give them back")
  func names() throws {
    let log = try log("user_id,item_id\nzed,7\nann,8\nzed,9\n")
    #expect(log.users == [1, 0, 1] && log.userNames == ["ann", "zed"])
    #expect(log.items == [7, 8, 9] && log.itemNames == nil)
    #expect(log.userID(0) == "ann" && log.itemID(8) == "8" && log.userID(9) == "9")
    let text = try self.log("user_id,item_id\n07,7\n7,7\n") { $0.userType = .string }
    #expect(text.userNames == ["07", "7"])
    #expect(
      dataMessage { _ = try self.log("user_id,item_id\nx,7\n") { $0.userType = .integer } }
        == "clicks.csv:2: column 'user_id': expected an integer, got 'x'"
    )
  }

  @Test(
    "the unit of times is told from their magnitude",
    arguments: zip(
      [1_507_029_570, 1_507_029_570_190, 1_507_029_570_190_000, 1_507_029_570_190_000_000, 0],
      [TimeUnit.seconds, .milliseconds, .microseconds, .nanoseconds, .seconds]
    )
  )
  func timeUnits(time: Int64, unit: TimeUnit) {
    #expect(TimeUnit(guessedFrom: [0, time]) == unit)
  }

  @Test("rows with an empty id are an error, or left out and counted")
  func incomplete() throws {
    let text = "user_id,item_id\n1,2\n,3\n4,\n"
    #expect(
      dataMessage { _ = try log(text) }
        == "clicks.csv:3: column 'user_id': expected a value, got an empty field; set data.drop_incomplete to leave such rows out"
    )
    let kept = try log(text) { $0.dropsIncompleteRows = true }
    #expect(kept.users == [1] && kept.droppedRows == 2)
    #expect(
      dataMessage { _ = try log("user_id,item_id\n,3\n") { $0.dropsIncompleteRows = true } }
        == "clicks.csv: every row has an empty user, item or time: no click is left"
    )
  }

  @Test("an item table keeps the file's order; of repeated items the last row's values hold")
  func repeatedItems() throws {
    var log = try log("user_id,item_id\n1,30\n1,10\n2,99\n2,99\n3,77\n")
    let table = try table("item_id,cat,words\n30,5,1\n10,6,\n30,7,3\n20,5,4\n", for: &log) {
      $0.category = .name("cat")
      $0.numbers = [.name("words")]
    }
    #expect(table.items == [30, 10, 20])
    #expect(table.categories == [7, 6, 5])
    guard case .reals(let words) = table.numbers[0].values else {
      Issue.record("expected decimal numbers")
      return
    }
    #expect(words[0] == 3 && words[1].isNaN && words[2] == 4)
    #expect(table.facts.repeatedRows == 1)
    #expect(table.facts.clickedButMissing == 2 && table.facts.clicksOnMissing == 3)
  }

  @Test("clicked items that the table lacks can join the catalogue")
  func addMissing() throws {
    var log = try log("user_id,item_id\n1,99\n1,10\n2,77\n")
    let numbers = try table("item_id,cat\n10,6\n", for: &log, missing: .add) { $0.category = .name("cat") }
    #expect(numbers.items == [10, 77, 99] && numbers.categories == [0, -1, -1])
    #expect(numbers.categoryNames == ["6"])
    let texts = try table("item_id,cat\n10,news\n", for: &log, missing: .add) { $0.category = .name("cat") }
    #expect(texts.categories == [0, -1, -1] && texts.categoryNames == ["news"])
    for missing in [MissingItems.add, .unknown] {
      var notes = ReadingNotes()
      let reader = try files.reader("item_id\n10\n")
      _ = try ItemTable(reading: reader, ItemTableOptions(), for: &log, missing: missing, &notes)
      #expect(notes.missingItems == ["77", "99"], "\(missing)")
    }
  }

  @Test("log and table share one list of item names, also where only one of them holds text")
  func sharedNames() throws {
    var log = try log("user_id,item_id\n1,b\n2,d\n3,b\n")
    let table = try table("item_id\nc\nb\na\n", for: &log)
    #expect(log.itemNames == ["a", "b", "c", "d"] && table.itemNames == log.itemNames)
    #expect(log.items == [1, 3, 1] && table.items == [2, 1, 0])
    #expect(table.facts.clickedButMissing == 1)

    var numbers = try self.log("user_id,item_id\n1,10\n2,9\n")
    let mixed = try self.table("item_id\n9\nx\n10\n", for: &numbers)
    #expect(numbers.itemNames == ["10", "9", "x"] && numbers.items == [0, 1])
    #expect(mixed.items == [1, 2, 0] && mixed.facts.clickedButMissing == 0)
  }

  @Test("without a table the catalogue is what was clicked, in one category")
  func noTable() throws {
    let table = ItemTable(itemsOf: try log("user_id,item_id\n1,9\n2,4\n3,9\n"))
    #expect(table.items == [4, 9] && table.categories == [0, 0])
    #expect(Catalogue(table).categoryVocabulary.size == 2)
  }

  @Test(
    "titles are text beside the other columns, also in Latin-1; what was not UTF-8 elsewhere stays an error"
  )
  func titles() throws {
    var log = ClickLog(users: [1, 1], items: [1, 2], times: nil)
    let bytes = Data("item,name,kept\n1,Caf".utf8) + [0xE9] + Data(",x\n2,,y\n".utf8)
    func table(_ change: (inout ItemTableOptions) -> Void) throws -> ItemTable {
      var options = ItemTableOptions()
      options.item = .name("item")
      change(&options)
      try bytes.write(to: files.directory.appending(path: "latin.csv"))
      let reader = try TableReaders.open(path: files.path("latin.csv"), name: "latin.csv")
      return try ItemTable(reading: reader, options, for: &log, missing: .unknown)
    }
    let titled = try table {
      $0.title = .name("name")
      $0.kept = [.name("kept")]
    }
    #expect(titled.kept.map(\.name) == ["kept"] && titled.titles?.name == "name")
    #expect(titled.titles?.values == .names(codes: [1, 0], names: ["", "Caf\u{E9}"]))
    #expect(
      titled.without(Vocabulary(keysOf: [1])).titles?.values == .names(codes: [0], names: ["", "Caf\u{E9}"])
    )
    // Kept text is a feature, and must be what it is.
    #expect(throws: DataError.self) {
      try table {
        $0.title = .name("name")
        $0.kept = [.name("name")]
      }
    }
  }
}
