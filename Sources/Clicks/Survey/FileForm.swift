import Tables

/// What a file of data is and how it is written, as far as its first bytes tell.
package struct FileForm: Sendable, Equatable {
  /// What it is; never `auto`.
  package var kind: TableFormat.Kind
  /// How its text is written, where it is delimited text or sequences.
  package var delimited = DelimitedFormat()
  /// How the file is compressed, `gzip` or `Zstandard`; nil where it is not.
  package var compression: String?
  /// Whether its text is not UTF-8, and so most likely Latin-1.
  package var isLatin1 = false
  /// The size of the file as it lies there, in bytes.
  package var size = 0

  /// What readers are told of it.
  package var tableFormat: TableFormat {
    TableFormat(kind: kind, delimited: delimited, encoding: isLatin1 ? .latin1 : .auto)
  }

  /// Looks at the file at `path`, which messages call `name`.
  /// - Throws: `DataError` where it cannot be read or is no table; the message says what it is and what to do.
  package init(path: String, name: String? = nil) throws {
    let shown = name ?? path
    let head = try FileHead(path: path, name: shown)
    if let advice = ForeignFile.advice(head.bytes, name: path) { throw DataError(advice, file: shown) }
    (compression, size) = (head.compression, head.size)
    kind = try TableReaders.kind(path: path, name: shown)
    guard kind == .csv else { return }
    isLatin1 = !head.isUTF8
    if let sequences = SequenceForm(head.lines(200)) {
      kind = sequences.isOfUsers ? .sequences : .sessions
      delimited = DelimitedFormat(delimiter: sequences.delimiter, hasHeader: false)
    } else {
      delimited = try guessFormat(path: path, name: name)
    }
  }
}

/// Text with a user a line and then the items of this user, or with a session a line: lines of ids, of many lengths.
struct SequenceForm: Equatable {
  /// The byte between ids.
  var delimiter: UInt8
  /// Whether each line begins with a user; else all ids of it are items.
  var isOfUsers: Bool

  /// What the first lines of a file look like; nil where they are no sequences.
  init?(_ lines: [ArraySlice<UInt8>]) {
    guard lines.count >= 2, let delimiter = " \t,".utf8.first(where: { Self.isUneven(lines, $0) }) else {
      return nil
    }
    self.delimiter = delimiter
    let first = lines.map { Array($0.prefix { $0 != delimiter }) }
    // Items are clicked again and again, and users have a line each.
    isOfUsers = Set(first).count == first.count
  }

  /// Whether the lines are ids between `delimiter`, in numbers that differ; prose, and tables with a field too many, are not.
  private static func isUneven(_ lines: [ArraySlice<UInt8>], _ delimiter: UInt8) -> Bool {
    var counts: Set<Int> = []
    var isNumeric = true
    for line in lines {
      let ids = line.split(separator: delimiter, omittingEmptySubsequences: delimiter == UInt8(ascii: " "))
      for id in ids {
        guard id.allSatisfy(isLetterOfID) else { return false }
        isNumeric = isNumeric && id.allSatisfy { $0 &- 0x30 < 10 }
      }
      counts.insert(ids.count)
    }
    guard counts.count > 1, (counts.max() ?? 0) > 2 else { return false }
    // One line of names over numbers is a header.
    guard isNumeric || !hasHeader(lines, delimiter) else { return false }
    // Words alone may be prose, and a comma that is missing is most often a mistake.
    return isNumeric || (delimiter == UInt8(ascii: "\t"))
      || (delimiter == UInt8(ascii: " ") && looksLikeIDs(lines))
  }

  /// Whether all fields but those of the first line are whole numbers.
  private static func hasHeader(_ lines: [ArraySlice<UInt8>], _ delimiter: UInt8) -> Bool {
    lines.dropFirst().allSatisfy { $0.allSatisfy { $0 == delimiter || $0 &- 0x30 < 10 } }
  }

  /// Whether digits stand in most of the lines, as they do in ids and not in prose.
  private static func looksLikeIDs(_ lines: [ArraySlice<UInt8>]) -> Bool {
    2 * lines.count { $0.contains { $0 &- 0x30 < 10 } } > lines.count
  }

  private static func isLetterOfID(_ byte: UInt8) -> Bool {
    let small = byte | 0x20
    return byte &- 0x30 < 10 || (small >= 0x61 && small <= 0x7A) || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "-")
  }
}
