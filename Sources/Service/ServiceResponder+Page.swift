import Files
import Hummingbird
import Recall
import Web

/// What the page at `/` asks besides recommendations: what the model is, and its items as people look for them. Nothing
/// of it changes anything.
extension ServiceResponder {
  /// The most items that one answer lists.
  private static let mostListed = 1_000

  /// `GET /model`.
  func model(_ request: Request) async throws -> Response {
    _ = try QueryReader(request.uri.query, known: [])
    return json(.ok, ModelJSON.description(try await gatherer.perform { try $0.describe() }))
  }

  /// `GET /items?query=…&limit=…`, or `?id=…&id=…`.
  func items(_ request: Request) async throws -> Response {
    let query = try QueryReader(request.uri.query, known: ["query", "id", "limit"])
    let limit = try query.number("limit", default: 20, in: 1...Self.mostListed)
    let (text, ids) = (try query.text("query"), query.all("id"))
    guard (text == nil) != ids.isEmpty else {
      throw QueryFailure("query", "expected either 'query', a part of an id or title, or one 'id' or more")
    }
    guard ids.count <= Self.mostListed else {
      throw QueryFailure("id", "expected at most \(Self.mostListed) ids, got \(ids.count)")
    }
    let (found, digest) = try await gatherer.perform { model in
      let found = try text.map { (items: try model.find($0, limit: limit), unknown: [String]()) }
      return (try found ?? model.entries(ids), model.facts.digest)
    }
    return json(
      .ok,
      .object([
        ("items", ModelJSON.items(found.items)), ("unknown", .array(found.unknown.map(JSONValue.string))),
        ("model", .string(digest)),
      ])
    )
  }

  /// `GET /popular?limit=…`.
  func popular(_ request: Request) async throws -> Response {
    let query = try QueryReader(request.uri.query, known: ["limit"])
    let limit = try query.number("limit", default: 20, in: 1...Recommender.mostItems)
    let (popular, digest) = try await gatherer.perform { (try $0.popular(limit: limit), $0.facts.digest) }
    return json(
      .ok,
      .object([
        ("items", ModelJSON.items(popular.items)),
        ("counted", popular.counted.map(JSONValue.string) ?? .null), ("model", .string(digest)),
      ])
    )
  }

  /// `GET /history?user=…`.
  func history(_ request: Request) async throws -> Response {
    let query = try QueryReader(request.uri.query, known: ["user"])
    guard let user = try query.text("user") else {
      throw QueryFailure("user", "expected a user's id, got nothing")
    }
    let (history, digest) = try await gatherer.perform { (try $0.history(of: user), $0.facts.digest) }
    return json(
      .ok,
      .object([
        ("user", .string(user)), ("items", ModelJSON.items(history.items)),
        ("notes", RecommendationJSON.notes(history.notes)), ("model", .string(digest)),
      ])
    )
  }
}
