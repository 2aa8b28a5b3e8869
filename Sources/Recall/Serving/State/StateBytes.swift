/// Writes the bytes of a ``StateRecord``.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ byte: UInt8) { bytes.append(byte) }

  mutating func write(_ number: Int64) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func write(count: Int) {
    withUnsafeBytes(of: UInt32(count).littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func write(_ text: String) {
    write(count: text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  mutating func write<Value>(_ values: [String: Value], _ body: (inout ByteWriter, Value) -> Void) {
    write(count: values.count)
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      write(key)
      body(&self, value)
    }
  }

  mutating func write<Value>(_ value: Value?, _ body: (inout ByteWriter, Value) -> Void) {
    write(UInt8(value == nil ? 0 : 1))
    if let value { body(&self, value) }
  }

  mutating func write(_ value: FeatureValue) {
    switch value {
    case .none: write(UInt8(0))
    case .flag(let isOn): write(UInt8(isOn ? 2 : 1))
    case .integer(let number):
      write(UInt8(3))
      write(number)
    case .number(let number):
      write(UInt8(4))
      write(Int64(bitPattern: number.bitPattern))
    case .text(let text):
      write(UInt8(5))
      write(text)
    case .list(let values):
      write(UInt8(6))
      write(count: values.count)
      for value in values { write(value) }
    }
  }
}

/// Reads bytes that somebody claims were written; nil for what is not there.
struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  private var place = 0
  /// Lists within lists that are read at most.
  private static let mostDepth = 4

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { place == bytes.count }

  mutating func byte() -> UInt8? {
    guard place < bytes.count else { return nil }
    defer { place += 1 }
    return bytes[place]
  }

  mutating func integer() -> Int64? {
    guard bytes.count - place >= 8 else { return nil }
    defer { place += 8 }
    return Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int64.self))
  }

  /// A length of what takes a byte each at least, so that more than there are bytes is none.
  private mutating func count() -> Int? {
    guard bytes.count - place >= 4 else { return nil }
    let count = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
    place += 4
    return count <= bytes.count - place ? count : nil
  }

  mutating func text() -> String? {
    guard let count = count() else { return nil }
    defer { place += count }
    return String(validating: bytes[place..<place + count], as: UTF8.self)
  }

  mutating func dictionary<Value>(_ body: (inout ByteReader) -> Value?) -> [String: Value]? {
    guard let count = count() else { return nil }
    var values: [String: Value] = [:]
    for _ in 0..<count {
      guard let key = text(), let value = body(&self) else { return nil }
      values[key] = value
    }
    return values
  }

  /// A value that may not be there: nil within the optional.
  mutating func optional<Value>(_ body: (inout ByteReader) -> Value?) -> Value?? {
    switch byte() {
    case 0?: return .some(nil)
    case 1?: return body(&self).map { .some($0) }
    default: return nil
    }
  }

  mutating func value(depth: Int = 0) -> FeatureValue? {
    guard let kind = byte() else { return nil }
    switch kind {
    case 0: return FeatureValue.none
    case 1: return .flag(false)
    case 2: return .flag(true)
    case 3: return integer().map(FeatureValue.integer)
    case 4: return integer().map { .number(Double(bitPattern: UInt64(bitPattern: $0))) }
    case 5: return text().map(FeatureValue.text)
    case 6:
      guard depth < Self.mostDepth, let count = count() else { return nil }
      var values: [FeatureValue] = []
      for _ in 0..<count {
        guard let value = value(depth: depth + 1) else { return nil }
        values.append(value)
      }
      return .list(values)
    default: return nil
    }
  }
}
