import CZlib
import CZstd
import Clicks
import Tables
import Foundation
import TestSupport

/// A directory of its own for one test, gone with it.
package final class ClickFiles {
  private let scratch: ScratchFolder
  package var directory: URL { URL(fileURLWithPath: scratch.path) }

  package init() throws { scratch = try ScratchFolder() }

  package func path(_ name: String) -> String { directory.appending(path: name).path }

  /// Writes a file and returns its path.
  package func write(_ bytes: [UInt8], _ name: String = "clicks.csv") throws -> String {
    try Data(bytes).write(to: directory.appending(path: name))
    return path(name)
  }

  package func write(_ text: String, _ name: String = "clicks.csv") throws -> String {
    try write(Array(text.utf8), name)
  }

  /// A reader over a file that holds `text`, which messages call `clicks.csv`.
  package func reader(
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
package func dataMessage(_ body: () throws -> Void) -> String {
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
package func gzip(_ bytes: [UInt8]) -> [UInt8] {
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
package func zstandard(_ bytes: [UInt8]) -> [UInt8] {
  var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
  let count = ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
  return Array(output.prefix(count))
}
