import Clicks
import Files
import Glibc
import Recall
import Tables

/// Bodies that say what became of users and items.
extension RequestReader {
  /// Longer ids are none: whatever comes is kept for good.
  private static let mostIDBytes = 1_024
  private static let eventKeys = ["user", "item", "time", "context"]
  private static let itemKeys = ["features", "title", "available_from", "available_until"]

  /// One click, or a list of them under `events`; one without a time came now.
  /// - Parameter clock: how the model's log counts time.
  /// - Throws: ``BodyFailure``.
  package func events(_ text: String, clock: RequestClock) throws -> [ClickEvent] {
    let body = try object(try json(text), "$")
    guard body.contains(where: { $0.key == "events" }) else {
      return [try event(body, "$", clock)]
    }
    guard body.count == 1, case .array(let items)? = body.first?.value else {
      throw BodyFailure(place: "$.events", message: "expected a list of events, and nothing beside it")
    }
    guard !items.isEmpty, items.count <= mostRequests else {
      throw BodyFailure(
        place: "$.events",
        message: "expected 1 to \(mostRequests) events, got \(items.count)"
      )
    }
    return try items.enumerated().map { place, item in
      try event(try object(item, "$.events[\(place)]"), "$.events[\(place)]", clock)
    }
  }

  /// What is said of an item.
  /// - Parameter clock: how the model's log counts time.
  /// - Throws: ``BodyFailure``.
  package func item(_ text: String, clock: RequestClock) throws -> ItemDescription {
    let body = try object(try json(text), "$")
    try check(body, Self.itemKeys, "$")
    var item = ItemDescription()
    for (key, value) in body {
      if case .null = value { continue }
      switch key {
      case "features":
        for (name, value) in try object(value, "$.features") {
          item.features[name] = try feature(value, "$.features.\(name)")
        }
      case "title":
        guard case .string(let title) = value else {
          throw BodyFailure(place: "$.title", message: "expected a text")
        }
        item.title = title
      case "available_from": item.availableFrom = try itemTime(value, "$.\(key)", clock)
      default: item.availableUntil = try itemTime(value, "$.\(key)", clock)
      }
    }
    return item
  }

  /// Whether a text may be an id that is kept.
  /// - Throws: ``BodyFailure``.
  func checkID(_ id: String, _ place: String) throws {
    guard !id.isEmpty, id.utf8.count <= Self.mostIDBytes else {
      throw BodyFailure(
        place: place,
        message: "expected an id of 1 to \(Self.mostIDBytes) bytes, got \(id.utf8.count)"
      )
    }
  }

  private func event(_ members: [(key: String, value: JSONValue)], _ place: String, _ clock: RequestClock)
    throws -> ClickEvent
  {
    try check(members, Self.eventKeys, place)
    var event = ClickEvent(user: "", item: "", time: Self.now(clock.unit))
    for (key, value) in members {
      let here = "\(place).\(key)"
      if case .null = value, key == "time" || key == "context" { continue }
      switch key {
      case "user": event.user = try id(value, here)
      case "item": event.item = try id(value, here)
      case "time":
        event.time = try time(value, here, clock.unit).floor
        if let problem = clock.problem(with: event.time) { throw BodyFailure(place: here, message: problem) }
      default:
        for (name, value) in try object(value, here) {
          let text = try id(value, "\(here).\(name)")
          guard name.utf8.count + text.utf8.count <= Self.mostIDBytes, event.contexts.count < 100 else {
            throw BodyFailure(
              place: here,
              message: "expected at most 100 values of \(Self.mostIDBytes) bytes"
            )
          }
          event.contexts[name] = text
        }
      }
    }
    try checkID(event.user, "\(place).user")
    try checkID(event.item, "\(place).item")
    return event
  }

  /// The first moment from which on, or before which, an item may be given.
  private func itemTime(_ value: JSONValue, _ place: String, _ clock: RequestClock) throws -> Int64 {
    let time = try self.time(value, place, clock.unit).ceiling
    // A date is in the clock's unit already, whatever its year.
    if case .int = value, let problem = clock.problem(with: time) {
      throw BodyFailure(place: place, message: problem)
    }
    return time
  }

  /// A moment as the log counts it, or as a date.
  private func time(_ value: JSONValue, _ place: String, _ unit: TimeUnit) throws -> (
    floor: Int64, ceiling: Int64
  ) {
    switch value {
    case .int(let time): return (Int64(time), Int64(time))
    case .string(let text):
      guard let moment = Moment(text) else { fallthrough }
      return moment.ticks(around: unit)
    default:
      throw BodyFailure(
        place: place,
        message:
          "expected a whole number, as the click log counts time, or a date as in \"2017-10-03T11:19:30Z\""
      )
    }
  }

  private func feature(_ value: JSONValue, _ place: String, isWithin: Bool = false) throws -> FeatureValue {
    switch value {
    case .null: return .none
    case .bool(let isOn): return .flag(isOn)
    case .int(let number): return .integer(Int64(number))
    case .real(let number): return .number(number)
    case .single(let number): return .number(Double(number))
    case .string(let text): return .text(text)
    case .array(let values) where !isWithin:
      return .list(try values.enumerated().map { try feature($1, "\(place)[\($0)]", isWithin: true) })
    case .array, .object:
      throw BodyFailure(place: place, message: "expected a value, or a list of values")
    }
  }

  /// The time of this moment.
  private static func now(_ unit: TimeUnit) -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * unit.ticksPerSecond + Int64(time.tv_nsec)
      / (1_000_000_000 / unit.ticksPerSecond)
  }
}
