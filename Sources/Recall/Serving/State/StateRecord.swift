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
