import ClickFixtures
import Memory
import Foundation
import Testing

@testable import Clicks
@testable import Tables
@testable import Recall

@Suite("Writing candidates")
struct DataWriterTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private func written(
    _ users: [Int64],
    _ lists: RankedLists,
    columns: CandidateWriter.Columns = .init(),
    userNames: [String]? = nil,
    itemNames: [String]? = nil,
    threads: Int = 1
  ) throws -> String {
    let path = files.path("out.csv")
    let writer = try CandidateWriter(
      path: path,
      columns: columns,
      userNames: userNames,
      itemNames: itemNames,
      threads: threads
    )
    try writer.write(users: users, lists: lists)
    try writer.close()
    return try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test("rows carry user, item, score and rank; short and empty lists give fewer rows")
  func rows() throws {
    let lists = RankedLists(
      width: 2,
      items: [10, -20, 30, 0, 0, 0],
      scores: [0.5, -1.25, 3, 0, 0, 0],
      counts: [2, 1, 0]
    )
    let expected =
      "user_id,article_id,recall_score,recall_rank\n7,10,0.5,1\n7,-20,-1.25,2\n9223372036854775807,30,3,1\n"
    for threads in [1, 2] {
      #expect(try written([7, Int64.max, 1], lists, threads: threads) == expected)
    }
  }

  @Test(
    "a name that ends in .gz or .zst gets a file that unpacks to the same text, for any number of threads"
  )
  func compressed() throws {
    let users = (0..<3_000).map(Int64.init)
    let lists = RankedLists(
      width: 40,
      items: users.flatMap { user in (0..<40).map { user * 7 % 100 + Int64($0) } },
      scores: users.flatMap { user in (0..<40).map { Float(user) / Float($0 + 1) } },
      counts: users.map { $0 % 3 == 0 ? 40 : 11 }
    )
    let plain = try written(users, lists)
    for ending in ["gz", "zst"] {
      let packed = try [1, 3].map { threads in
        let path = files.path("out\(threads).csv.\(ending)")
        let writer = try CandidateWriter(path: path, threads: threads)
        try writer.write(users: users, lists: lists)
        try writer.close()
        return path
      }
      let bytes = try packed.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
      #expect(bytes[0] == bytes[1] && bytes[0].count < plain.utf8.count / 2)
      let file = try FileBytes.open(path: packed[0], name: packed[0])
      #expect(String(decoding: file.bytes, as: UTF8.self) == plain)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = [ending == "gz" ? "gzip" : "zstd", "-dkqf", packed[0]]
      try process.run()
      process.waitUntilExit()
      if process.terminationStatus == 127 { continue }  // no such program here
      #expect(
        try String(contentsOfFile: String(packed[0].dropLast(ending.count + 1)), encoding: .utf8) == plain
      )
    }
  }

  @Test("merged candidates name their sources")
  func sources() throws {
    let path = files.path("merged.csv")
    let lists = RankedLists(width: 2, items: [10, 20, 30, 0], scores: [3, 2, 1, 0], counts: [2, 1])
    let writer = try CandidateWriter(path: path, columns: .init(source: "recall_source"))
    try writer.write(users: [7, 8], lists: lists, sources: [3, 15, 4, 0])
    try writer.close()
    let expected = """
      user_id,article_id,recall_score,recall_rank,recall_source
      7,10,3,1,two_tower+item_cf
      7,20,2,2,two_tower+item_cf+popularity+recent_popularity
      8,30,1,1,popularity

      """
    #expect(try String(contentsOfFile: path, encoding: .utf8) == expected)
  }

  @Test("names are quoted where CSV needs it, and read back the same")
  func names() throws {
    let lists = RankedLists(width: 2, items: [0, 1, 2, 3], scores: [1, 2, 3, 4])
    let names = ["plain", "a,b", "say \"x\"", "two\nlines"]
    let text = try written(
      [0, 1],
      lists,
      columns: .init(user: "user", item: "item, id", score: "s", rank: "r"),
      userNames: ["", "ö"],
      itemNames: names
    )
    let expected = """
      user,"item, id",s,r
      "",plain,1,1
      "","a,b",2,2
      ö,"say ""x\""",3,1
      ö,"two
      lines",4,2

      """
    #expect(text == expected)
    let reader = try files.reader(text)
    let rows = try reader.read([ColumnRequest(.name("item, id"), as: .name)])
    guard case .names(let codes, let sorted) = rows.columns[0] else { return }
    #expect(codes.map { sorted[Int($0)] } == names)
  }

  @Test("every score reads back as the same Float32, from a Double too")
  func scores() throws {
    var random = SplitMix(seed: 1, stream: 0)
    var values: [Float] = [
      0, -0.0, 1, 0.1, 0.99999994, 1.0000001, 9.999999, 99999.99, 16_777_216, 123_456_792, 999_999_936, 1e9,
      1e-5, 9.999999e-6, 1e-30, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 0.33333334, -0.052631579,
    ]
    for _ in 0..<20_000 { values.append(Float(random.unit() * 2 - 1)) }
    for _ in 0..<20_000 { values.append(Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))) }
    for power in -17...30 {
      let two = Float(sign: .plus, exponent: power, significand: 1)
      values += [two, two.nextUp, two.nextDown]
    }
    var memory = [UInt8](repeating: 0, count: longestFloat)
    for value in values where value.isFinite {
      let count = memory.withUnsafeMutableBufferPointer { buffer in
        buffer.baseAddress.map { appendFloat(value, to: $0) } ?? 0
      }
      let text = String(decoding: memory.prefix(count), as: UTF8.self)
      #expect(Float(text) == value, "\(text)")
      #expect(Double(text).map { Float($0) } == value, "\(text)")
      let digits = text.utf8.count { $0 >= 0x30 && $0 <= 0x39 }
      #expect(digits <= 14, "\(text)")
    }
    let special = try written([1], RankedLists(width: 2, items: [1, 2], scores: [.nan, -.infinity]))
    #expect(special.hasSuffix("1,1,nan,1\n1,2,-inf,2\n"))
  }

  @Test("many blocks come out in order for any number of threads")
  func blocks() throws {
    let users = (0..<3000).map { Int64($0) }
    let items = (0..<3000 * 50).map { Int64($0 * 7919 % 100_003) }
    let lists = RankedLists(width: 50, items: items, scores: items.map { Float($0) / 7 })
    let one = try written(users, lists)
    #expect(try written(users, lists, threads: 3) == one)
    let lines = one.utf8.count { $0 == lineFeed }
    #expect(lines == 150_001)
  }

  @Test("a full disk, a missing directory and a closed descriptor are reported")
  func failures() throws {
    let lists = RankedLists(width: 1, items: [1], scores: [1])
    if FileManager.default.fileExists(atPath: "/dev/full") {
      #expect(
        dataMessage { _ = try CandidateWriter(path: "/dev/full") }
          == "/dev/full: cannot be written after 0 rows: No space left on device"
      )
    }
    let path = files.path("none/out.csv")
    #expect(
      dataMessage { _ = try CandidateWriter(path: path) }
        == "\(path): cannot be written: No such file or directory"
    )
    let readOnly = open(try files.write("x"), O_RDONLY)
    defer { close(readOnly) }
    #expect(
      dataMessage {
        let writer = try CandidateWriter(descriptor: readOnly, name: "out.csv")
        try writer.write(users: [1], lists: lists)
      } == "out.csv: cannot be written after 0 rows: Bad file descriptor"
    )
  }
}
