import Files
import Tables

/// Writes labels and numbers in the LibSVM form, `1 0:2.5 1:nan`, with columns counted from 0 and a missing number as `nan`;
/// and beside it: `.group` for XGBoost and `.query` for LightGBM, how many rows each request has, one a line, and `.names`,
/// what the columns are called.
final class GroupSampleWriter: SampleSink {
  /// What the files beside it end in.
  static let companions = [".group", ".query", ".names"]

  private let output: CandidateOutput
  private let groups: [CandidateOutput]
  private var rows = 0
  /// The request of the last rows, and how many it has so far.
  private var open: (request: Int32, rows: Int)?

  init(_ name: String, _ schema: RankingSamples.Schema, path: (String) throws -> String) throws {
    output = try CandidateOutput(path: try path(name))
    groups = try Self.companions.prefix(2).map { try CandidateOutput(path: try path(name + $0)) }
    try AtomicFile.write(
      schema.allNumbers.map { $0 + "\n" }.joined(),
      to: try path(name + Self.companions[2])
    )
  }

  func write(_ samples: RankingSamples) throws {
    var bytes: [UInt8] = []
    var counts: [UInt8] = []
    var digits = NumberBytes()
    for row in 0..<samples.count {
      if let last = open, last.request == samples.requests[row] {
        open = (last.request, last.rows + 1)
      } else {
        if let last = open { counts += "\(last.rows)\n".utf8 }
        open = (samples.requests[row], 1)
      }
      bytes += String(samples.labels[row]).utf8
      for (place, column) in samples.numbers.enumerated() {
        bytes += " \(place):".utf8
        if column[row].isNaN { bytes += "nan".utf8 } else { digits.append(column[row], to: &bytes) }
      }
      for (place, column) in samples.columns.enumerated() {
        bytes += " \(samples.numbers.count + place):\(column.text(row) ?? "nan")".utf8
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    try bytes.withUnsafeBytes { try output.write($0, afterRows: rows) }
    rows += samples.count
    try put(counts)
  }

  func close() throws {
    if let last = open { try put(Array("\(last.rows)\n".utf8)) }
    open = nil
    for file in [output] + groups { try file.close() }
  }

  private func put(_ counts: [UInt8]) throws {
    for file in groups { try counts.withUnsafeBytes { try file.write($0, afterRows: rows) } }
  }
}
