import Files
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Recall
import Web

/// Answers requests: which route, whether it may be asked, what goes wrong.
struct ServiceResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  let settings: ServiceSettings
  let holder: ModelHolder
  let gatherer: Gatherer
  /// What the service is told; nil where it keeps nothing of it.
  let writer: StateWriter?
  let metrics: ServiceMetrics
  /// Whether the service is on its way out.
  let isStopping: @Sendable () -> Bool

  private static let routes: [(method: HTTPRequest.Method, path: String)] = [
    (.post, "/recommend"), (.post, "/similar"), (.post, "/vectors"), (.post, "/events"),
    (.put, ItemPath.route), (.delete, ItemPath.route), (.post, "/reload"), (.get, "/health"),
    (.get, "/ready"), (.get, "/metrics"), (.get, "/openapi.json"), (.get, "/"), (.get, "/model"),
    (.get, "/items"), (.get, "/popular"), (.get, "/history"),
  ]
  /// What may be asked without a token: those who watch over processes have none, and the page asks people for it.
  private static let open = ["/health", "/ready", "/"]

  func respond(to request: Request, context: Context) async throws -> Response {
    let path = request.uri.path
    let called = ItemPath.matches(path) ? ItemPath.route : path
    let route = Self.routes.contains { $0.path == called } ? called : "other"
    metrics.begin()
    let clock = ContinuousClock()
    let start = clock.now
    var response = await answer(request, path, called)
    if request.method == .head { response = response.createHeadResponse() }
    metrics.end(route, status: response.status.code, seconds: (clock.now - start) / .seconds(1))
    return response
  }

  private func answer(_ request: Request, _ path: String, _ route: String) async -> Response {
    let allowed = Self.routes.filter { $0.path == route }.map(\.method)
    guard !allowed.isEmpty else {
      return failure(.notFound, "path", "there is no '\(path)'; /openapi.json says what there is")
    }
    guard isAuthorized(request) || Self.open.contains(path) else {
      var response = failure(
        .unauthorized,
        "header Authorization",
        "expected 'Bearer' and the service's token"
      )
      response.headers[.wwwAuthenticate] = "Bearer"
      return response
    }
    guard allowed.contains(request.method) || (request.method == .head && allowed.contains(.get)) else {
      let method = allowed.map(\.rawValue).joined(separator: ", ")
      var response = failure(
        .methodNotAllowed,
        "method",
        "'\(path)' takes \(method), not \(request.method.rawValue)"
      )
      response.headers[.allow] = method
      return response
    }
    do { return try await routed(request, path, route) } catch {
      return failure(error)
    }
  }

  private func routed(_ request: Request, _ path: String, _ route: String) async throws -> Response {
    switch route {
    case "/recommend": return try await recommend(try await body(request))
    case "/vectors": return try await vectors(try await body(request))
    case "/similar": return try await similar(try await body(request))
    case "/events": return try await takeEvents(try await body(request))
    case ItemPath.route where request.method == .put:
      return try await putItem(try ItemPath.id(path), try await body(request))
    case ItemPath.route: return try await deleteItem(try ItemPath.id(path))
    case "/reload": return try await reload()
    case "/health": return json(.ok, .object([("status", .string("ok"))]))
    case "/ready": return ready()
    case "/metrics":
      return text(.ok, "text/plain; version=0.0.4; charset=utf-8", metrics.text(try await gauges()))
    case "/": return ServicePage.response
    case "/model": return try await model(request)
    case "/items": return try await items(request)
    case "/popular": return try await popular(request)
    case "/history": return try await history(request)
    default:
      return text(.ok, "application/json", String(decoding: PackageResources.openapi_json, as: UTF8.self))
    }
  }

  /// Ids are their bytes: what is no UTF-8 is refused, as replaced bytes would make one id of two.
  private func body(_ request: Request) async throws -> String {
    let buffer: ByteBuffer
    do {
      buffer = try await request.body.collect(upTo: settings.mostBodyBytes)
    } catch is NIOTooManyBytesError {
      throw TooLarge()
    } catch {
      throw BodyFailure(place: "$", message: "the body ends early, or is not in the form that its head says")
    }
    guard let text = String(validating: buffer.readableBytesView, as: UTF8.self) else {
      throw BodyFailure(place: "$", message: "expected a body in UTF-8, and it has bytes that are none")
    }
    return text
  }

  // --- routes

  private func recommend(_ text: String) async throws -> Response {
    let (requests, isList) = try RequestReader(mostRequests: settings.mostRequests).requests(text)
    let answers = try await gatherer.answers(to: requests, vectors: false)
    let model = (key: "model", value: JSONValue.string(answers.model))
    guard isList else {
      guard case .object(let members) = RecommendationJSON.answer(answers.recommendations[0]) else {
        return failure(.internalServerError, "", "no answer")
      }
      return json(.ok, .object(members + [model]))
    }
    return json(
      .ok,
      .object([("answers", .array(answers.recommendations.map(RecommendationJSON.answer))), model])
    )
  }

  private func vectors(_ text: String) async throws -> Response {
    let (requests, _) = try RequestReader(mostRequests: settings.mostRequests).requests(text)
    let answers = try await gatherer.answers(to: requests, vectors: true)
    return json(
      .ok,
      .object([
        ("vectors", .array(answers.vectors.map { Self.vectors($0, each: answers.interests) })),
        ("notes", .array(answers.notes.map(RecommendationJSON.notes))),
        ("model", .string(answers.model)),
      ])
    )
  }

  /// A request's vector, or a list of its `count` vectors where models have several.
  private static func vectors(_ values: [Float], each count: Int) -> JSONValue {
    guard count > 1 else { return .array(values.map(JSONValue.single)) }
    let width = values.count / count
    return .array(
      (0..<count).map { interest in
        .array(values[interest * width..<(interest + 1) * width].map(JSONValue.single))
      }
    )
  }

  private func similar(_ text: String) async throws -> Response {
    let (item, k) = try RequestReader(mostRequests: 1).similar(text)
    let (items, model) = try await gatherer.perform { model in
      (try model.similar(item: item, k: k), model.facts.digest)
    }
    return json(.ok, .object([("items", RecommendationJSON.items(items)), ("model", .string(model))]))
  }

  private func reload() async throws -> Response {
    let holder = holder
    // Reading takes a while, and others are answered meanwhile.
    let digest = try await Task.detached { try holder.reload().facts.digest }.value
    return json(.ok, .object([("model", .string(digest))]))
  }

  private func ready() -> Response {
    let facts = holder.model.facts
    return json(
      isStopping() ? .serviceUnavailable : .ok,
      .object([
        ("status", .string(isStopping() ? "stopping" : "ready")), ("model", .string(facts.digest)),
        ("items", .int(facts.items)), ("users", .int(facts.users)), ("dimension", .int(facts.dimension)),
        ("interests", .int(facts.interests)), ("index", .string(facts.index)),
        ("histories", .bool(facts.hasHistories)),
        ("context", .array(facts.contexts.map(JSONValue.string))), ("takes_time", .bool(facts.takesTime)),
        ("ticks_per_second", .int(Int(facts.unit.ticksPerSecond))),
        ("item_features", .array(facts.itemFeatures.map(JSONValue.string))),
        ("takes_events", .bool(writer != nil)),
        ("metrics", .sorted(facts.metrics.mapValues { $0.map(JSONValue.real) ?? .null })),
      ])
    )
  }

  private func gauges() async throws -> ServiceMetrics.Gauges {
    let facts = holder.model.facts
    let changes = try await gatherer.perform { $0.itemChanges() }
    let counts = gatherer.counts
    return ServiceMetrics.Gauges(
      waiting: counts.waiting,
      blocks: counts.blocks,
      blockedRequests: counts.blockedRequests,
      items: facts.items,
      users: facts.users,
      reloads: holder.reloadCount,
      model: facts.digest,
      index: facts.index.filter { $0 != "\"" && $0 != "\\" && !$0.isNewline },
      state: writer?.state.facts ?? ServiceState.Facts(),
      stateBlocks: await writer?.blocks ?? 0,
      changes: changes
    )
  }

  // --- answers

  private struct TooLarge: Error {}

  private func failure(_ error: any Error) -> Response {
    switch error {
    case let body as BodyFailure: return failure(body.status, body.place, body.message)
    case let query as QueryFailure: return failure(.badRequest, query.place, query.message)
    case let asked as RequestFailure:
      return failure(asked.place == "item" ? .notFound : .badRequest, "$.\(asked.place)", asked.message)
    case is TooLarge:
      return failure(.contentTooLarge, "$", "expected at most \(settings.mostBodyBytes) bytes")
    case is Gatherer.Full:
      var response = failure(.serviceUnavailable, "", "too many requests wait already; come again")
      response.headers[.retryAfter] = "1"
      return response
    case let refused as ServiceFailure: return failure(.conflict, "", refused.description)
    case let unwritten as StateWriter.Unwritten:
      return failure(.serviceUnavailable, "", unwritten.reason.description)
    default: return failure(.internalServerError, "", "\(error)")
    }
  }

  private func failure(_ status: HTTPResponse.Status, _ place: String, _ message: String) -> Response {
    json(
      status,
      .object([("error", .object([("place", .string(place)), ("message", .string(message))]))])
    )
  }

  func json(_ status: HTTPResponse.Status, _ value: JSONValue) -> Response {
    body(status, "application/json", ByteBuffer(bytes: value.bytes(.compact) + [UInt8(ascii: "\n")]))
  }

  private func text(_ status: HTTPResponse.Status, _ type: String, _ text: String) -> Response {
    body(status, type, ByteBuffer(string: text))
  }

  private func body(_ status: HTTPResponse.Status, _ type: String, _ bytes: ByteBuffer) -> Response {
    Response(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: bytes))
  }

  /// Takes as long for a wrong token as for a right one.
  private func isAuthorized(_ request: Request) -> Bool {
    guard let token = settings.token else { return true }
    let expected = Array("Bearer \(token)".utf8)
    let given = Array((request.headers[.authorization] ?? "").utf8)
    var difference = expected.count ^ given.count
    for place in expected.indices {
      difference |= Int(expected[place] ^ (place < given.count ? given[place] : 0))
    }
    return difference == 0
  }
}
