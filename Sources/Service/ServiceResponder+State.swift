import Files
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Recall

/// The routes by which a service is told what became of users and items.
extension ServiceResponder {
  private func keeper() throws -> StateWriter {
    guard let writer else {
      throw ServiceFailure(
        "this service keeps nothing of what it is told; begin it with '--state FOLDER', the folder for its log"
      )
    }
    return writer
  }

  func takeEvents(_ text: String) async throws -> Response {
    let writer = try keeper()
    let model = holder.model
    let events = try RequestReader(mostRequests: settings.mostRequests).events(
      text,
      clock: model.facts.clock
    )
    try await writer.record(events.map(StateRecord.click))
    let ids = events.map(\.item)
    let unknown = try await gatherer.perform { model in try model.items(ids).unknown }
    var members: [(key: String, value: JSONValue)] = [("taken", .int(events.count))]
    members.append(("unknown_items", .array(Self.distinct(unknown).map(JSONValue.string))))
    let columns = Set(events.flatMap(\.contexts.keys)).subtracting(model.facts.contexts)
    if !columns.isEmpty {
      members.append(("unknown_context", .array(columns.sorted().map(JSONValue.string))))
    }
    return json(.ok, .object(members))
  }

  func putItem(_ id: String, _ text: String) async throws -> Response {
    let writer = try keeper()
    let reader = RequestReader(mostRequests: settings.mostRequests)
    try reader.checkID(id, "path")
    let item = try reader.item(text, clock: holder.model.facts.clock)
    let (notes, model) = try await gatherer.perform { model in
      do { return (try model.notes(onItem: id, item), model.facts.digest) } catch let failure
        as RequestFailure
      {
        throw Self.refusal(failure)
      }
    }
    try await writer.record([.item(id: id, .put(item))])
    return json(
      .ok,
      .object([
        ("id", .string(id)), ("status", .string("given")), ("notes", RecommendationJSON.notes(notes)),
        ("model", .string(model)),
      ])
    )
  }

  func deleteItem(_ id: String) async throws -> Response {
    let writer = try keeper()
    try RequestReader(mostRequests: 1).checkID(id, "path")
    let model = try await gatherer.perform { model in
      guard try model.items([id]).unknown.isEmpty else {
        throw RequestFailure("item", "the model knows no item '\(id)'")
      }
      return model.facts.digest
    }
    try await writer.record([.item(id: id, .deleted)])
    return json(
      .ok,
      .object([("id", .string(id)), ("status", .string("deleted")), ("model", .string(model))])
    )
  }

  /// What is wrong with an item, by where it stands in the request.
  private static func refusal(_ failure: RequestFailure) -> BodyFailure {
    switch failure.place {
    case "": BodyFailure(place: "path", message: failure.message, status: .unprocessableContent)
    case "id": BodyFailure(place: "path", message: failure.message)
    default: BodyFailure(place: "$.features.\(failure.place)", message: failure.message)
    }
  }

  private static func distinct(_ ids: [String]) -> [String] {
    var seen: Set<[UInt8]> = []
    return ids.filter { seen.insert(Array($0.utf8)).inserted }
  }
}

/// Routes with an item's id in them.
enum ItemPath {
  /// How such a path is called.
  static let route = "/items/{id}"
  private static let prefix = "/items/"

  /// Whether `path` is one.
  static func matches(_ path: String) -> Bool { path.hasPrefix(prefix) }

  /// The id in a path, percent-decoded.
  /// - Throws: ``BodyFailure`` where it is no text.
  static func id(_ path: String) throws -> String {
    var bytes: [UInt8] = []
    var rest = path.dropFirst(prefix.count).utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
        throw BodyFailure(place: "path", message: "expected two hexadecimal digits behind each '%'")
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    guard let id = String(validating: bytes, as: UTF8.self) else {
      throw BodyFailure(place: "path", message: "expected an id as UTF-8, percent-encoded")
    }
    return id
  }
}
