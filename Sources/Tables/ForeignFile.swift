import Files

/// Kinds of files that are no tables of ours, told by their first bytes.
package enum ForeignFile {
  /// What a file called `name` that begins with `bytes` is and what to do with it; nil where it may be a table.
  package static func advice(_ bytes: [UInt8], name: String) -> String? {
    if PickleFile.isCalledSo(name) || pickles.contains(where: bytes.starts) {
      return PickleFile.notRead(name)
    }
    return kinds.first { bytes.dropFirst($0.offset).starts(with: $0.mark) }.map {
      "the file is \($0.name); \($0.advice)"
    }
  }

  private struct Kind {
    var mark: [UInt8]
    var offset = 0
    var name: String
    var advice: String

    init(_ mark: [UInt8], offset: Int = 0, _ name: String, _ advice: String) {
      (self.mark, self.offset, self.name, self.advice) = (mark, offset, name, advice)
    }
  }

  private static let unpack = "unpack it first, and name the file or the folder that comes out"
  private static let export =
    "write it as CSV or Parquet first, for instance with pandas: to_csv(…, index=False)"

  /// How pickles begin, by their protocol.
  private static let pickles: [[UInt8]] = [
    [0x80, 0x02], [0x80, 0x03], [0x80, 0x04, 0x95], [0x80, 0x05, 0x95],
  ]

  private static let kinds = [
    Kind(
      Array("PK\u{3}\u{4}".utf8),
      "a ZIP archive or a spreadsheet",
      "unpack it first, or save the sheet as CSV, and name the file or the folder that comes out"
    ),
    Kind([0xFD] + Array("7zXZ".utf8), "compressed with xz", unpack),
    Kind(Array("BZh".utf8), "compressed with bzip2", unpack),
    Kind([0x37, 0x7A, 0xBC, 0xAF], "a 7z archive", unpack),
    Kind(Array("Rar!".utf8), "a RAR archive", unpack),
    Kind(Array("ustar".utf8), offset: 257, "a tar archive", unpack),
    Kind(Array("SQLite format 3\0".utf8), "an SQLite database", export),
    Kind([0x89] + Array("HDF".utf8), "HDF5", export),
    Kind([0x93] + Array("NUMPY".utf8), "a NumPy array", export),
    Kind(Array("ARROW1".utf8), "an Arrow or Feather file", export),
    Kind(Array("ORC".utf8) + [0x0A], "an ORC file", export),
    Kind([0xD0, 0xCF, 0x11, 0xE0], "an old spreadsheet", export),
    Kind(Array("%PDF".utf8), "a PDF document", "name the files of the data themselves"),
    Kind([0x89] + Array("PNG".utf8), "a picture", "name the files of the data themselves"),
    Kind([0xFF, 0xD8, 0xFF], "a picture", "name the files of the data themselves"),
  ]
}
