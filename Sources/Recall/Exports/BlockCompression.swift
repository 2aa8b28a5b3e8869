import CZlib
import CZstd
import Clicks
import Tables

/// How a file is compressed that is written in blocks, each a member (gzip, RFC 1952) or a frame (Zstandard, RFC 8878) of
/// its own: what reads the format reads one behind the other.
package enum BlockCompression: String, CaseIterable, Sendable {
  case none = ""
  case gzip = ".gz"
  case zstandard = ".zst"

  /// What the ending of a file's name says.
  init(fileName: String) {
    self = Self.allCases.first { $0 != .none && fileName.lowercased().hasSuffix($0.rawValue) } ?? .none
  }

  /// The bytes of one block as they stand in the file.
  /// - Throws: `DataError` where there is not enough memory.
  func packed(_ bytes: [UInt8], name: String) throws -> [UInt8] {
    switch self {
    case .none: return bytes
    case .gzip: return try Self.gzip(bytes, name: name)
    case .zstandard:
      let room = ZSTD_compressBound(bytes.count)
      var size = 0
      let packed = [UInt8](unsafeUninitializedCapacity: room) { target, count in
        size = ZSTD_compress(target.baseAddress, room, bytes, bytes.count, 3)
        count = ZSTD_isError(size) == 0 ? size : 0
      }
      guard ZSTD_isError(size) == 0 else { throw DataError("cannot be compressed", file: name) }
      return packed
    }
  }

  private static func gzip(_ bytes: [UInt8], name: String) throws -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    let (level, memory) = (Int32(6), Int32(8))
    guard
      deflateInit2_(&stream, level, Z_DEFLATED, 15 + 16, memory, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        == Z_OK
    else { throw DataError("cannot be compressed: not enough memory", file: name) }
    defer { deflateEnd(&stream) }
    let room = Int(deflateBound(&stream, UInt(bytes.count)))
    var isDone = false
    let packed = bytes.withUnsafeBufferPointer { source in
      [UInt8](unsafeUninitializedCapacity: room) { target, count in
        stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(room)
        isDone = deflate(&stream, Z_FINISH) == Z_STREAM_END
        count = room - Int(stream.avail_out)
      }
    }
    guard isDone else { throw DataError("cannot be compressed", file: name) }
    return packed
  }
}
