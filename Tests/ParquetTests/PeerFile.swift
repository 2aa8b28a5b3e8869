import Foundation
import Memory
import Parquet
import TestSupport
import Testing

@testable import Tables

/// What the writer of a file reads of it: for every column its values, each a text, nothing, or a list of these.
struct PeerFile {
  enum Cell: Equatable, CustomStringConvertible {
    case null
    case text(String)
    case list([Cell])

    var description: String {
      switch self {
      case .null: "null"
      case .text(let text): "'\(text)'"
      case .list(let cells): "\(cells)"
      }
    }

    init(json: Any) {
      switch json {
      case let list as [Any]: self = .list(list.map(Cell.init(json:)))
      case let text as String: self = .text(text)
      default: self = .null
      }
    }

    /// Whether both are the same; floats may be written with more or fewer digits.
    func matches(_ other: Cell, _ type: PhysicalType, _ meaning: LogicalType) -> Bool {
      switch (self, other) {
      case (.null, .null): return true
      // Where a row is a value, one that is not a number is none.
      case (.text("nan"), .null), (.null, .text("nan")):
        return type == .double || type == .float || meaning == .float16
      case (.list(let a), .list(let b)):
        return a.count == b.count && zip(a, b).allSatisfy { $0.matches($1, type, meaning) }
      case (.text(let a), .text(let b)):
        if a == b { return true }
        if type == .double { return Double(a)?.bitPattern == Double(b)?.bitPattern }
        if type == .float || meaning == .float16 {
          return Double(a).map { Float($0) }?.bitPattern == Double(b).map { Float($0) }?.bitPattern
        }
        // A fraction may end in zeros.
        guard a.contains("."), meaning != .text else { return false }
        let (long, short) = a.count > b.count ? (a, b) : (b, a)
        return long.hasPrefix(short) && long.dropFirst(short.count).allSatisfy { ".0".contains($0) }
      default: return false
      }
    }
  }

  let columns: [(name: String, cells: [Cell])]

  init(_ path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    columns = (object?["columns"] as? [[String: Any]] ?? []).map { column in
      (column["name"] as? String ?? "", (column["values"] as? [Any] ?? []).map(Cell.init(json:)))
    }
  }

  /// What we read of the file at `path`.
  static func ours(_ path: String, threads: Int = 1) throws -> [(leaf: ParquetLeaf, cells: [Cell])] {
    let file = try ParquetFile(path: path)
    let columns = try file.read(Array(file.leaves.indices), threads: Threads(threads))
    return zip(file.leaves, columns).map { leaf, column in (leaf, cells(ParquetFields(column))) }
  }

  private static func cells(_ fields: ParquetFields) -> [Cell] {
    func cell(_ slot: Int) -> Cell { fields.isNull(slot: slot) ? .null : .text(fields.text(slot)) }
    guard let lengths = fields.lengths else { return (0..<fields.rows).map(cell) }
    var slot = 0
    return lengths.map { length in
      guard length >= 0 else { return .null }
      defer { slot += Int(length) }
      return .list((slot..<slot + Int(length)).map(cell))
    }
  }

  /// Where the columns of the file at `path` differ from those that its writer reads; nothing where they do not.
  static func differences(_ path: String) throws -> [String] {
    let expected = try PeerFile(path + ".json").columns
    let found = try ours(path)
    guard expected.map(\.name) == found.map(\.leaf.name) else {
      return ["the columns are \(found.map(\.leaf.name)), expected \(expected.map(\.name))"]
    }
    return zip(expected, found).compactMap { expected, found in
      guard expected.cells.count == found.cells.count else {
        return "\(expected.name) has \(found.cells.count) rows, expected \(expected.cells.count)"
      }
      let row = expected.cells.indices.first {
        !found.cells[$0].matches(expected.cells[$0], found.leaf.type, found.leaf.meaning)
      }
      return row.map { "\(expected.name), row \($0): \(found.cells[$0]), expected \(expected.cells[$0])" }
    }
  }
}

/// Python with the libraries that write and read Parquet.
enum ParquetPeers {
  static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "peers.py")
    .path

  /// The Python that has them: `TOWERBOOK_PYTHON`, else `python3`; nil where neither does.
  static let python: String? = {
    let named = ProcessInfo.processInfo.environment["TOWERBOOK_PYTHON"].map { [$0] } ?? []
    return (named + ["python3"]).first {
      (try? run($0, ["-c", "import duckdb, polars, pyarrow.parquet"])) != nil
    }
  }()

  /// What the program writes to standard output.
  @discardableResult
  static func run(_ python: String, _ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    return data
  }
}
