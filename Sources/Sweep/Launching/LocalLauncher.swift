import Glibc

/// Starts each job as a process of this machine, which ends with this one.
final class LocalLauncher: TrialLauncher {
  /// What it is called.
  static let kind = "local"

  let name = LocalLauncher.kind
  let traits = LauncherTraits(isLocal: true, pollSeconds: 0)
  private var processes: [String: TrialProcess] = [:]
  private var started = 0

  func submit(_ jobs: [LaunchRequest]) throws -> [String] {
    jobs.map { job in
      started += 1
      let id = "\(started)"
      processes[id] = TrialProcess.start(
        executable: job.executable,
        arguments: job.arguments,
        log: job.log
      )
      return id
    }
  }

  func status(of ids: [String]) throws -> [String: JobState] {
    var states: [String: JobState] = [:]
    for id in ids {
      guard let process = processes[id] else { continue }
      states[id] = process.end.map { .ended($0) } ?? .running(nil)
    }
    return states
  }

  func cancel(_ ids: [String]) throws {
    for id in ids { processes[id]?.signal(SIGKILL) }
  }

  /// A job of another process of this program ended with that.
  func find(_ names: [String]) throws -> [String: String] { [:] }

  func check() throws {}

  func preview(_ job: LaunchRequest) -> [String] { [] }
}
