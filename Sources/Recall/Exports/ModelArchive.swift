import CZstd
import Files

/// A saved model as one file: its files as a tar archive (POSIX.1-1988 ustar), compressed by Zstandard, the manifest
/// first. `tar --zstd -xf` opens it.
package enum ModelArchive {
  /// What the name of such a file ends in.
  package static let ending = ".tar.zst"
  static let blockBytes = 512

  /// Packs the files of `folder`, which holds no folders, into the file at `path`: the same bytes for the same files.
  /// - Throws: `FileError`, `OutOfMemory`.
  package static func write(folder: String, to path: String) throws {
    let names = try FilePaths.list(folder)
    let ordered = names.filter { $0 == ModelManifest.file } + names.filter { $0 != ModelManifest.file }
    try AtomicFile.write(to: path) { file in
      let stream = try CompressionStream(file)
      for name in ordered {
        let mapped = try MappedFile(FilePaths.join(folder, name))
        try stream.write(try header(name, bytes: mapped.count, path: path))
        try mapped.withBytes { try stream.write($0) }
        let rest = mapped.count % blockBytes
        if rest > 0 { try stream.write([UInt8](repeating: 0, count: blockBytes - rest)) }
      }
      try stream.write([UInt8](repeating: 0, count: 2 * blockBytes))
      try stream.finish()
    }
  }

  /// The block that stands before a file: mode 644, nobody's, of no time.
  private static func header(_ name: String, bytes: Int, path: String) throws -> [UInt8] {
    let name = Array(name.utf8)
    guard name.count <= 100 else {
      throw FileError("cannot write", path, reason: "a file's name is too long for tar")
    }
    var block = [UInt8](repeating: 0, count: blockBytes)
    func put(_ text: [UInt8], at place: Int) { block.replaceSubrange(place..<place + text.count, with: text) }
    func octal(_ value: Int, _ digits: Int) -> [UInt8] {
      let text = String(value, radix: 8)
      return Array((String(repeating: "0", count: digits - text.utf8.count) + text).utf8)
    }
    put(name, at: 0)
    put(octal(0o644, 7), at: 100)
    put(octal(0, 7), at: 108)
    put(octal(0, 7), at: 116)
    if bytes < 1 << 33 {
      put(octal(bytes, 11), at: 124)
    } else {
      // GNU's form of sizes from 8 GiB on: the number in base 256, the first bit set.
      put(
        [0x80] + (0..<11).reversed().map { UInt8(truncatingIfNeeded: $0 < 8 ? bytes >> (8 * $0) : 0) },
        at: 124
      )
    }
    put(octal(0, 11), at: 136)
    put(Array("        ".utf8), at: 148)
    block[156] = UInt8(ascii: "0")
    put(Array("ustar\0".utf8) + Array("00".utf8), at: 257)
    put(octal(block.reduce(0) { $0 + Int($1) }, 6) + [0, 0x20], at: 148)
    return block
  }
}

/// Bytes that go through Zstandard into a file.
private final class CompressionStream {
  private let file: AtomicFile
  private let context: OpaquePointer
  private var room: [UInt8]

  init(_ file: AtomicFile) throws(OutOfMemory) {
    self.file = file
    room = [UInt8](repeating: 0, count: ZSTD_CStreamOutSize())
    guard let context = ZSTD_createCCtx() else { throw OutOfMemory("compression", byteCount: room.count) }
    self.context = context
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 3)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
  }

  deinit { ZSTD_freeCCtx(context) }

  func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }
  func write(_ bytes: UnsafeRawBufferPointer) throws { try run(bytes, ZSTD_e_continue) }
  func finish() throws { try run(UnsafeRawBufferPointer(start: nil, count: 0), ZSTD_e_end) }

  private func run(_ bytes: UnsafeRawBufferPointer, _ directive: ZSTD_EndDirective) throws {
    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    while true {
      let left = try room.withUnsafeMutableBytes { room in
        var output = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
        let left = ZSTD_compressStream2(context, &output, &input, directive)
        guard ZSTD_isError(left) == 0 else {
          throw FileError("cannot write", file.path, reason: String(cString: ZSTD_getErrorName(left)))
        }
        try file.append(UnsafeRawBufferPointer(rebasing: room[..<output.pos]))
        return left
      }
      if directive == ZSTD_e_end ? left == 0 : input.pos == input.size { return }
    }
  }
}
