/// The first bytes of a file, unpacked where it is compressed, for a look at what it is.
package struct FileHead: Sendable {
  /// The bytes, at most about as many as were asked for; text of UTF-16 as UTF-8.
  package let bytes: [UInt8]
  /// Whether these are all the bytes there are.
  package let isWhole: Bool
  /// How the file is compressed, `gzip` or `Zstandard`; nil where it is not.
  package let compression: String?
  /// The size of the file as it lies there, in bytes.
  package let size: Int

  /// Looks at the file at `path`, which messages call `name`.
  /// - Throws: `DataError` where it is missing, no file, unreadable, empty or damaged.
  package init(path: String, name: String? = nil, limit: Int = 4 << 20) throws {
    let shown = name ?? path
    let packed = try FileBytes.open(path: path, name: shown, isPlain: true)
    let compression = Compression(of: packed.bytes)
    let file = try FileBytes.open(path: path, name: shown, limit: limit)
    let isWhole = file.bytes.count <= limit
    let text = try file.text(.auto, name: shown, threads: 1)
    bytes = withExtendedLifetime((file, text)) {
      Array(text.bytes.prefix(isWhole ? text.bytes.count : limit))
    }
    self.isWhole = isWhole
    self.compression = compression?.rawValue
    size = packed.bytes.count
  }

  /// Its lines that end in it, without their ends, at most `count`; blank ones are left out.
  package func lines(_ count: Int) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while lines.count < count, !rest.isEmpty {
      let end = rest.firstIndex(of: lineFeed)
      guard end != nil || isWhole else { break }
      var line = rest[..<(end ?? rest.endIndex)]
      if line.last == carriageReturn { line = line.dropLast() }
      if !line.isEmpty { lines.append(line) }
      rest = rest[(end.map { $0 + 1 } ?? rest.endIndex)...]
    }
    return lines
  }

  /// Whether what it holds of whole lines is UTF-8.
  package var isUTF8: Bool {
    let end = isWhole ? bytes.endIndex : (bytes.lastIndex(of: lineFeed) ?? bytes.endIndex)
    return String(validating: bytes[..<end], as: UTF8.self) != nil
  }
}
