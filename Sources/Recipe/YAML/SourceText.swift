/// A recipe's text, kept so that problems can show the line they stand on.
package final class SourceText: Sendable {
  /// The file as shown to users.
  let name: String
  /// What relative paths written in it stand against; absolute.
  let directory: String
  /// UTF-8 without a byte-order mark.
  package let bytes: [UInt8]
  /// The offset of each line's first byte; never empty.
  let lineStarts: [Int]

  /// A text that users know as `name`; a byte-order mark is left out.
  package init(name: String, directory: String, bytes: [UInt8]) {
    self.name = name
    self.directory = directory
    self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    lineStarts = Self.lineStarts(of: self.bytes)
  }

  /// The command line as a text with one override a line.
  convenience init(overrides: [String], directory: String) {
    let lines = overrides.map { override in
      String(String.UnicodeScalarView(override.unicodeScalars.map { $0.properties.isWhitespace ? " " : $0 }))
    }
    self.init(name: Place.commandLine, directory: directory, bytes: Array(lines.joined(separator: "\n").utf8))
  }

  /// Splits where libyaml does, so that its line numbers are ours: LF, CR, CR LF, NEL, LS and PS.
  private static func lineStarts(of bytes: [UInt8]) -> [Int] {
    var starts = [0]
    bytes.withUnsafeBufferPointer { bytes in
      var i = 0
      while i < bytes.count {
        let width = breakWidth(bytes, i)
        if width > 0 { starts.append(i + width) }
        i += max(1, width)
      }
    }
    return starts
  }

  private static func breakWidth(_ bytes: UnsafeBufferPointer<UInt8>, _ i: Int) -> Int {
    switch bytes[i] {
    case 0x0A: return 1
    case 0x0D: return i + 1 < bytes.count && bytes[i + 1] == 0x0A ? 2 : 1
    case 0xC2: return i + 1 < bytes.count && bytes[i + 1] == 0x85 ? 2 : 0
    case 0xE2:
      let isBreak = i + 2 < bytes.count && bytes[i + 1] == 0x80 && (bytes[i + 2] & 0xFE) == 0xA8
      return isBreak ? 3 : 0
    default: return 0
    }
  }

  /// The bytes of a line (from 1) with its line break, empty beyond the end.
  func bytes(ofLine line: Int) -> ArraySlice<UInt8> {
    guard line >= 1, line <= lineStarts.count else { return [] }
    let end = line < lineStarts.count ? lineStarts[line] : bytes.count
    return bytes[lineStarts[line - 1]..<end]
  }

  /// How many characters stand on `line` from `column` on, blanks and the line break at its end not counted.
  func charactersLeft(line: Int, column: Int) -> Int {
    var slice = bytes(ofLine: line)
    while let last = slice.last, last == 0x0A || last == 0x0D || last == 0x20 || last == 0x09 {
      slice = slice.dropLast()
    }
    return max(0, Self.characterCount(slice) - (column - 1))
  }

  /// The place of the byte at `offset`.
  package func place(ofByte offset: Int) -> Place {
    var low = 0
    var high = lineStarts.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
    }
    return Place(file: name, line: low + 1, column: Self.characterCount(bytes[lineStarts[low]..<offset]) + 1)
  }

  /// The bytes of a span, cut at the end of its line; nil beyond the text.
  package func range(of place: Place) -> Range<Int>? {
    guard place.line >= 1, place.line <= lineStarts.count, place.column >= 1 else { return nil }
    let line = bytes(ofLine: place.line)
    func index(_ characters: Int, from start: Int) -> Int {
      var (index, left) = (start, characters)
      while index < line.endIndex {
        if bytes[index] & 0xC0 != 0x80 {
          if left == 0 { break }
          left -= 1
        }
        index += 1
      }
      return index
    }
    let start = index(place.column - 1, from: line.startIndex)
    return start..<index(place.length, from: start)
  }

  /// Where a quoted name stands in what follows `place`.
  func place(ofQuoted name: String, from place: Place) -> Place? {
    guard let start = range(of: place)?.lowerBound, let first = name.split(separator: " ").first else {
      return nil
    }
    var rest = bytes[start...]
    while let open = rest.firstRange(of: Array("{{".utf8)) {
      rest = rest[open.upperBound...].drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
      guard rest.starts(with: first.utf8) else { continue }
      var found = self.place(ofByte: rest.startIndex)
      found.length = min(name.unicodeScalars.count, charactersLeft(line: found.line, column: found.column))
      return found
    }
    return nil
  }

  /// UTF-8 characters: every byte that continues none begins one.
  private static func characterCount(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.withUnsafeBufferPointer { $0.reduce(into: 0) { $0 += $1 & 0xC0 == 0x80 ? 0 : 1 } }
  }
}
