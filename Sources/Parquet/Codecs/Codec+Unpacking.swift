import CBrotli
import CLZ4
import CSnappy
import CZlib
import CZstd

extension Codec {
  /// Unpacks `packed` into `output`, which it has to fill to the last byte.
  /// - Throws: ``ParquetError`` where it makes more or fewer bytes, or is damaged, or the codec is not read.
  func unpack(_ packed: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws {
    // Some writers compress nothing to nothing.
    if output.isEmpty && packed.isEmpty { return }
    let isWhole: Bool
    switch self {
    case .uncompressed:
      isWhole = packed.count == output.count
      if isWhole { output.copyMemory(from: packed) }
    case .snappy: isWhole = Self.snappy(packed, output)
    case .gzip: isWhole = Self.gzip(packed, output)
    case .zstd:
      let size = ZSTD_decompress(output.baseAddress, output.count, packed.baseAddress, packed.count)
      isWhole = ZSTD_isError(size) == 0 && size == output.count
    case .brotli: isWhole = Self.brotli(packed, output)
    case .lz4Raw: isWhole = Self.lz4(packed[...], output[...])
    case .lz4: isWhole = Self.hadoopLZ4(packed, output) || Self.lz4(packed[...], output[...])
    case .lzo:
      throw ParquetError("it is compressed with LZO, which is not read; write it with zstd or snappy")
    }
    guard isWhole else {
      throw ParquetError(
        "\(packed.count) bytes of a page are no \(self) data that unpack to the \(output.count) bytes that its head says"
      )
    }
  }

  private static func snappy(
    _ packed: UnsafeRawBufferPointer,
    _ output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let source = packed.bindMemory(to: CChar.self)
    var size = 0
    guard snappy_uncompressed_length(source.baseAddress, source.count, &size) == SNAPPY_OK,
      size == output.count
    else { return false }
    let target = output.bindMemory(to: CChar.self).baseAddress
    return snappy_uncompress(source.baseAddress, source.count, target, &size) == SNAPPY_OK
      && size == output.count
  }

  /// One member or several (RFC 1952), or a zlib stream.
  private static func gzip(
    _ packed: UnsafeRawBufferPointer,
    _ output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    var stream = z_stream()
    guard inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      return false
    }
    defer { inflateEnd(&stream) }
    let source = packed.bindMemory(to: UInt8.self)
    let target = output.bindMemory(to: UInt8.self)
    stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
    stream.avail_in = UInt32(source.count)
    stream.next_out = target.baseAddress
    stream.avail_out = UInt32(target.count)
    while inflate(&stream, Z_FINISH) == Z_STREAM_END {
      if stream.avail_in == 0 { return stream.avail_out == 0 }
      guard inflateReset(&stream) == Z_OK else { return false }
    }
    return false
  }

  private static func brotli(
    _ packed: UnsafeRawBufferPointer,
    _ output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    var size = output.count
    let source = packed.bindMemory(to: UInt8.self).baseAddress
    let target = output.bindMemory(to: UInt8.self).baseAddress
    return BrotliDecoderDecompress(packed.count, source, &size, target) == BROTLI_DECODER_RESULT_SUCCESS
      && size == output.count
  }

  private static func lz4(
    _ packed: Slice<UnsafeRawBufferPointer>,
    _ output: Slice<UnsafeMutableRawBufferPointer>
  ) -> Bool {
    let source = UnsafeRawBufferPointer(rebasing: packed).bindMemory(to: CChar.self)
    let target = UnsafeMutableRawBufferPointer(rebasing: output).bindMemory(to: CChar.self)
    // LZ4 writes nothing of an empty output, and takes no pointer to nothing.
    guard let start = source.baseAddress, let end = target.baseAddress else { return false }
    return LZ4_decompress_safe(start, end, Int32(source.count), Int32(target.count)) == Int32(target.count)
  }

  /// Blocks as Hadoop frames them: both sizes as 32-bit numbers, the high byte first, then the block.
  private static func hadoopLZ4(
    _ packed: UnsafeRawBufferPointer,
    _ output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    var (from, to) = (0, 0)
    while packed.count - from >= 8 {
      let size = Int(UInt32(bigEndian: packed.loadUnaligned(fromByteOffset: from, as: UInt32.self)))
      let length = Int(UInt32(bigEndian: packed.loadUnaligned(fromByteOffset: from + 4, as: UInt32.self)))
      from += 8
      guard size <= output.count - to, length <= packed.count - from,
        lz4(packed[from..<from + length], output[to..<to + size])
      else { return false }
      from += length
      to += size
    }
    return from == packed.count && to == output.count
  }
}
