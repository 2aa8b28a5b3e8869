import Files

/// Bundles as files: one header line, then the arrays, each at a multiple of 64 bytes.
///
/// ```
/// towerbook-bundle 1 HEADER_BYTES
/// array NAME TYPE COUNT DIGEST
/// text NAME BYTES DIGEST
/// ```
///
/// Every array and text carries the digest of its bytes, checked when it is read.
public enum BundleFile {
  private static let alignment = 64

  /// Writes `bundle` to `path`, replacing what stood there in one step.
  /// - Returns: the file's size in bytes.
  /// - Throws: `FileError` where it cannot be written.
  @discardableResult
  public static func write(_ bundle: Bundle, to path: String) throws -> Int {
    var lines = ""
    for (name, values) in bundle.arrays {
      let digest = values.withBytes { Digest($0) }
      lines += "array \(name) \(values.typeName) \(values.count) \(digest)\n"
    }
    for (name, text) in bundle.texts {
      lines += "text \(name) bytes \(text.utf8.count) \(Digest(text))\n"
    }
    let header = "towerbook-bundle 1 \(lines.utf8.count)\n" + lines
    var size = header.utf8.count
    try AtomicFile.write(to: path) { file in
      try file.append(header)
      func pad() throws {
        let gap = (alignment - size % alignment) % alignment
        try file.append([UInt8](repeating: 0, count: gap))
        size += gap
      }
      for (_, values) in bundle.arrays {
        try pad()
        try values.withBytes { try file.append($0) }
        size += values.withBytes { $0.count }
      }
      for (_, text) in bundle.texts {
        try pad()
        try file.append(text)
        size += text.utf8.count
      }
    }
    return size
  }

  /// Reads a bundle back.
  /// - Throws: `FileError` where the file cannot be read, ``BundleError/damaged(_:)`` where its bytes
  ///   are not those that were written.
  public static func read(_ path: String) throws -> Bundle {
    try MappedFile(path).withBytes { try read($0) }
  }

  private static func read(_ bytes: UnsafeRawBufferPointer) throws -> Bundle {
    guard let end = bytes.prefix(64).firstIndex(of: UInt8(ascii: "\n")) else {
      throw BundleError.damaged("it has no header")
    }
    let first = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ")
    guard first.count == 3, first[0] == "towerbook-bundle", first[1] == "1", let length = Int(first[2]),
      length >= 0, length <= bytes.count - end - 1
    else { throw BundleError.damaged("its header is not one of ours") }
    let start = end + 1
    let lines = String(decoding: bytes[start..<start + length], as: UTF8.self).split(separator: "\n")
    var position = start + length
    var bundle = Bundle()
    for line in lines {
      position += (alignment - position % alignment) % alignment
      try read(line, from: bytes, at: &position, into: &bundle)
    }
    return bundle
  }

  private static func read(
    _ line: Substring,
    from bytes: UnsafeRawBufferPointer,
    at position: inout Int,
    into bundle: inout Bundle
  ) throws(BundleError) {
    let words = line.split(separator: " ").map(String.init)
    guard words.count == 5, ["array", "text"].contains(words[0]), let count = Int(words[3]), count >= 0,
      let digest = Digest(hexadecimal: words[4]),
      let width = Bundle.Values.width(ofType: words[2]), position <= bytes.count,
      count <= (bytes.count - position) / width
    else { throw .damaged("it is cut short or its header is damaged") }
    let slice = UnsafeRawBufferPointer(rebasing: bytes[position..<position + count * width])
    guard Digest(slice) == digest else {
      throw .damaged("the bytes of '\(words[1])' do not match their digest")
    }
    position += count * width
    if words[0] == "text" {
      bundle.add(words[1], text: String(decoding: slice, as: UTF8.self))
    } else if let values = Bundle.Values(type: words[2], bytes: slice) {
      bundle.add(words[1], values)
    }
  }
}

extension Bundle.Values {
  var typeName: String {
    switch self {
    case .bytes: "bytes"
    case .int32: "int32"
    case .int64: "int64"
    case .float32: "float32"
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

  init?(type: String, bytes: UnsafeRawBufferPointer) {
    func copy<T>(_ type: T.Type) -> [T] {
      let count = bytes.count / MemoryLayout<T>.stride
      return [T](unsafeUninitializedCapacity: count) { target, filled in
        UnsafeMutableRawBufferPointer(target).copyMemory(from: bytes)
        filled = count
      }
    }
    switch type {
    case "bytes": self = .bytes(copy(UInt8.self))
    case "int32": self = .int32(copy(Int32.self))
    case "int64": self = .int64(copy(Int64.self))
    case "float32": self = .float32(copy(Float.self))
    case "float64": self = .float64(copy(Double.self))
    default: return nil
    }
  }

  func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    switch self {
    case .bytes(let values): try values.withUnsafeBytes(body)
    case .int32(let values): try values.withUnsafeBytes(body)
    case .int64(let values): try values.withUnsafeBytes(body)
    case .float32(let values): try values.withUnsafeBytes(body)
    case .float64(let values): try values.withUnsafeBytes(body)
    }
  }
}
