import Files
import Notebook

/// Jobs of any other engine, by commands that a recipe gives.
///
/// `submit` prints the id of the job as the last word of its last line. `status` prints one of the words of ``states`` first.
/// What `{…}` stands for is put in quotes for the shell.
final class CommandLauncher: TrialLauncher {
  let name = "command"
  let traits: LauncherTraits
  private let settings: LauncherSettings

  init(_ settings: LauncherSettings, parallel: Int) {
    self.settings = settings
    traits = settings.traits(parallel: parallel)
  }

  /// The words that `status` may print, with what they mean; case does not matter.
  static let states: [(word: String, state: JobState)] = [
    ("waiting", .waiting(nil)), ("queued", .waiting(nil)), ("pending", .waiting(nil)),
    ("running", .running(nil)),
    ("ended", .ended(.unknown("ended"))), ("completed", .ended(.exited(0))),
    ("failed", .ended(.unknown("failed"))),
    ("timeout", .ended(.timeLimit)), ("preempted", .ended(.preempted)), ("cancelled", .ended(.cancelled)),
    ("node_fail", .ended(.nodeFailed)), ("out_of_memory", .ended(.outOfMemory)),
  ]

  /// The word by which `status` says that the engine knows no such job.
  static let unknownWord = "unknown"

  /// What may stand in braces in each of the commands.
  static let submitNames = ["script", "name", "log", "cpus"]
  static let jobNames = ["job"]

  func check() throws {}

  func preview(_ job: LaunchRequest) -> [String] { [submitCommand(job, script: "JOB.sh")] }

  func submit(_ jobs: [LaunchRequest]) throws -> [String] {
    try jobs.map { job in
      let answer = try LaunchCommand(words: ["sh", "-c", submitCommand(job, script: job.script)]).run()
      guard answer.code == 0 else {
        throw LaunchError("the launcher's 'submit' ended with exit code \(answer.code): \(answer.complaint)")
      }
      let line = answer.output.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
      guard let id = line?.split(whereSeparator: \.isWhitespace).last else {
        throw LaunchError("the launcher's 'submit' printed no id of the job; its last word is taken for it")
      }
      return String(id)
    }
  }

  private func submitCommand(_ job: LaunchRequest, script: String) -> String {
    Self.filled(
      settings.submit ?? "",
      ["script": script, "name": job.name, "log": job.log, "cpus": String(settings.cpus)]
    )
  }

  func status(of ids: [String]) throws -> [String: JobState] {
    var states: [String: JobState] = [:]
    for id in ids {
      let answer = try LaunchCommand(words: ["sh", "-c", Self.filled(settings.status ?? "", ["job": id])])
        .run()
      guard answer.code == 0 else {
        throw LaunchError(
          "the launcher's 'status' ended with exit code \(answer.code): \(answer.complaint)",
          mayPass: true
        )
      }
      let word = answer.output.split(whereSeparator: \.isWhitespace).first.map { $0.lowercased() } ?? ""
      if word == Self.unknownWord { continue }
      guard let known = Self.states.first(where: { $0.word == word }) else {
        let words = Self.states.map(\.word) + [Self.unknownWord]
        throw LaunchError(
          "the launcher's 'status' printed '\(word)' of job \(id); it takes one of \(words.joined(separator: ", "))"
        )
      }
      states[id] = known.state
    }
    return states
  }

  func cancel(_ ids: [String]) throws {
    for id in ids {
      let answer = try LaunchCommand(words: ["sh", "-c", Self.filled(settings.cancel ?? "", ["job": id])])
        .run()
      guard answer.code == 0 else {
        throw LaunchError(
          "the launcher's 'cancel' ended with exit code \(answer.code): \(answer.complaint)",
          mayPass: true
        )
      }
    }
  }

  /// No command tells by name; a job whose id was lost is told to end by its file before it begins.
  func find(_ names: [String]) throws -> [String: String] { [:] }

  /// A command with what its braces stand for.
  static func filled(_ template: String, _ values: [String: String]) -> String {
    values.sorted { $0.key < $1.key }.reduce(template) {
      $0.replacing("{\($1.key)}", with: ShellWord.quoted($1.value))
    }
  }

  /// The words in braces of a template that are none of `known`; `${…}` and `{a,b}` are the shell's.
  static func unknownNames(_ template: String, _ known: [String]) -> [String] {
    template.matches(of: /\$?\{([a-z_]+)\}/).filter { !$0.output.0.hasPrefix("$") }.map {
      String($0.output.1)
    }
    .filter { !known.contains($0) }
  }
}
