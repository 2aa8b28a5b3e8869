import Glibc

/// A file that a path, a pattern or a folder stands for.
package struct FoundFile: Sendable, Hashable {
  /// Where it is, from the root.
  package var path: String
  /// What of the path was found rather than written: what lies below the folder, or below the part of the pattern that has
  /// no wildcards. Empty for a path that names the file itself.
  package var found: String

  /// A file at `path`, of which `found` is the end.
  package init(path: String, found: String) {
    self.path = path
    self.found = found
  }

  /// The `key=value` parts of what was found, without the file's own name, outermost first: columns of its table.
  ///
  /// Values are decoded as Hive writes them: `%3A` is a colon, `__HIVE_DEFAULT_PARTITION__` an empty field.
  package var partitions: [(key: String, value: String)] {
    found.split(separator: "/").dropLast().compactMap { part in
      guard let equals = part.firstIndex(of: "="), equals != part.startIndex else { return nil }
      let value = part[part.index(after: equals)...]
      let text = value == "__HIVE_DEFAULT_PARTITION__" ? "" : Self.decoded(value)
      return (Self.decoded(part[..<equals]), text)
    }
  }

  /// `text` with `%` and two hexadecimal digits read as the byte they stand for; as it is where that is no UTF-8.
  private static func decoded(_ text: Substring) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2, digits.allSatisfy({ isHexadecimal($0) }),
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self) ?? String(text)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
  }
}

/// Data files by a path, a pattern with wildcards, or the folder that they lie in.
///
/// In a pattern `*`, `?` and `[…]` stand for parts of one name, as in a shell, and `**` for any number of folders. A folder,
/// written or matched, stands for all files in it and below. Hidden files and folders, and those that begin with `_`, which
/// are the notes of programs that write data (`_SUCCESS`), are left out unless a pattern begins so; so are checksums
/// (`.crc`). `_day=1` is a folder of data all the same. Links are followed.
package enum DataFiles {
  /// Whether `path` is a pattern: it holds a wildcard, and no file or folder is called so.
  package static func isPattern(_ path: String) -> Bool {
    path.utf8.contains { "*?[".utf8.contains($0) } && !FilePaths.exists(path)
  }

  /// What stands at `path`, from the root, sorted by the bytes of their paths; none where nothing does.
  /// - Throws: ``FileError`` where a folder cannot be listed, or a link leads back to a folder above it.
  package static func at(_ path: String) throws(FileError) -> [FoundFile] {
    if path.hasSuffix("/"), path != "/" { return try at(String(path.dropLast())) }
    guard isPattern(path) else {
      guard FilePaths.isFolder(path) else {
        return FilePaths.exists(path) ? [FoundFile(path: path, found: "")] : []
      }
      var walk = Walk()
      try walk.take(path)
      return walk.files(below: path)
    }
    var parts = path.split(separator: "/").map(String.init)[...]
    var start = "/"
    while let part = parts.first, !isWild(part, in: start) {
      start = FilePaths.join(start, part)
      parts.removeFirst()
    }
    guard FilePaths.isFolder(start) else { return [] }
    var walk = Walk()
    try walk.match(parts, in: start)
    return walk.files(below: start)
  }

  /// Whether a file or folder stands at `path`, or a pattern matches any; not where a folder on the way cannot be listed.
  package static func hasAny(_ path: String) -> Bool {
    isPattern(path) ? (try? !at(path).isEmpty) ?? false : FilePaths.exists(path)
  }

  /// Whether a part of a path has wildcards, and is not the name of something in `folder`.
  fileprivate static func isWild(_ part: String, in folder: String) -> Bool {
    part.utf8.contains { "*?[".utf8.contains($0) } && !FilePaths.exists(FilePaths.join(folder, part))
  }

  /// Whether a file or folder of this name is data, where `pattern` matches it.
  fileprivate static func isData(_ name: String, _ pattern: String = "*") -> Bool {
    if name.hasPrefix("."), !pattern.hasPrefix(".") { return false }
    if name.hasPrefix("_"), !name.contains("="), !pattern.hasPrefix("_") { return false }
    return !name.hasSuffix(".crc") || pattern.hasSuffix(".crc")
  }
}

/// A way through folders.
private struct Walk {
  private var paths: Set<String> = []
  /// The folders that lead to where it is, to see where a link leads back.
  private var above: [FileIdentity] = []

  /// All that was found, in order.
  func files(below start: String) -> [FoundFile] {
    let length = start == "/" ? 1 : start.utf8.count + 1
    return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .map { FoundFile(path: $0, found: String(decoding: $0.utf8.dropFirst(length), as: UTF8.self)) }
  }

  /// Takes a file, or all that is in a folder.
  mutating func take(_ path: String) throws(FileError) {
    guard FilePaths.isFolder(path) else {
      paths.insert(path)
      return
    }
    try enter(path) { (walk, names) throws(FileError) in
      for name in names where DataFiles.isData(name) { try walk.take(FilePaths.join(path, name)) }
    }
  }

  /// Takes what matches `parts` in `folder`.
  mutating func match(_ parts: ArraySlice<String>, in folder: String) throws(FileError) {
    guard let part = parts.first else { return try take(folder) }
    let rest = parts.dropFirst()
    guard DataFiles.isWild(part, in: folder) else {
      let next = FilePaths.join(folder, part)
      return FilePaths.exists(next) ? try match(rest, in: next) : ()
    }
    guard FilePaths.isFolder(folder) else { return }
    if part == "**" { try match(rest.isEmpty ? ["*"] : rest, in: folder) }
    try enter(folder) { (walk, names) throws(FileError) in
      for name in names where DataFiles.isData(name, part) {
        let next = FilePaths.join(folder, name)
        if part == "**" {
          if FilePaths.isFolder(next) { try walk.match(parts, in: next) }
        } else if fnmatch(part, name, FNM_PERIOD) == 0, rest.isEmpty || FilePaths.isFolder(next) {
          try walk.match(rest, in: next)
        }
      }
    }
  }

  private mutating func enter(
    _ folder: String,
    _ body: (inout Walk, [String]) throws(FileError) -> Void
  ) throws(FileError) {
    guard let own = FileIdentity(folder) else { throw FileError("cannot list", folder) }
    guard !above.contains(own) else {
      throw FileError("cannot list", folder, reason: "a link leads back to a folder above it")
    }
    above.append(own)
    try body(&self, try FilePaths.list(folder))
    above.removeLast()
  }
}
