import ClickFixtures
import Foundation
import Memory
import Testing

@testable import Clicks
import Tables
@testable import Recall

/// What every form of candidates holds to; which it is, the ending of the file's name says.
@Suite("Candidate sinks: the contract of all forms")
struct CandidateSinkContractTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  /// Writes lists in two portions and gives the path.
  private func write(
    _ form: BlockCompression,
    _ users: [Int64],
    _ lists: [RankedLists],
    names: (users: [String]?, items: [String]?) = (nil, nil),
    threads: Int = 1
  ) throws -> String {
    let path = files.path("out\(threads).csv\(form.rawValue)")
    let sink = try CandidateSinks.open(
      path: path,
      columns: CandidateWriter.Columns(),
      userNames: names.users,
      itemNames: names.items,
      threads: threads
    )
    var first = 0
    for part in lists {
      try sink.write(users: Array(users[first..<first + part.count]), lists: part, sources: nil)
      first += part.count
    }
    try sink.close()
    let rows = lists.reduce(0) { $0 + $1.counts.reduce(0) { $0 + Int($1) } }
    #expect(sink.rowCount == rows)
    return path
  }

  @Test(
    "short and empty lists, and ids with quotes, commas and line ends, are read back",
    arguments: BlockCompression.allCases
  )
  func readBack(form: BlockCompression) throws {
    let parts = [
      RankedLists(width: 3, items: [0, 1, 2, 3, 0, 0], scores: [3, 0.1, -2, 1e-7, 0, 0], counts: [3, 1]),
      RankedLists(width: 3, items: [0, 0, 0, 2, 0, 0], scores: [0, 0, 0, 5, 0, 0], counts: [0, 2]),
    ]
    let items = ["a,b", "say \"so\"", "two\nlines", "\u{fc} "]
    let users = ["u,1", "\"", "nobody", "7"]
    let path = try write(form, [0, 1, 2, 3], parts, names: (users, items))
    let read = try TableReaders.open(path: path).read([
      ColumnRequest(.name("user_id"), as: .name), ColumnRequest(.name("article_id"), as: .name),
      ColumnRequest(.name("recall_score"), as: .real), ColumnRequest(.name("recall_rank"), as: .integer),
    ])
    func texts(_ column: ColumnValues) -> [String] {
      guard case .names(let codes, let names) = column else { return [] }
      return codes.map { names[Int($0)] }
    }
    #expect(texts(read.columns[0]) == ["u,1", "u,1", "u,1", "\"", "7", "7"])
    #expect(texts(read.columns[1]) == ["a,b", "say \"so\"", "two\nlines", "\u{fc} ", "two\nlines", "a,b"])
    #expect(read.columns[3] == .integers([1, 2, 3, 1, 1, 2]))
    guard case .reals(let scores) = read.columns[2] else { return #expect(Bool(false)) }
    #expect(scores.map(Float.init) == [3, 0.1, -2, 1e-7, 5, 0])
  }

  @Test("any number of threads writes the same bytes", arguments: BlockCompression.allCases)
  func threads(form: BlockCompression) throws {
    let (count, width) = (40_000, 8)
    var generator = NumpyGenerator(seed: 5)
    let lists = RankedLists(
      width: width,
      items: (0..<count * width).map { Int64($0 * 31 % 5003) },
      scores: (0..<count * width).map { _ in Float(generator.random()) },
      counts: (0..<count).map { Int32($0 % (width + 1)) }
    )
    let users = (0..<count).map { Int64($0) }
    let one = try Data(contentsOf: URL(fileURLWithPath: try write(form, users, [lists])))
    let four = try Data(contentsOf: URL(fileURLWithPath: try write(form, users, [lists], threads: 4)))
    #expect(one == four && one.count > 100_000)
  }

  @Test(
    "what cannot be written is an error that names the file, and leaves none",
    arguments: BlockCompression.allCases
  )
  func failing(form: BlockCompression) throws {
    let gone = files.path("gone/out.csv\(form.rawValue)")
    let full = files.path("full.csv\(form.rawValue)")
    try FileManager.default.createSymbolicLink(atPath: full, withDestinationPath: "/dev/full")
    for path in [gone, full] {
      let message = dataMessage {
        let sink = try CandidateSinks.open(
          path: path,
          columns: CandidateWriter.Columns(),
          userNames: nil,
          itemNames: nil,
          threads: 1
        )
        let list = RankedLists(width: 1, items: [4], scores: [1], counts: [1])
        try sink.write(users: [3], lists: list, sources: nil)
        try sink.close()
      }
      #expect(message.hasPrefix("\(path): cannot be written"), "\(message)")
    }
    #expect(!FileManager.default.fileExists(atPath: gone))
  }

  @Test("a name that promises another form is refused, and those of all forms are not")
  func names() {
    for form in BlockCompression.allCases {
      #expect(CandidateSinks.problem("candidates.csv\(form.rawValue)") == nil)
    }
    #expect(CandidateSinks.problem("candidates.parquet")?.contains(".csv.zst") == true)
  }
}
