import ClickFixtures
import Files
import Testing

@testable import Tables

@Suite("Columns that paths give")
struct PathColumnTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private func table(_ partitions: [[(String, String)]], _ texts: [String]) throws -> TableFiles {
    let parts = try zip(partitions, texts).enumerated().map { place, part in
      TableFile(
        path: try files.write(part.1, "part\(place).csv"),
        name: "part\(place).csv",
        partitions: part.0.map { (key: $0.0, value: $0.1) }
      )
    }
    return try TableFiles(parts, name: "parts", TableFilesOptions())
  }

  @Test("a value of a path is one for all rows of its file, read as its type asks")
  func types() throws {
    let reader = try table(
      [[("day", "2024-01-01"), ("hour", "7")], [("day", "2024-01-02"), ("hour", "07")]],
      ["a\n1\n2\n", "a\n3\n"]
    )
    #expect(reader.header == ["a", "day", "hour"])
    #expect(try reader.index(of: .name("hour")) == 2)
    #expect(try reader.firstRows(1) == [["1", "2024-01-01", "7"]])
    let read = try reader.read([
      ColumnRequest(.name("day"), as: .name), ColumnRequest(.name("hour"), as: .integer),
      ColumnRequest(.name("hour"), as: .identifier), ColumnRequest(.name("a"), as: .integer),
      ColumnRequest(.name("hour"), as: .real),
    ])
    #expect(read.columns[0] == .names(codes: [0, 0, 1], names: ["2024-01-01", "2024-01-02"]))
    #expect(read.columns[1] == .integers([7, 7, 7]))
    // 07 is no integer as programs write them.
    #expect(read.columns[2] == .names(codes: [1, 1, 0], names: ["07", "7"]))
    #expect(read.columns[3] == .integers([1, 2, 3]) && read.columns[4] == .reals([7, 7, 7]))
    #expect(read.namesSince == [nil, nil, "07", nil, nil])
  }

  @Test("a path goes before a column of the same name, and may be all that is asked for")
  func overColumns() throws {
    let reader = try table([[("a", "5")], [("a", "6")]], ["a,b\n1,0\n2,0\n", "a,b\n3,0\n"])
    #expect(reader.header == ["a", "b"])
    let read = try reader.read([ColumnRequest(.name("a"), as: .integer)])
    #expect(read.columns == [.integers([5, 5, 6])] && read.rows == 3)
  }

  @Test("an empty value is an empty field: an error, rows left out, or what stands for it")
  func empty() throws {
    let reader = try table([[("k", "")], [("k", "2")]], ["a\n1\n9\n", "a\n3\n"])
    func read(_ rule: EmptyFieldRule) throws -> TableColumns {
      try reader.read([
        ColumnRequest(.name("k"), as: .integer, empty: rule), ColumnRequest(.name("a"), as: .integer),
      ])
    }
    let dropped = try read(.dropRow)
    #expect(dropped.columns == [.integers([2]), .integers([3])] && dropped.droppedRows == 2)
    #expect(reader.rowsOfFiles == [0, 1])
    #expect(try read(.substitute).columns[0] == .integers([0, 0, 2]))
    #expect(dataMessage { _ = try read(.fail) }.hasPrefix("part0.csv: of its path 'k=': "))
  }

  @Test("a path that does not say what others do, or says no number, is an error that names the file")
  func errors() throws {
    let reader = try table([[("k", "1")], []], ["a\n1\n", "a\n3\n"])
    let wanted = [ColumnRequest(.name("k"), as: .integer)]
    #expect(
      dataMessage { _ = try reader.read(wanted) }
        == "part1.csv: its path has no 'k=', as that of 'part0.csv' or another file has"
    )
    let text = try table([[("k", "x,\"y\n")]], ["a\n1\n"])
    #expect(
      try text.read([ColumnRequest(.name("k"), as: .name)]).columns == [
        .names(codes: [0], names: ["x,\"y\n"])
      ]
    )
    #expect(dataMessage { _ = try text.read(wanted) }.hasPrefix("part0.csv: of its path 'k=x,"))
    #expect(
      dataMessage { _ = try text.read([ColumnRequest(.name("b"), as: .integer)]) }
        == "part0.csv: no column 'b': the columns are a; their paths give k"
    )
  }
}
