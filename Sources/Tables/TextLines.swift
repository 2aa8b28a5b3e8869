/// Files of plain text with one thing a line.
package enum TextLines {
  /// The lines of the file at `path`, plain or compressed, without line ends and without blanks around them, as bytes; a byte
  /// order mark is no part of the first.
  /// - Parameter name: what messages call the file.
  /// - Throws: `DataError` where the file cannot be read.
  package static func read(path: String, name: String) throws -> [[UInt8]] {
    let file = try FileBytes.open(path: path, name: name)
    return withExtendedLifetime(file) {
      let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
      let bytes = file.bytes.starts(with: mark) ? file.bytes.dropFirst(mark.count) : file.bytes[...]
      return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        let rest = line.drop(while: isBlank)
        let end = rest.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? rest.startIndex
        return Array(rest[rest.startIndex..<end])
      }
    }
  }
}
