import Files
import HTTPTypes
import Recall

/// What was wrong with a body, and where in it.
struct BodyFailure: Error, Equatable {
  /// As JSONPath has it: `$.requests[2].k`.
  var place: String
  /// What was expected, and what came.
  var message: String
  /// What it is answered with.
  var status = HTTPResponse.Status.badRequest
}

/// One request as it came: lists of items are found by the model that answers.
package struct ServiceRequest: Sendable {
  var request = RecommendRequest(k: 20)
  var allow: [String]?
  var block: [String]?
}

/// Reads bodies of requests.
package struct RequestReader {
  private static let keys = ["user", "history", "time", "context", "k", "seen", "allow", "block", "explain"]

  /// The most items that the requests of one body may ask for together: an answer has to fit memory.
  private static let mostItems = 1_000_000

  let mostRequests: Int

  /// Reads bodies of at most `mostRequests` requests.
  package init(mostRequests: Int) { self.mostRequests = mostRequests }

  /// One request, or a list of them under `requests`.
  /// - Throws: ``BodyFailure``.
  package func requests(_ text: String) throws -> (requests: [ServiceRequest], isList: Bool) {
    let body = try object(try json(text), "$")
    guard body.contains(where: { $0.key == "requests" }) else { return ([try request(body, "$")], false) }
    guard body.count == 1, case .array(let items)? = body.first?.value else {
      throw BodyFailure(place: "$.requests", message: "expected a list of requests, and nothing beside it")
    }
    guard !items.isEmpty, items.count <= mostRequests else {
      throw BodyFailure(
        place: "$.requests",
        message: "expected 1 to \(mostRequests) requests, got \(items.count)"
      )
    }
    let requests = try items.enumerated().map { place, item in
      try request(try object(item, "$.requests[\(place)]"), "$.requests[\(place)]")
    }
    let asked = requests.reduce(0) { $0 + $1.request.k }
    guard asked <= Self.mostItems else {
      throw BodyFailure(
        place: "$.requests",
        message: "expected requests for at most \(Self.mostItems) items together, got \(asked)"
      )
    }
    return (requests, true)
  }

  /// `{"item": ID, "k": 20}`.
  package func similar(_ text: String) throws -> (item: String, k: Int) {
    let body = try object(try json(text), "$")
    try check(body, ["item", "k"], "$")
    guard let item = body.first(where: { $0.key == "item" }) else {
      throw BodyFailure(place: "$.item", message: "expected an item's id, got nothing")
    }
    return (
      try id(item.value, "$.item"), try body.first { $0.key == "k" }.map { try k($0.value, "$.k") } ?? 20
    )
  }

  // --- parts

  func json(_ text: String) throws -> JSONValue {
    do { return try CodableJSON.value(JSONValue.self, from: text) } catch {
      throw BodyFailure(place: "$", message: "expected JSON")
    }
  }

  func object(_ value: JSONValue, _ place: String) throws -> [(key: String, value: JSONValue)] {
    guard case .object(let members) = value else {
      throw BodyFailure(place: place, message: "expected an object")
    }
    return members
  }

  func check(_ members: [(key: String, value: JSONValue)], _ known: [String], _ place: String) throws {
    for (key, _) in members where !known.contains(key) {
      throw BodyFailure(
        place: "\(place).\(key)",
        message: "there is no '\(key)'" + Suggestion.clause(for: key, among: known)
      )
    }
  }

  private func request(_ members: [(key: String, value: JSONValue)], _ place: String) throws -> ServiceRequest
  {
    try check(members, Self.keys, place)
    var request = ServiceRequest()
    for (key, value) in members {
      if case .null = value { continue }
      let here = "\(place).\(key)"
      switch key {
      case "user": request.request.user = try id(value, here)
      case "history": request.request.history = try ids(value, here)
      case "time":
        guard case .int(let time) = value else {
          throw BodyFailure(place: here, message: "expected a whole number, as the click log counts time")
        }
        request.request.time = Int64(time)
      case "context":
        for (name, value) in try object(value, here) {
          request.request.contexts[name] = try id(value, "\(here).\(name)")
        }
      case "k": request.request.k = try k(value, here)
      case "seen":
        guard case .string(let text) = value, let seen = SeenItems(rawValue: text) else {
          throw BodyFailure(place: here, message: "expected \"keep\" or \"leave_out\"")
        }
        request.request.seen = seen
      case "allow": request.allow = try ids(value, here)
      case "block": request.block = try ids(value, here)
      default:
        guard case .bool(let explains) = value else {
          throw BodyFailure(place: here, message: "expected true or false")
        }
        request.request.explains = explains
      }
    }
    guard request.request.user != nil || request.request.history != nil else {
      throw BodyFailure(place: place, message: "expected a 'user' or a 'history'")
    }
    return request
  }

  private func k(_ value: JSONValue, _ place: String) throws -> Int {
    guard case .int(let k) = value, (1...Recommender.mostItems).contains(k) else {
      throw BodyFailure(place: place, message: "expected a whole number from 1 to \(Recommender.mostItems)")
    }
    return k
  }

  func id(_ value: JSONValue, _ place: String) throws -> String {
    switch value {
    case .string(let text): return text
    case .int(let number): return "\(number)"
    default: throw BodyFailure(place: place, message: "expected an id, a text or a whole number")
    }
  }

  private func ids(_ value: JSONValue, _ place: String) throws -> [String] {
    guard case .array(let items) = value else {
      throw BodyFailure(place: place, message: "expected a list of ids")
    }
    return try items.enumerated().map { try id($1, "\(place)[\($0)]") }
  }
}
