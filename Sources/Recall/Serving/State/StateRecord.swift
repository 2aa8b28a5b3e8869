/// A click that came while a model was served.
package struct ClickEvent: Sendable, Equatable {
  /// Who clicked.
  package var user: String
  /// What was clicked.
  package var item: String
  /// When, in the unit of the model's log.
  package var time: Int64
  /// The values of the click's context by column.
  package var contexts: [String: String]

  /// Puts a click together.
  package init(user: String, item: String, time: Int64, contexts: [String: String] = [:]) {
    self.user = user
    self.item = item
    self.time = time
    self.contexts = contexts
  }
}

/// What is said of an item while a model is served; what is not said stays as the model has it.
package struct ItemDescription: Sendable, Equatable {
  /// Its features, as ``NewItems`` takes them.
  package var features: [String: FeatureValue]
  /// What it is called.
  package var title: String?
  /// From which moment of requests on it may be given, in the unit of the model's log.
  package var availableFrom: Int64?
  /// Before which moment it may be given.
  package var availableUntil: Int64?

  /// Puts a description together; of nothing by default.
  package init(
    features: [String: FeatureValue] = [:],
    title: String? = nil,
    availableFrom: Int64? = nil,
    availableUntil: Int64? = nil
  ) {
    self.features = features
    self.title = title
    self.availableFrom = availableFrom
    self.availableUntil = availableUntil
  }
}

/// What became of an item while a model was served.
package enum ItemChange: Sendable, Equatable {
  /// It is there, as described.
  case put(ItemDescription)
  /// It is not given any more.
  case deleted
}

/// What a service keeps of what it was told.
package enum StateRecord: Sendable, Equatable {
  /// A click.
  case click(ClickEvent)
  /// An item, by its id, that was added, changed or removed.
  case item(id: String, ItemChange)
  /// How many of the unit of all times in the log make a second.
  case ticksPerSecond(Int64)
}

// MARK: - As bytes

extension StateRecord {
  /// What the first line of a log of records says.
  package static let firstLine = "towerbook state 1"

  /// The record as bytes: a number for what it is; texts as their length (32 bits) and UTF-8; lists as their length and what
  /// is in them; numbers in 64 bits, little-endian.
  var bytes: [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .click(let click):
      writer.write(UInt8(1))
      writer.write(click.user)
      writer.write(click.item)
      writer.write(click.time)
      writer.write(click.contexts) { $0.write($1) }
    case .item(let id, .put(let description)):
      writer.write(UInt8(2))
      writer.write(id)
      writer.write(description.features) { $0.write($1) }
      writer.write(description.title) { $0.write($1) }
      writer.write(description.availableFrom) { $0.write($1) }
      writer.write(description.availableUntil) { $0.write($1) }
    case .item(let id, .deleted):
      writer.write(UInt8(3))
      writer.write(id)
    case .ticksPerSecond(let ticks):
      writer.write(UInt8(4))
      writer.write(ticks)
    }
    return writer.bytes
  }

  /// Reads what ``bytes`` gave; nil for anything else.
  init?(_ bytes: UnsafeRawBufferPointer) {
    var reader = ByteReader(bytes)
    guard let record = StateRecord(&reader), reader.isAtEnd else { return nil }
    self = record
  }

  private init?(_ reader: inout ByteReader) {
    guard let kind = reader.byte() else { return nil }
    switch kind {
    case 1:
      guard let user = reader.text(), let item = reader.text(), let time = reader.integer(),
        let contexts = reader.dictionary({ $0.text() })
      else { return nil }
      self = .click(ClickEvent(user: user, item: item, time: time, contexts: contexts))
    case 2:
      guard let id = reader.text(), let features = reader.dictionary({ $0.value() }),
        let title = reader.optional({ $0.text() }), let from = reader.optional({ $0.integer() }),
        let until = reader.optional({ $0.integer() })
      else { return nil }
      self = .item(
        id: id,
        .put(ItemDescription(features: features, title: title, availableFrom: from, availableUntil: until))
      )
    case 3:
      guard let id = reader.text() else { return nil }
      self = .item(id: id, .deleted)
    case 4:
      guard let ticks = reader.integer() else { return nil }
      self = .ticksPerSecond(ticks)
    default: return nil
    }
  }
}

private struct ByteWriter {
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
private struct ByteReader {
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
