import ClickFixtures
import Foundation
import Memory
import Testing

@testable import Clicks
import Tables
@testable import Recall

/// The forms that `CandidateSinks` writes.
enum CandidateForm: String, CaseIterable {
  case text = ".csv"
  case gzip = ".csv.gz"
  case zstandard = ".csv.zst"
  case parquet = ".parquet"
}

/// What every form of candidates holds to; which it is, the ending of the file's name says.
@Suite("Candidate sinks: the contract of all forms")
struct CandidateSinkContractTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  /// Writes lists in two portions and gives the path.
  private func write(
    _ form: CandidateForm,
    _ users: [Int64],
    _ lists: [RankedLists],
    names: (users: [String]?, items: [String]?) = (nil, nil),
    threads: Int = 1
  ) throws -> String {
    let path = files.path("out\(threads)\(form.rawValue)")
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
    arguments: CandidateForm.allCases
  )
  func readBack(form: CandidateForm) throws {
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

  @Test("any number of threads writes the same bytes", arguments: CandidateForm.allCases)
  func threads(form: CandidateForm) throws {
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
    arguments: CandidateForm.allCases
  )
  func failing(form: CandidateForm) throws {
    let gone = files.path("gone/out\(form.rawValue)")
    let full = files.path("full\(form.rawValue)")
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
    for form in CandidateForm.allCases {
      #expect(CandidateSinks.problem("candidates\(form.rawValue)") == nil)
    }
    #expect(CandidateSinks.problem("candidates.orc")?.contains(".csv.zst or .parquet") == true)
    #expect(CandidateSinks.problem("candidates.parquet.gz")?.contains("not as .parquet.gz") == true)
  }

  @Test("Parquet has ids as numbers where they are, sources as text, and the same bytes for any portions")
  func parquet() throws {
    let lists = RankedLists(width: 2, items: [5, 6, 7, 0], scores: [2, 1, 0.5, 0], counts: [2, 1])
    func written(_ portions: [Range<Int>], _ name: String) throws -> String {
      let path = files.path(name)
      let columns = CandidateWriter.Columns(user: "user", source: "from")
      let sink = try CandidateSinks.open(
        path: path,
        columns: columns,
        userNames: ["a"],
        itemNames: nil,
        threads: 2
      )
      for part in portions {
        let items = Array(lists.items[(part.lowerBound * 2)..<(part.upperBound * 2)])
        let scores = Array(lists.scores[(part.lowerBound * 2)..<(part.upperBound * 2)])
        let counts = Array(lists.counts[part])
        try sink.write(
          users: Array([0, 12][part]),
          lists: RankedLists(width: 2, items: items, scores: scores, counts: counts),
          sources: [UInt8](repeating: 1, count: items.count)
        )
      }
      try sink.close()
      return path
    }
    let path = try written([0..<2], "one.parquet")
    let read = try TableReaders.open(path: path).read(
      [.identifier, .identifier, .real, .integer, .name].enumerated().map {
        ColumnRequest(.number($0 + 1), as: $1)
      }
    )
    // A key without a name is written as digits.
    #expect(read.columns[0] == .names(codes: [1, 1, 0], names: ["12", "a"]))
    #expect(read.columns[1] == .integers([5, 6, 7]) && read.columns[2] == .reals([2, 1, 0.5]))
    #expect(read.columns[3] == .integers([1, 2, 1]))
    #expect(read.columns[4] == .names(codes: [0, 0, 0], names: [CandidateSource.setNames[1]]))
    let other = try written([0..<1, 1..<2], "two.parquet")
    #expect(FileManager.default.contentsEqual(atPath: path, andPath: other))
    let message = dataMessage {
      let columns = CandidateWriter.Columns(user: "recall_rank")
      _ = try CandidateSinks.open(path: path, columns: columns, userNames: nil, itemNames: nil, threads: 1)
    }
    #expect(
      message.hasSuffix("cannot be written: two columns would be called 'recall_rank'; as CSV they can")
    )
  }
}
