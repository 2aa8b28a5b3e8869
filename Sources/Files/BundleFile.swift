/// Bundles as files: one header line, then the arrays, each at a multiple of 64 bytes; in version 3, which files with large ones
/// have, these lie where their pages can be mapped (``FilePages/place(from:)``).
///
/// ```
/// towerbook-bundle 2 HEADER_BYTES
/// array NAME TYPE COUNT DIGEST
/// array NAME int64 COUNT DIGEST LEAST
/// text NAME bytes BYTES DIGEST
/// ```
///
/// With LEAST, 64-bit integers are stored as what they are above it, in 32 bits, and take half the space: arrays that are too
/// large to be widened in memory never are. Every array and
/// text carries the digest of its bytes as they are stored, and of LEAST before them, checked when it is read.
package enum BundleFile {
  private static let alignment = 64
  /// How files begin whose large arrays can be mapped.
  private static let mappable = "towerbook-bundle 3 "
  /// What is digested and written at a time: it stays in a processor's cache.
  private static let blockBytes = 1 << 18

  /// What tells one bundle's file from another's, without reading all of it.
  package struct Stored: Codable, Equatable, Sendable {
    /// The file's size in bytes.
    package var size: Int
    /// The digest of the header, which holds the digests of all arrays and texts.
    package var digest: Digest
  }

  /// Writes `bundle` to `path`, replacing what stood there in one step.
  /// - Returns: what tells the file from others.
  /// - Throws: `FileError` where it cannot be written.
  @discardableResult
  package static func write(_ bundle: Bundle, to path: String) throws -> Stored {
    let bundle = bundle.withoutLentIntegers
    let leasts = bundle.arrays.map { $0.values.narrowLeast }
    // The digests are known once everything is written; they all are of one length.
    var digests = [Digest](repeating: Digest(""), count: bundle.arrays.count + bundle.texts.count)
    let placeholder = header(bundle, leasts, digests)
    var size = placeholder.utf8.count
    try AtomicFile.write(to: path) { file in
      try file.append(placeholder)
      func append(
        _ index: Int,
        isMapped: Bool = false,
        _ body: (_ piece: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
      ) throws {
        let gap = place(from: size, isMapped: isMapped) - size
        try file.append([UInt8](repeating: 0, count: gap))
        size += gap
        let digest = try GrowingDigest()
        if index < leasts.count, let least = leasts[index] { digest.add(least) }
        try body { bytes in
          digest.add(bytes)
          try file.append(bytes)
          size += bytes.count
        }
        digests[index] = digest.value
      }
      for (index, array) in bundle.arrays.enumerated() {
        try append(index, isMapped: isMapped(array.values, leasts[index])) {
          try array.values.forEachBlock(of: blockBytes, above: leasts[index], $0)
        }
      }
      for (index, text) in bundle.texts.enumerated() {
        try append(bundle.arrays.count + index) { piece in
          try Array(text.text.utf8).withUnsafeBytes { try piece($0) }
        }
      }
      try file.overwrite(at: 0, with: header(bundle, leasts, digests))
    }
    return Stored(size: size, digest: Digest(header(bundle, leasts, digests)))
  }

  /// What tells the file at `path` from others; its arrays are not looked at.
  /// - Throws: as `read`.
  package static func stored(at path: String) throws -> Stored {
    try MappedFile(path).withBytes { bytes in
      let header = try header(of: bytes)
      return Stored(
        size: bytes.count,
        digest: Digest(String(decoding: bytes[..<header.upperBound], as: UTF8.self))
      )
    }
  }

  /// Whether an array is read by mapping its pages into an array's memory; Float32 values stay in the file as it is mapped.
  private static func isMapped(_ type: String, byteCount: Int) -> Bool {
    type != "float32" && byteCount >= FilePages.leastBytes
  }

  /// As above for an array that is to be written.
  private static func isMapped(_ values: Bundle.Values, _ least: Int64?) -> Bool {
    let width = Bundle.Values.width(ofType: values.typeName) ?? 0
    return least == nil && isMapped(values.typeName, byteCount: values.count * width)
  }

  /// Where an array or a text begins that comes after `position` bytes.
  private static func place(from position: Int, isMapped: Bool) -> Int {
    isMapped ? FilePages.place(from: position) : position + (alignment - position % alignment) % alignment
  }

  private static func header(_ bundle: Bundle, _ leasts: [Int64?], _ digests: [Digest]) -> String {
    var lines = ""
    for (index, (name, values)) in bundle.arrays.enumerated() {
      let least = leasts[index].map { " \($0)" } ?? ""
      lines += "array \(name) \(values.typeName) \(values.count) \(digests[index])\(least)\n"
    }
    for (index, (name, text)) in bundle.texts.enumerated() {
      lines += "text \(name) bytes \(text.utf8.count) \(digests[bundle.arrays.count + index])\n"
    }
    let isMappable = zip(bundle.arrays, leasts).contains { isMapped($0.values, $1) }
    return "\(isMappable ? mappable : "towerbook-bundle 2 ")\(lines.utf8.count)\n" + lines
  }

  /// Reads a bundle back. Float32 values stay where they lie, in the mapped file, which lives as long as they are read.
  /// - Parameter lendsIntegers: whether 64-bit integers do so too: for those who move them elsewhere at once.
  /// - Throws: `FileError` where the file cannot be read, ``BundleError/damaged(_:)`` where its bytes
  ///   are not those that were written.
  package static func read(_ path: String, lendsIntegers: Bool = false) throws -> Bundle {
    let file = try MappedFile(path, staysOpen: true)
    defer { file.closeFile() }
    let bundle = try file.withBytes { try read($0, of: file, lendsIntegers: lendsIntegers) }
    file.expectsAnyOrder()
    return bundle
  }

  /// Where the header's lines are, after its first.
  private static func header(of bytes: UnsafeRawBufferPointer) throws(BundleError) -> Range<Int> {
    guard let end = bytes.prefix(64).firstIndex(of: UInt8(ascii: "\n")) else {
      throw BundleError.damaged("it has no header")
    }
    let first = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ")
    guard first.count == 3, first[0] == "towerbook-bundle", ["2", "3"].contains(first[1]),
      let length = Int(first[2]),
      length >= 0, length <= bytes.count - end - 1
    else { throw BundleError.damaged("its header is not one of ours") }
    return end + 1..<end + 1 + length
  }

  private static func read(_ bytes: UnsafeRawBufferPointer, of file: MappedFile, lendsIntegers: Bool) throws
    -> Bundle
  {
    let header = try header(of: bytes)
    let lines = String(decoding: bytes[header], as: UTF8.self).split(separator: "\n")
    var position = header.upperBound
    var bundle = Bundle()
    for line in lines {
      guard let entry = Entry(line), entry.count <= bytes.count / entry.width else { throw cut }
      let isMapped =
        entry.isMapped && String(decoding: bytes[..<header.lowerBound], as: UTF8.self).hasPrefix(mappable)
      position = place(from: position, isMapped: isMapped)
      guard position <= bytes.count, entry.byteCount <= bytes.count - position else { throw cut }
      let range = position..<position + entry.byteCount
      position = range.upperBound
      let slice = UnsafeRawBufferPointer(rebasing: bytes[range])
      let found = try GrowingDigest()
      if let least = entry.least { found.add(least) }
      found.add(slice)
      guard found.value == entry.digest else {
        throw BundleError.damaged("the bytes of '\(entry.name)' do not match their digest")
      }
      guard let type = entry.type else {
        bundle.add(entry.name, text: String(decoding: slice, as: UTF8.self))
        continue
      }
      if type == "float32" {
        bundle.add(entry.name, lent: slice.bindMemory(to: Float.self), by: file)
      } else if lendsIntegers, type == "int64" {
        bundle.add(entry.name, .lentInt64(Bundle.LentIntegers(owner: file, bytes: slice, least: entry.least)))
      } else if let least = entry.least {
        bundle.add(entry.name, .int64(Bundle.Values.widened(slice, above: least)))
      } else if let values = Bundle.Values(type: type, range, of: file) {
        bundle.add(entry.name, values)
      }
    }
    return bundle
  }

  private static var cut: BundleError { BundleError.damaged("it is cut short or its header is damaged") }

  /// A line of a header.
  private struct Entry {
    let name: String
    /// An array's type; nil for a text.
    let type: String?
    let count: Int
    let digest: Digest
    let least: Int64?
    /// The bytes that one of `count` takes.
    let width: Int

    var byteCount: Int { count * width }
    var isMapped: Bool { type.map { least == nil && BundleFile.isMapped($0, byteCount: byteCount) } ?? false }

    /// Nil where the line is not one of ours.
    init?(_ line: Substring) {
      let words = line.split(separator: " ").map(String.init)
      let least = words.count == 6 && words[2] == "int64" ? Int64(words[5]) : nil
      guard words.count == 5 || least != nil, ["array", "text"].contains(words[0]), let count = Int(words[3]),
        count >= 0,
        let digest = Digest(hexadecimal: words[4]),
        let width = least == nil ? Bundle.Values.width(ofType: words[2]) : 4
      else { return nil }
      name = words[1]
      type = words[0] == "text" ? nil : words[2]
      self.count = count
      self.digest = digest
      self.least = least
      self.width = width
    }
  }
}

extension GrowingDigest {
  fileprivate func add(_ number: Int64) { withUnsafeBytes(of: number) { add($0) } }
}

extension Bundle.Values {
  var typeName: String {
    switch self {
    case .bytes: "bytes"
    case .int32: "int32"
    case .int64, .lentInt64: "int64"
    case .float32, .lentFloat32: "float32"
    case .float64: "float64"
    }
  }

  var count: Int {
    switch self {
    case .bytes(let values): values.count
    case .int32(let values): values.count
    case .int64(let values): values.count
    case .float32(let values): values.count
    case .float64(let values): values.count
    case .lentFloat32(let lent): lent.elements.count
    case .lentInt64(let lent): lent.count
    }
  }

  static func width(ofType name: String) -> Int? {
    switch name {
    case "bytes": 1
    case "int32", "float32": 4
    case "int64", "float64": 8
    default: nil
    }
  }

  init?(type: String, _ range: Range<Int>, of file: MappedFile) {
    switch type {
    case "bytes": self = .bytes(FilePages.array(of: range, in: file))
    case "int32": self = .int32(FilePages.array(of: range, in: file))
    case "int64": self = .int64(FilePages.array(of: range, in: file))
    case "float64": self = .float64(FilePages.array(of: range, in: file))
    default: return nil
    }
  }

  /// The least of 64-bit integers that all lie within 32 bits of it; nil where they do not, are none, or are so many that they
  /// are rather mapped than widened.
  var narrowLeast: Int64? {
    guard case .int64(let values) = self, var least = values.first, values.count < 64 << 20 else {
      return nil
    }
    var most = least
    for value in values {
      least = min(least, value)
      most = max(most, value)
    }
    let (span, overflows) = most.subtractingReportingOverflow(least)
    return overflows || span > Int64(UInt32.max) ? nil : least
  }

  /// The integers behind `bytes`, each stored as what it is above `least`, in 32 bits.
  static func widened(_ bytes: UnsafeRawBufferPointer, above least: Int64) -> [Int64] {
    let count = bytes.count / 4
    return [Int64](unsafeUninitializedCapacity: count) { target, filled in
      for index in 0..<count {
        let above = bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
        target.initializeElement(at: index, to: least &+ Int64(above))
      }
      filled = count
    }
  }

  /// Gives the bytes as they are stored, in order, about `size` at a time: 64-bit integers as what they are above `least`,
  /// where that is given.
  func forEachBlock(of size: Int, above least: Int64?, _ body: (UnsafeRawBufferPointer) throws -> Void) throws
  {
    guard let least, case .int64(let values) = self else {
      return try withBytes { bytes in
        for start in stride(from: 0, to: bytes.count, by: size) {
          try body(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + size, bytes.count)]))
        }
      }
    }
    try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: size / 4) { block in
      try values.withUnsafeBufferPointer { values in
        for start in stride(from: 0, to: values.count, by: block.count) {
          let count = min(block.count, values.count - start)
          for index in 0..<count { block[index] = UInt32(truncatingIfNeeded: values[start + index] &- least) }
          try body(UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: block[..<count])))
        }
      }
    }
  }

  func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    switch self {
    case .bytes(let values): try values.withUnsafeBytes(body)
    case .int32(let values): try values.withUnsafeBytes(body)
    case .int64(let values): try values.withUnsafeBytes(body)
    case .float32(let values): try values.withUnsafeBytes(body)
    case .float64(let values): try values.withUnsafeBytes(body)
    case .lentFloat32(let lent): try body(UnsafeRawBufferPointer(lent.elements))
    case .lentInt64(let lent): try lent.values.withUnsafeBytes(body)
    }
  }
}
