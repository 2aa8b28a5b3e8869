import CZlib
import CZstd
import Glibc

/// Memory that grows while a compressed file is unpacked into it.
final class UnpackedBytes {
  private var start: UnsafeMutableRawPointer?
  private var capacity = 0
  private(set) var count = 0

  deinit { free(start) }

  /// The free room at the end, at least `minimum` bytes.
  func room(_ minimum: Int, name: String) throws -> UnsafeMutableRawBufferPointer {
    if capacity - count < minimum {
      // Growth by half: realloc moves large blocks by remapping pages, so little is copied.
      let larger = max(capacity + capacity / 2, count + minimum)
      guard let moved = realloc(start, larger) else {
        throw DataError("not enough memory to unpack it (\(larger) bytes)", file: name)
      }
      start = moved
      capacity = larger
    }
    return UnsafeMutableRawBufferPointer(start: start.map { $0 + count }, count: capacity - count)
  }

  /// Counts `added` more bytes as filled.
  func advance(_ added: Int) { count += added }

  /// Hands the bytes over to a caller, who frees them.
  func release() -> UnsafeRawBufferPointer {
    defer { start = nil }
    if count > 0, let smaller = realloc(start, count) { start = smaller }
    return UnsafeRawBufferPointer(start: start, count: count)
  }
}

extension FileBytes {
  /// Unpacks gzip data of one or several members (RFC 1952); zero bytes after the last one are padding.
  static func unpackGzip(_ input: UnsafeRawBufferPointer, name: String, limit: Int?) throws -> UnpackedBytes {
    let output = UnpackedBytes()
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else {
      throw DataError("zlib cannot start: not enough memory", file: name)
    }
    defer { inflateEnd(&stream) }
    var position = 0
    while true {
      let taken = min(input.count - position, 1 << 30)
      let room = try output.room(1 << 20, name: name)
      let offered = min(room.count, 1 << 30)
      stream.next_in = UnsafeMutablePointer(
        mutating: input.baseAddress.map { ($0 + position).assumingMemoryBound(to: UInt8.self) }
      )
      stream.avail_in = UInt32(taken)
      stream.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.avail_out = UInt32(offered)
      let code = inflate(&stream, Z_NO_FLUSH)
      position += taken - Int(stream.avail_in)
      output.advance(offered - Int(stream.avail_out))
      if let limit, output.count >= limit { return output }
      switch code {
      case Z_OK where position < input.count || stream.avail_out == 0: continue
      case Z_STREAM_END:
        guard input[position...].contains(where: { $0 != 0 }) else { return try nonEmpty(output, name: name) }
        guard inflateReset(&stream) == Z_OK else { throw DataError("corrupt gzip data", file: name) }
      case Z_OK, Z_BUF_ERROR:
        throw DataError("truncated gzip data: it ends after \(input.count) bytes, in the middle", file: name)
      default:
        let detail = stream.msg.map { String(cString: $0) } ?? "code \(code)"
        throw DataError("corrupt gzip data near byte \(position): \(detail)", file: name)
      }
    }
  }

  /// Unpacks Zstandard data of one or several frames (RFC 8878).
  static func unpackZstandard(
    _ input: UnsafeRawBufferPointer,
    name: String,
    limit: Int?
  ) throws -> UnpackedBytes {
    let output = UnpackedBytes()
    guard let stream = ZSTD_createDStream() else {
      throw DataError("zstd cannot start: not enough memory", file: name)
    }
    defer { ZSTD_freeDStream(stream) }
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    while true {
      let room = try output.room(1 << 20, name: name)
      var target = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
      let before = source.pos
      let code = ZSTD_decompressStream(stream, &target, &source)
      output.advance(target.pos)
      if ZSTD_isError(code) != 0 {
        let detail = String(cString: ZSTD_getErrorName(code))
        throw DataError("corrupt Zstandard data near byte \(source.pos): \(detail)", file: name)
      }
      if let limit, output.count >= limit { return output }
      let isAtEnd = source.pos == input.count
      if isAtEnd, code == 0 { return try nonEmpty(output, name: name) }
      // All input is taken and nothing more comes out, yet the frame is not complete.
      if isAtEnd, target.pos == 0, before == source.pos {
        throw DataError(
          "truncated Zstandard data: it ends after \(input.count) bytes, in the middle",
          file: name
        )
      }
    }
  }

  private static func nonEmpty(_ output: UnpackedBytes, name: String) throws -> UnpackedBytes {
    guard output.count > 0 else { throw DataError("the file is empty once unpacked", file: name) }
    return output
  }
}
