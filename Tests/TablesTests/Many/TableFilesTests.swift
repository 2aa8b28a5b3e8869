import ClickFixtures
import Files
import Foundation
import Testing

@testable import Tables

/// Many files read as one, held against the reader of one file on all of their rows.
@Suite("Many files as one table")
struct TableFilesTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private func write(_ texts: [String]) throws -> [TableFile] {
    try texts.enumerated().map { place, text in
      TableFile(path: try files.write(text, "part\(place).csv"), name: "part\(place).csv")
    }
  }

  private func many(_ texts: [String], threads: Int = 2, windowBytes: Int = 1 << 20) throws -> TableFiles {
    var options = TableFilesOptions()
    (options.threads, options.windowBytes) = (threads, windowBytes)
    return try TableFiles(try write(texts), name: "parts", options)
  }

  /// A file with the rows of all `texts`, each of which begins with the same header.
  private func whole(_ texts: [String]) throws -> any TableReader {
    let header = texts[0].prefix { $0 != "\n" } + "\n"
    let rows = texts.map { $0.dropFirst(header.count) }.joined()
    return try TableReaders.open(path: try files.write(header + rows, "whole.csv"), name: "whole.csv")
  }

  private static let header = "user,item,price,tags,kind\n"
  private static let parts = [
    header + "7,100,1.5,a|b,1\n-3,20,,b,\n7,300,-2e3,,2\n",
    header,
    header + "9007199254740993,20,0.25,c|a|c,x\n12,5,1e-3,b,3\n",
    "",
    header + "8,u1,7,\u{e9}|a, 4\n10,300,,z,\n",
    header + "7,100,1.5,a|b,1\n",
  ]

  private static let types: [(String, ColumnType, EmptyFieldRule)] = [
    ("user", .integer, .fail), ("user", .integerOrName, .fail), ("user", .name, .fail),
    ("user", .identifier, .fail),
    ("item", .identifier, .fail), ("item", .identifier, .substitute), ("item", .integerOrName, .fail),
    ("item", .name, .fail), ("price", .real, .substitute), ("price", .real, .dropRow),
    ("tags", .names(separator: UInt8(ascii: "|")), .substitute),
    ("kind", .integerOrName, .substitute), ("kind", .integerOrName, .dropRow), ("kind", .name, .substitute),
    ("kind", .identifier, .dropRow),
  ]

  @Test("each type of column is what one file with all rows gives", arguments: types.indices)
  func concatenated(place: Int) throws {
    let (name, type, empty) = Self.types[place]
    let requests = [
      ColumnRequest(.name(name), as: type, empty: empty),
      ColumnRequest(.number(4), as: .name, empty: .substitute),
    ]
    let expected = try whole(Self.parts.filter { !$0.isEmpty }).read(requests)
    #expect(expected.rows > 3)
    for threads in [1, 2, 5] {
      for windowBytes in [1, 60, 1 << 20] {
        let reader = try many(Self.parts, threads: threads, windowBytes: windowBytes)
        let read = try reader.read(requests)
        for (own, other) in zip(read.columns, expected.columns) {
          #expect(Self.isSame(own, other), "\(own) is not \(other)")
        }
        #expect(read.rows == expected.rows && read.droppedRows == expected.droppedRows)
        #expect(read.namesSince == expected.namesSince)
        #expect(reader.rowsOfFiles.reduce(0, +) == read.rows)
      }
    }
  }

  /// Not a number is itself here.
  private static func isSame(_ a: ColumnValues, _ b: ColumnValues) -> Bool {
    guard case .reals(let first) = a, case .reals(let second) = b else { return a == b }
    return first.map(\.bitPattern) == second.map(\.bitPattern)
  }

  @Test("numbers of one file and names of another are names, as they were written")
  func mixed() throws {
    let reader = try many(["a,b\n7, 1\n10,\n", "a,b\nx7,2\n7,k\n"])
    let read = try reader.read([
      ColumnRequest(.name("a"), as: .identifier),
      ColumnRequest(.name("b"), as: .integerOrName, empty: .substitute),
      ColumnRequest(.number(2), as: .integerOrName, empty: .substitute),
    ])
    #expect(read.columns[0] == .names(codes: [1, 0, 2, 1], names: ["10", "7", "x7"]))
    // The blank before the 1, and the empty field, are what the file has.
    #expect(read.columns[1] == .names(codes: [1, 0, 2, 3], names: ["", " 1", "2", "k"]))
    #expect(read.columns[2] == read.columns[1])
    #expect(read.namesSince == ["x7", "k", "k"])
    #expect(reader.rowsOfFiles == [2, 2])
    #expect(reader.origin(ofRow: 2) == ("part1.csv", 0) && reader.origin(ofRow: 1) == ("part0.csv", 1))
  }

  @Test("many rows of many files, with names that most files share, and those of one alone")
  func large() throws {
    var texts: [String] = []
    for file in 0..<23 {
      var text = "user,item\n"
      for row in 0..<2000 {
        let number = row * 7919 + file * 31
        text += "\(number % 1009),item \(number % 3001)\(row == 5 ? " of \(file)" : "")\n"
      }
      texts.append(text)
    }
    let requests = [
      ColumnRequest(.name("item"), as: .identifier), ColumnRequest(.name("user"), as: .identifier),
    ]
    let expected = try whole(texts).read(requests)
    #expect(expected.rows == 46_000)
    for threads in [1, 3] { #expect(try many(texts, threads: threads).read(requests) == expected) }
  }

  @Test("columns are found by name, whatever their order; by number only under equal headers")
  func order() throws {
    let texts = ["a,b\n1,2\n", "c,b,a\n0,20,10\n"]
    let read = try many(texts).read([
      ColumnRequest(.name("b"), as: .integer), ColumnRequest(.name("a"), as: .integer),
    ])
    #expect(read.columns == [.integers([2, 20]), .integers([1, 10])])
    let message = dataMessage {
      _ = try many(texts).read([ColumnRequest(.number(2), as: .integer)])
    }
    #expect(
      message == "part1.csv: its columns are c, b, a, those of 'part0.csv' a, b: column 2 may be another; "
        + "name columns in place of numbering them"
    )
  }

  @Test("what is wrong is told with the file that it is in")
  func errors() throws {
    let user = [ColumnRequest(.name("user"), as: .integer)]
    #expect(
      dataMessage { _ = try many(["user,item\n1,2\n", "users,item\n1,2\n"]).read(user) }
        == "part1.csv: no column 'user': the columns are users, item; did you mean 'users'?; those of 'part0.csv' are "
        + "user, item"
    )
    #expect(
      dataMessage { _ = try many(["item\n2\n", "user\n1\n"]).read(user) }
        == "part0.csv: no column 'user': the columns are item"
    )
    #expect(
      dataMessage { _ = try many(["user\n1\n", "user\n2\nx\n", "user\ny\n"]).read(user) }
        == "part1.csv:3: column 'user': expected an integer, got 'x'"
    )
    #expect(
      dataMessage { _ = try many(["user\n", "", "user\n"]).read(user) }
        == "parts: none of the files has a row"
    )
    #expect(dataMessage { _ = try many(["", ""]) } == "parts: all files are empty")
    var missing = try write(["user\n1\n", "user\n2\n"])
    missing[1].path = files.path("gone")
    let reader = try TableFiles(missing, name: "parts", TableFilesOptions())
    #expect(dataMessage { _ = try reader.read(user) } == "part1.csv: no such file")
  }

  @Test("whoever is told how far it is can stop it")
  func progress() throws {
    var told: [Int] = []
    var options = TableFilesOptions()
    options.onProgress = { told.append($0) }
    let parts = try write(["a\n1\n", "a\n2\n", "a\n3\n"])
    let wanted = [ColumnRequest(.name("a"), as: .integer)]
    _ = try TableFiles(parts, name: "parts", options).read(wanted)
    #expect(told == [0, 1, 2, 3])
    struct Stop: Error {}
    options.onProgress = { if $0 == 2 { throw Stop() } }
    #expect(throws: Stop.self) { _ = try TableFiles(parts, name: "parts", options).read(wanted) }
  }

  @Test("of hundreds of files few are open at once")
  func descriptors() throws {
    let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    var most = before
    var options = TableFilesOptions()
    options.onProgress = { _ in
      most = max(most, try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count)
    }
    let parts = try write((0..<300).map { "a\n\($0)\n" })
    let read = try TableFiles(parts, name: "parts", options).read([ColumnRequest(.name("a"), as: .integer)])
    #expect(read.columns == [.integers((0..<300).map { Int64($0) })])
    // Other tests open files meanwhile.
    #expect(most < before + 100)
  }
}
