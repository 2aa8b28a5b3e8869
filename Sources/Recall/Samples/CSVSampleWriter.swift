import Clicks
import Files
import Tables

/// Writes samples as CSV, compressed where the file's name says so; a number that is missing is an empty field.
final class CSVSampleWriter: SampleSink {
  private let output: CandidateOutput
  private let compression: BlockCompression
  private let schema: RankingSamples.Schema
  private let log: ClickLog
  private var rows = 0

  init(path: String, _ schema: RankingSamples.Schema, _ log: ClickLog) throws {
    (self.schema, self.log) = (schema, log)
    output = try CandidateOutput(path: path)
    compression = BlockCompression(fileName: path)
    let header = schema.names.map { CSVField.quoted($0, quotesEmpty: true) }.joined(separator: ",")
    try put(Array((header + "\n").utf8))
  }

  func write(_ samples: RankingSamples) throws {
    let sources = CandidateSource.setNames
    var bytes: [UInt8] = []
    var digits = NumberBytes()
    for row in 0..<samples.count {
      bytes += String(samples.requests[row]).utf8
      func field(_ text: String) {
        bytes.append(UInt8(ascii: ","))
        bytes += CSVField.quoted(text).utf8
      }
      field(log.userID(samples.users[row]))
      field(log.itemID(samples.items[row]))
      if schema.hasTimes { field(String(samples.times[row])) }
      field(String(samples.labels[row]))
      field(samples.kinds[row].rawValue)
      if schema.hasSources { field(sources[Int(samples.sources[row])]) }
      for column in samples.numbers {
        bytes.append(UInt8(ascii: ","))
        if !column[row].isNaN { digits.append(column[row], to: &bytes) }
      }
      for column in samples.columns {
        bytes.append(UInt8(ascii: ","))
        bytes += (column.text(row) ?? "").utf8
      }
      for column in samples.texts { field(column[row]) }
      bytes.append(UInt8(ascii: "\n"))
    }
    guard !bytes.isEmpty else { return }
    try put(bytes)
    rows += samples.count
  }

  func close() throws { try output.close() }

  private func put(_ bytes: [UInt8]) throws {
    try compression.packed(bytes, name: output.name).withUnsafeBytes { try output.write($0, afterRows: rows) }
  }
}

extension RankingSamples.Numbers {
  /// The number of a row as text that reads back as the same; nil where there is none.
  func text(_ row: Int) -> String? {
    switch self {
    case .integers(let values): values[row].map { "\($0)" }
    case .reals(let values):
      values[row].isNaN ? nil : Int64(exactly: values[row]).map { "\($0)" } ?? "\(values[row])"
    }
  }
}

/// Numbers as text that reads back as the same Float32.
struct NumberBytes {
  private var room = [UInt8](repeating: 0, count: longestFloat)

  mutating func append(_ value: Float, to bytes: inout [UInt8]) {
    let count = room.withUnsafeMutableBufferPointer { room in
      room.baseAddress.map { appendFloat(value, to: $0) } ?? 0
    }
    bytes += room[..<count]
  }
}
