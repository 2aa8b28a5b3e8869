import CZlib
import CZstd
import Foundation
import TestSupport
import Testing

@testable import Clicks
@testable import Recall
@testable import Steps

/// A directory of its own for one test, gone with it.
final class DataTestFiles {
  private let scratch: ScratchFolder
  var directory: URL { URL(fileURLWithPath: scratch.path) }

  init() throws { scratch = try ScratchFolder() }

  func path(_ name: String) -> String { directory.appending(path: name).path }

  /// Writes a file and returns its path.
  func write(_ bytes: [UInt8], _ name: String = "clicks.csv") throws -> String {
    try Data(bytes).write(to: directory.appending(path: name))
    return path(name)
  }

  func write(_ text: String, _ name: String = "clicks.csv") throws -> String {
    try write(Array(text.utf8), name)
  }

  /// A reader over a file that holds `text`, which messages call `clicks.csv`.
  func reader(
    _ text: String,
    _ format: DelimitedFormat = DelimitedFormat(),
    threads: Int = 1,
    pieceBytes: Int = 1 << 20
  ) throws -> DelimitedReader {
    try DelimitedReader(
      path: write(text),
      name: "clicks.csv",
      format: format,
      threads: threads,
      pieceBytes: pieceBytes
    )
  }
}

/// The message of the `DataError` that `body` throws, or a text that says that it did not.
func dataMessage(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "(no error)"
  } catch let error as DataError {
    return error.description
  } catch {
    return "(another error: \(error))"
  }
}

/// `bytes` as one gzip member.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream,
    6,
    Z_DEFLATED,
    15 + 16,
    8,
    Z_DEFAULT_STRATEGY,
    ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size)
  )
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count * 2 + 1000)
  let room = output.count
  input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(room)
      deflate(&stream, Z_FINISH)
    }
  }
  return Array(output.prefix(room - Int(stream.avail_out)))
}

/// `bytes` as one Zstandard frame.
func zstandard(_ bytes: [UInt8]) -> [UInt8] {
  var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
  let count = ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
  return Array(output.prefix(count))
}

/// `../shared` beside the repository: golden values and the real clicks.
enum SharedFiles {
  static let directory: URL? = {
    if let path = ProcessInfo.processInfo.environment["TOWERBOOK_SHARED"] {
      return URL(fileURLWithPath: path, isDirectory: true)
    }
    var place = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while place.path != "/" {
      let shared = place.appending(path: "shared")
      if FileManager.default.fileExists(atPath: shared.appending(path: "golden").path) { return shared }
      place.deleteLastPathComponent()
    }
    return nil
  }()

  static func has(_ path: String) -> Bool {
    guard let directory else { return false }
    return FileManager.default.fileExists(atPath: directory.appending(path: path).path)
  }

  static func path(_ path: String) throws -> String {
    try #require(directory).appending(path: path).path
  }

  static func json(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: Self.path(path)))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// The numbers of an `.npy` file of 64-bit integers.
  static func int64(_ path: String) throws -> [Int64] {
    let data = try Data(contentsOf: URL(fileURLWithPath: Self.path(path)))
    let start = 10 + Int(data[8]) + Int(data[9]) << 8
    return data[start...].withUnsafeBytes { bytes in
      (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self) }
    }
  }
}
