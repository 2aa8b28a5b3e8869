import Files
import Foundation
import TestSupport
import Testing

/// Records that survive a kill.
@Suite("Record logs")
struct RecordLogTests {
  private let folder: ScratchFolder
  private let path: String

  init() throws {
    folder = try ScratchFolder()
    path = FilePaths.join(folder.path, "log")
  }

  /// Opens the log, gives all that it holds, and how much was cut off; the log is closed again.
  private func opened(appending records: [[UInt8]] = []) throws -> (records: [[UInt8]], cut: Int, size: Int) {
    var held: [[UInt8]] = []
    let log = try RecordLog(path, firstLine: "a log") { content, _ in held.append(Array(content)) }
    if !records.isEmpty { try log.append(records) }
    var again: [[UInt8]] = []
    try log.read { content, _ in again.append(Array(content)) }
    #expect(again == held + records)
    return (held, log.cutBytes, log.byteCount)
  }

  private func write(_ bytes: some Sequence<UInt8>) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  private static let records: [[UInt8]] = [[1, 2, 3], [], [UInt8](repeating: 7, count: 3_000_000), [9]]

  @Test("what was appended is there again, in order, also what is larger than one block of reading")
  func appended() throws {
    #expect(try opened(appending: Self.records) == ([], 0, 6 + 4 * 16 + 3_000_004))
    #expect(try opened(appending: [[4]]).records == Self.records)
    #expect(try opened().records == Self.records + [[4]])
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(bytes.prefix(6) == Data("a log\n".utf8))
    // Length, then 12 bytes of checksums, then the content.
    #expect(bytes[6..<10] == Data([3, 0, 0, 0]) && bytes[22..<25] == Data([1, 2, 3]))
  }

  @Test("wherever a kill cut the last record off, the others are there, and it is cut off and said")
  func torn() throws {
    _ = try opened(appending: [[1, 2, 3], [4, 5, 6, 7]])
    let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    let second = 6 + 16 + 3
    for size in second..<whole.count {
      try write(whole[..<size])
      let (records, cut, end) = try opened(appending: [[8]])
      #expect(records == [[1, 2, 3]] && cut == size - second && end == second + 17, "\(size)")
      #expect(try opened().records == [[1, 2, 3], [8]])
    }
    // A file that was longer than what was written when the power went.
    try write(whole + [UInt8](repeating: 0, count: 5_000))
    #expect(try opened() == ([[1, 2, 3], [4, 5, 6, 7]], 5_000, whole.count))
    for size in 0..<6 {
      try write(whole[..<size])
      #expect(try opened() == ([], 0, 6))
    }
  }

  @Test("any other byte that is not what was written is an error that says where")
  func damaged() throws {
    _ = try opened(appending: [[1, 2, 3], [4, 5, 6, 7]])
    let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    for place in 6..<whole.count {
      var damaged = whole
      damaged[place] ^= 0x40
      try write(damaged)
      let offset = place < 25 ? 6 : 25
      let error = #expect(throws: FileError.self, "\(place)") { try opened() }
      #expect(
        error?.reason.contains("the record at byte \(offset) is not what was written") == true,
        "\(place)"
      )
      #expect(Array(try Data(contentsOf: URL(fileURLWithPath: path))) == damaged)
    }
    try write(Array("something else".utf8))
    #expect(throws: FileError("cannot use", path, reason: "it does not begin with 'a log'")) { try opened() }
  }

  @Test("a second process, or a second log in this one, is told that it is in use")
  func inUse() throws {
    let log = try RecordLog(path, firstLine: "a log") { _, _ in }
    #expect(throws: FileError("cannot open", path, reason: "another process uses it")) { try opened() }
    try log.append([[1]])
  }
}
