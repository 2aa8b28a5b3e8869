import Files
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Report
import Web

/// Answers requests: who asks, what for, and what goes wrong.
struct LookResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  let house: House
  let isStopping: @Sendable () -> Bool

  func respond(to request: Request, context: Context) async throws -> Response {
    var response = await answer(request)
    if request.method == .head { response = response.createHeadResponse() }
    return response
  }

  private func answer(_ request: Request) async -> Response {
    if let problem = RequestGuard.problem(request) { return refusal(.forbidden, problem) }
    guard let address = PageAddress(request.uri.path) else {
      return PageFrame.problem(.init(.missing, "There is no such page."), outputs: house.settings.outputs)
    }
    switch address {
    case .stop(let recipe, let id), .resume(let recipe, let id):
      guard request.method == .post else { return method(allowed: "POST") }
      return await act(address, recipe, id, request)
    default:
      guard request.method == .get || request.method == .head else { return method(allowed: "GET") }
    }
    do {
      switch address {
      case .file(let parts): return try await file(parts)
      case .live(let page):
        let (page, loaded) = try self.page(page, request.uri.query)
        let seen = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] } ?? loaded
        return EventStream(page: page, seen: seen, isStopping: isStopping).response
      default:
        let (page, _) = try page(address, request.uri.query)
        let content = try await Blocking.run { Result { try page.content() } }.get()
        let digest = EventStream.digest(content)
        let query = request.uri.query.map { $0 + "&" } ?? ""
        let path = request.uri.path == "/" ? "" : request.uri.path
        return PageFrame.response(
          content,
          live: "/live\(path)?\(query)seen=\(digest)",
          outputs: house.settings.outputs
        )
      }
    } catch {
      return failure(error)
    }
  }

  private func page(_ address: PageAddress, _ query: String?) throws -> (page: any LivePage, seen: String?) {
    let page: any LivePage
    let reader: QueryReader
    switch address {
    case .runs:
      reader = try QueryReader(query, known: RunsPage.parameters + ["seen"])
      page = try RunsPage(house, reader)
    case .compare:
      reader = try QueryReader(query, known: ["run", "seen"])
      page = try ComparePage(house, reader.all("run"))
    case .run(let recipe, let id):
      reader = try QueryReader(query, known: ["seen"])
      page = RunPage(house: house, recipe: recipe, id: id)
    case .study(let recipe, let id):
      reader = try QueryReader(query, known: ["seen"])
      page = StudyPage(house: house, recipe: recipe, id: id)
    case .recipes:
      reader = try QueryReader(query, known: ["seen"])
      page = RecipesPage(house: house)
    case .file, .live, .stop, .resume: throw PageProblem(.missing, "There is no such page.")
    }
    return (page, try reader.text("seen"))
  }

  private func file(_ parts: [String]) async throws -> Response {
    let root = house.settings.outputs
    guard let file = await Blocking.run({ ServedFile(parts, under: root) }) else {
      throw PageProblem(.missing, "There is no such file.")
    }
    return file.response
  }

  /// Stops a study or goes on with it, and leads back to its page.
  private func act(_ address: PageAddress, _ recipe: String, _ id: String, _ request: Request) async
    -> Response
  {
    let form: QueryReader
    do {
      let body = try await request.body.collect(upTo: house.settings.mostBodyBytes)
      form = try QueryReader(String(buffer: body), known: ["token"])
    } catch is NIOTooManyBytesError {
      return refusal(.contentTooLarge, "the body is too long")
    } catch {
      return refusal(.badRequest, "the body is no form")
    }
    let token = try? form.text("token")
    if let problem = RequestGuard.problem(request, token: token, expected: house.token) {
      return refusal(.forbidden, problem)
    }
    let house = house
    do {
      try await Blocking.run {
        Result {
          if case .stop = address {
            try house.studies.stop(recipe, id)
          } else {
            try house.studies.resume(recipe, id)
          }
        }
      }.get()
    } catch {
      return failure(error)
    }
    var response = Response(status: .seeOther, headers: PageFrame.common)
    response.headers[.location] = PageAddress.path("study", recipe, id)
    return response
  }

  private func failure(_ error: any Error) -> Response {
    let problem =
      switch error {
      case let problem as PageProblem: problem
      case let query as QueryFailure: PageProblem(.wrong, "\(query.place): \(query.message)")
      default: PageProblem(.unreadable, "\(error)")
      }
    return PageFrame.problem(problem, outputs: house.settings.outputs)
  }

  private func method(allowed: String) -> Response {
    var response = refusal(.methodNotAllowed, "this address takes \(allowed)")
    response.headers[.allow] = allowed
    return response
  }

  private func refusal(_ status: HTTPResponse.Status, _ text: String) -> Response {
    var headers = PageFrame.common
    headers[.contentType] = "text/plain; charset=utf-8"
    return Response(
      status: status,
      headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: text + "\n"))
    )
  }
}
