import CZstd
import Files
import Glibc

/// A saved model that came as one file, unpacked into a folder for temporary files; gone with this object.
final class UnpackedModel {
  private let staging: StagingFolder
  /// The folder that holds the files.
  var folder: String { staging.path }

  /// Unpacks the archive at `path`.
  /// - Throws: `SavedModelFailure` where it is none or damaged; `FileError` where it cannot be read or unpacked.
  init(archive path: String) throws {
    let parent = FilePaths.join(
      ProcessEnvironment.variables["TMPDIR"] ?? "/tmp",
      "towerbook-models-\(getuid())"
    )
    // What a process left that was killed.
    Leftovers.remove(in: parent)
    staging = try StagingFolder(in: parent)
    // It may hold who clicked what.
    guard chmod(staging.path, 0o700) == 0 else { throw FileError("cannot set permissions of", staging.path) }
    try Self.unpack(path, into: staging.path)
  }

  private static func unpack(_ path: String, into folder: String) throws {
    let stream = try ExpansionStream(path)
    func damaged(_ what: String) -> SavedModelFailure {
      SavedModelFailure("'\(path)' is no saved model as one file, or damaged: \(what)")
    }
    var seen: Set<String> = []
    while true {
      guard let block = try stream.read(ModelArchive.blockBytes) else { throw damaged("it ends early") }
      if block.allSatisfy({ $0 == 0 }) {
        // The checksum stands behind the last byte.
        guard try stream.finish() else { throw damaged("it ends early") }
        return
      }
      let name = String(decoding: block[..<100].prefix { $0 != 0 }, as: UTF8.self)
      guard let size = Self.size(block[124..<136]), Self.isSound(block) else {
        throw damaged("what stands before a file in it is no header")
      }
      // Folders and the like, which other programs pack too, hold nothing.
      guard block[156] == UInt8(ascii: "0") || block[156] == 0 else {
        guard size == 0 else { throw damaged("it holds something that is neither file nor folder") }
        continue
      }
      let plain = name.hasPrefix("./") ? String(name.dropFirst(2)) : name
      let file = plain.split(separator: "/").last.map(String.init) ?? ""
      guard !file.isEmpty, file != "..", file != ".", seen.insert(file).inserted else {
        throw damaged("it holds a file called '\(name)'")
      }
      try AtomicFile.write(to: FilePaths.join(folder, file)) { output in
        guard try stream.copy(size, to: output) else { throw damaged("'\(name)' ends early") }
      }
      let rest = (ModelArchive.blockBytes - size % ModelArchive.blockBytes) % ModelArchive.blockBytes
      let padding = rest == 0 ? [] : try stream.read(rest)
      guard padding != nil else { throw damaged("it ends early") }
    }
  }

  /// Octal digits, or GNU's number in base 256.
  private static func size(_ field: ArraySlice<UInt8>) -> Int? {
    guard let first = field.first else { return nil }
    if first == 0x80 {
      return field.dropFirst().reduce(Int?.some(0)) { sum, byte in
        sum.flatMap { $0 < 1 << 50 ? $0 << 8 | Int(byte) : nil }
      }
    }
    let digits = field.prefix { $0 != 0 && $0 != 0x20 }
    return Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }

  /// Whether the sum of its bytes is the one that it says.
  private static func isSound(_ block: [UInt8]) -> Bool {
    let sum = block.enumerated().reduce(0) { $0 + (148..<156 ~= $1.offset ? 0x20 : Int($1.element)) }
    let digits = block[148..<156].drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
    return Int(String(decoding: digits, as: UTF8.self), radix: 8) == sum
  }
}

/// The bytes of a file that Zstandard compressed, in order.
private final class ExpansionStream {
  private let file: MappedFile
  private let context: OpaquePointer
  private var place = 0
  private var room: [UInt8]
  private var ready = 0..<0
  /// Whether more may come of what was taken already.
  private var isHeldBack = false
  /// Whether a frame was begun and not ended.
  private var isWithin = true

  init(_ path: String) throws {
    file = try MappedFile(path)
    room = [UInt8](repeating: 0, count: ZSTD_DStreamOutSize())
    guard let context = ZSTD_createDCtx() else { throw OutOfMemory("decompression", byteCount: room.count) }
    self.context = context
  }

  deinit { ZSTD_freeDCtx(context) }

  /// The next `count` bytes; nil where there are not so many.
  func read(_ count: Int) throws -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < count {
      guard try fill() else { return nil }
      let taken = ready.prefix(count - bytes.count)
      bytes += room[taken]
      ready = taken.upperBound..<ready.upperBound
    }
    return bytes
  }

  /// Copies the next `count` bytes; false where there are not so many.
  func copy(_ count: Int, to output: AtomicFile) throws -> Bool {
    var left = count
    while left > 0 {
      guard try fill() else { return false }
      let taken = ready.prefix(left)
      try room.withUnsafeBytes { try output.append(UnsafeRawBufferPointer(rebasing: $0[taken])) }
      ready = taken.upperBound..<ready.upperBound
      left -= taken.count
    }
    return true
  }

  /// Takes what is left; false where it ends early.
  func finish() throws -> Bool {
    while try fill() { ready = 0..<0 }
    return !isWithin
  }

  /// Sees to it that some bytes are ready; false at the end.
  private func fill() throws -> Bool {
    while ready.isEmpty {
      guard place < file.count || isHeldBack else { return false }
      try file.withBytes { bytes in
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: place)
        try room.withUnsafeMutableBytes { room in
          var output = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
          let code = ZSTD_decompressStream(context, &output, &input)
          guard ZSTD_isError(code) == 0 else {
            throw SavedModelFailure(
              "'\(file.path)' cannot be unpacked: \(String(cString: ZSTD_getErrorName(code)))"
            )
          }
          ready = 0..<output.pos
          isHeldBack = output.pos == output.size
          isWithin = code != 0
        }
        place = input.pos
      }
    }
    return true
  }
}
