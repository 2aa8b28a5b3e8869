import ClickFixtures
import Clicks
import Tables
import Testing

@testable import Recall

@Suite("Splits as Parquet")
struct SplitExportTests {
  @Test("every click has its row and its part, in the order of users and times")
  func rows() throws {
    let files = try ClickFiles()
    // a: x y z w; b: y x; c: z alone, who has no history left and is not tested.
    let log = ClickLog(
      users: [0, 1, 0, 0, 2, 1, 0],
      items: [0, 1, 1, 2, 2, 0, 3],
      times: [10, 11, 12, 13, 14, 15, 16],
      userNames: ["a", "b", "c"],
      itemNames: ["x", "y", "z", "ä w"]
    )
    var split = try ClickSplitter.split(log, SplitOptions())
    split.holdOutNewestForValidation(of: nil)
    let path = files.path("split.parquet")
    try SplitExport.write(split, of: log, to: path)
    let table = try TableReaders.open(path: path)
    #expect(table.header == ["user", "item", "time", "part"])
    #expect(
      try table.firstRows(20) == [
        ["a", "x", "10", "train"], ["a", "y", "12", "train"], ["b", "y", "11", "train"],
        ["a", "z", "13", "validation"], ["a", "ä w", "16", "test"], ["b", "x", "15", "test"],
      ]
    )
  }

  @Test("ids that are integers stay so, and a log without times has no such column")
  func integers() throws {
    let files = try ClickFiles()
    let log = ClickLog(users: [7, 7], items: [5, 9], times: nil)
    let path = files.path("split.parquet")
    try SplitExport.write(try ClickSplitter.split(log, SplitOptions()), of: log, to: path)
    let table = try TableReaders.open(path: path)
    #expect(table.header == ["user", "item", "part"])
    let read = try table.read([
      ColumnRequest(.name("user"), as: .identifier), ColumnRequest(.name("item"), as: .identifier),
    ])
    #expect(read.columns == [.integers([7, 7]), .integers([5, 9])])
  }
}
