import Files
import Notebook

/// Jobs of Ray, by the REST API of its dashboard.
///
/// Source: Ray's "Ray Jobs REST API" (POST /api/jobs/, GET /api/jobs/ID, POST /api/jobs/ID/stop), Ray 2.9 to 2.49. A job's id
/// is chosen here, so that none is ever lost, and none handed over twice.
final class RayLauncher: TrialLauncher {
  let name = "ray"
  let traits: LauncherTraits
  private let settings: LauncherSettings
  private let exchange: HTTPExchange

  init(_ settings: LauncherSettings, parallel: Int) throws {
    self.settings = settings
    traits = settings.traits(parallel: parallel)
    exchange = try HTTPExchange(settings.address ?? Self.usualAddress)
  }

  /// Where Ray's dashboard is where nobody says otherwise.
  static let usualAddress = "http://127.0.0.1:8265"

  private struct Details: Decodable {
    var status: String
    var message: String?
    var exitCode: Int?

    private enum CodingKeys: String, CodingKey {
      case status, message
      case exitCode = "driver_exit_code"
    }
  }

  func check() throws {
    let answer = try ask("GET", "/api/version")
    guard answer.code == 200 else {
      throw LaunchError(
        "launcher ray: \(exchange.address) answers, but not as Ray's dashboard does (\(answer.code))"
      )
    }
  }

  func preview(_ job: LaunchRequest) -> [String] {
    ["POST \(exchange.address)/api/jobs/ \(body(job, script: "JOB.sh"))"]
  }

  func submit(_ jobs: [LaunchRequest]) throws -> [String] {
    try jobs.map { job in
      let answer = try ask("POST", "/api/jobs/", body(job, script: job.script))
      // What was handed over before, its answer lost, is handed over.
      guard answer.code == 200 || answer.text.contains("already exists") else {
        throw LaunchError(
          "Ray refused (HTTP \(answer.code)): \(Self.cut(answer.text)); see 'launcher' in the recipe's sweep",
          mayPass: answer.code == 503
        )
      }
      return job.name
    }
  }

  private func body(_ job: LaunchRequest, script: String) -> String {
    var members: [(key: String, value: JSONValue)] = [
      ("entrypoint", .string("exec bash \(ShellWord.quoted(script))")),
      ("submission_id", .string(job.name)),
      ("entrypoint_num_cpus", .int(settings.cpus)),
    ]
    if let memory = settings.memory { members.append(("entrypoint_memory", .int(memory.bytes))) }
    members.append(("metadata", .object([("towerbook_study", .string(job.group))])))
    return JSONValue.object(members).text(.compact)
  }

  func status(of ids: [String]) throws -> [String: JobState] {
    var states: [String: JobState] = [:]
    for id in ids {
      let answer = try ask("GET", "/api/jobs/\(id)")
      if answer.code == 404 { continue }
      guard answer.code == 200, let details = try? CodableJSON.value(Details.self, from: answer.text) else {
        throw LaunchError(
          "Ray does not answer for job \(id) (HTTP \(answer.code)): \(Self.cut(answer.text))",
          mayPass: true
        )
      }
      states[id] = Self.state(details)
    }
    return states
  }

  private static func state(_ details: Details) -> JobState {
    let words = details.message ?? ""
    switch details.status {
    case "PENDING": return .waiting(words.isEmpty ? nil : cut(words))
    case "RUNNING": return .running(nil)
    case "SUCCEEDED": return .ended(.exited(0))
    case "STOPPED": return .ended(.cancelled)
    // A job that found no place within Ray's own patience (RAY_JOB_START_TIMEOUT_SECONDS) never began.
    case "FAILED" where words.contains("failed to start within"): return .ended(.preempted)
    case "FAILED" where words.contains("node") && (words.contains("died") || words.contains("dead")):
      return .ended(.nodeFailed)
    case "FAILED":
      return .ended(details.exitCode.map(end) ?? .unknown(words.isEmpty ? "FAILED" : cut(words)))
    default: return .ended(.unknown(details.status))
    }
  }

  /// Python's codes: minus a signal's number where one ended it.
  private static func end(_ code: Int) -> JobEnd {
    let number = Int32(clamping: code)
    return number < 0
      ? .signalled(-max(number, -64))
      : number > 128 && number < 193 && number != 130
        ? .signalled(number - 128) : .exited(number)
  }

  func cancel(_ ids: [String]) throws {
    for id in ids {
      let answer = try ask("POST", "/api/jobs/\(id)/stop")
      guard answer.code == 200 || answer.code == 404 else {
        throw LaunchError(
          "Ray did not stop job \(id) (HTTP \(answer.code)): \(Self.cut(answer.text))",
          mayPass: true
        )
      }
    }
  }

  func find(_ names: [String]) throws -> [String: String] {
    try status(of: names).keys.reduce(into: [:]) { $0[$1] = $1 }
  }

  private func ask(_ method: String, _ path: String, _ body: String = "") throws -> HTTPExchange.Answer {
    var headers: [String: String] = [:]
    if let token = ProcessEnvironment.variables["RAY_AUTH_TOKEN"], !token.isEmpty {
      headers["Authorization"] = "Bearer \(token)"
    }
    do { return try exchange.ask(method, path, headers: headers, body: body) } catch {
      throw LaunchError(
        "launcher ray: \(exchange.address) does not answer: \(error); is 'address' that of Ray's dashboard, and is it up?",
        mayPass: true
      )
    }
  }

  private static func cut(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) } ?? ""
    return Words.cut(String(line), to: 300)
  }
}
