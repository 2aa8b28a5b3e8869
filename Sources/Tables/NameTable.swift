import Glibc

/// The distinct names of one piece of a column, numbered in the order of their first occurrence.
///
/// An open-addressing hash table over bytes that stay in the file; only names that had to be decoded
/// (quotes inside quotes) are copied.
struct NameTable {
  struct Entry {
    /// The name's first eight bytes, the first one highest, padded with zeros: settles most comparisons.
    var prefix: UInt64
    var start: BytePointer
    var count: Int
    /// Where in the file the name first occurs.
    var fileOffset: Int
  }

  private(set) var entries: [Entry] = []
  private var slots = [Int32](repeating: -1, count: 1024)
  private var hashes: [UInt64] = []
  private let copies = NameCopies()

  /// The number of the name `bytes`; a new name is copied where `isTemporary` says that its bytes go away.
  mutating func code(of bytes: FieldBytes, fileOffset: Int, isTemporary: Bool = false) -> Int32 {
    let hash = Self.hash(bytes)
    let prefix = Self.prefix(bytes)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let code = slots[slot]
      if hashes[Int(code)] == hash, Self.isSame(entries[Int(code)], bytes, prefix) { return code }
      slot = (slot + 1) & (slots.count - 1)
    }
    let code = Int32(entries.count)
    slots[slot] = code
    hashes.append(hash)
    entries.append(entry(bytes, prefix, fileOffset: fileOffset, isTemporary: isTemporary))
    if entries.count * 2 > slots.count { grow() }
    return code
  }

  private func entry(_ bytes: FieldBytes, _ prefix: UInt64, fileOffset: Int, isTemporary: Bool) -> Entry {
    let start = isTemporary ? copies.add(bytes) : bytes.baseAddress ?? copies.add(bytes)
    return Entry(prefix: prefix, start: start, count: bytes.count, fileOffset: fileOffset)
  }

  private static func prefix(_ bytes: FieldBytes) -> UInt64 {
    if bytes.count >= 8 {
      return UInt64(bigEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(as: UInt64.self))
    }
    var prefix: UInt64 = 0
    for place in 0..<8 { prefix = prefix << 8 | (place < bytes.count ? UInt64(bytes[place]) : 0) }
    return prefix
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for (code, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(code)
    }
  }

  private static func isSame(_ entry: Entry, _ bytes: FieldBytes, _ prefix: UInt64) -> Bool {
    guard entry.count == bytes.count, entry.prefix == prefix else { return false }
    // Most ids are that short, and the other one's bytes lie far away.
    guard bytes.count > 8, let start = bytes.baseAddress else { return true }
    return memcmp(entry.start, start, entry.count) == 0
  }

  /// Eight bytes a turn, multiplied and folded; not for hostile input, where it only costs time.
  private static func hash(_ bytes: FieldBytes) -> UInt64 {
    var hash = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
    var place = 0
    while bytes.count - place >= 8, let start = bytes.baseAddress {
      let word = UnsafeRawPointer(start + place).loadUnaligned(as: UInt64.self)
      hash = (hash ^ word) &* 0xD6E8_FEB8_6659_FD93
      hash ^= hash >> 32
      place += 8
    }
    var rest: UInt64 = 0
    while place < bytes.count {
      rest = rest << 8 | UInt64(bytes[place])
      place += 1
    }
    hash = (hash ^ rest) &* 0xD6E8_FEB8_6659_FD93
    return hash ^ hash >> 29
  }
}

/// Copies of names whose bytes do not stay, kept as long as any table that refers to them.
private final class NameCopies {
  private var copies: [UnsafeMutablePointer<UInt8>] = []

  deinit { for copy in copies { copy.deallocate() } }

  func add(_ bytes: FieldBytes) -> BytePointer {
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: max(bytes.count, 1))
    for place in 0..<bytes.count { memory[place] = bytes[place] }
    copies.append(memory)
    return BytePointer(memory)
  }
}

extension NameTable.Entry {
  /// Whether this name's bytes come before the other's; a beginning comes before what it begins.
  static func isBefore(_ a: Self, _ b: Self) -> Bool {
    if a.prefix != b.prefix { return a.prefix < b.prefix }
    let order = memcmp(a.start, b.start, min(a.count, b.count))
    return order == 0 ? a.count < b.count : order < 0
  }

  /// Whether both are the same name.
  static func isSame(_ a: Self, _ b: Self) -> Bool {
    a.prefix == b.prefix && a.count == b.count && memcmp(a.start, b.start, a.count) == 0
  }
}

/// The names of several tables as one list, sorted by their bytes, and where each table's names are in it.
struct MergedNames {
  var names: [String]
  /// `codes[table][local]`: the place in `names`.
  var codes: [[Int32]]
  /// Where in the file the first name that is not UTF-8 stands, if there is one.
  var invalidOffset: Int?

  /// - Parameter allowsLatin1: whether names that are not UTF-8 are taken for Latin-1; the names are then sorted by the
  ///   bytes of the file.
  init(_ tables: [NameTable], allowsLatin1: Bool = false) {
    var all: [(entry: NameTable.Entry, table: Int32, local: Int32)] = []
    all.reserveCapacity(tables.reduce(0) { $0 + $1.entries.count })
    for (table, content) in tables.enumerated() {
      for (local, entry) in content.entries.enumerated() { all.append((entry, Int32(table), Int32(local))) }
    }
    all.sort { NameTable.Entry.isBefore($0.entry, $1.entry) }
    codes = tables.map { [Int32](repeating: 0, count: $0.entries.count) }
    names = []
    for place in all.indices {
      let (entry, table, local) = all[place]
      if place == 0 || !NameTable.Entry.isSame(all[place - 1].entry, entry) {
        let bytes = UnsafeBufferPointer(start: entry.start, count: entry.count)
        if let name = String(validating: bytes, as: UTF8.self) {
          names.append(name)
        } else if allowsLatin1 {
          names.append(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })))
        } else {
          // Equal names may stand in several tables: the earliest place counts.
          let offset = all[place...].prefix { NameTable.Entry.isSame($0.entry, entry) }
            .map(\.entry.fileOffset).min()
          invalidOffset = min(invalidOffset ?? Int.max, offset ?? entry.fileOffset)
          names.append("")
        }
      }
      codes[Int(table)][Int(local)] = Int32(names.count - 1)
    }
  }
}
