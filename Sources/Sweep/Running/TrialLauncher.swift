/// How a trial that was started came to its end.
enum TrialEnd: Sendable, Equatable {
  case exited(Int32)
  case signalled(Int32)
  case notStarted(String)
}

/// A trial that was started, as a worker watches it.
protocol RunningTrial: AnyObject, Sendable {
  /// The trial's number.
  var number: Int { get }
  /// How it ended, nil while it runs.
  var end: TrialEnd? { get }
  /// Seconds since its start.
  var seconds: Double { get }
  /// Asks it to end at a place from which it can go on (SIGINT), or ends it at once (SIGKILL).
  func signal(_ number: Int32)
}

/// How trials are started: on this machine, or on others that reach the study's folder.
///
/// Values on the way and results come back through the ledger; a trial that dies without a word is told by its ``TrialEnd``,
/// and a worker that does by its lease (`WorkerID`).
protocol TrialLauncher {
  /// Starts a trial of `study` with `threads` threads.
  func start(_ trial: Trial, _ purpose: TrialPurpose, of study: Study, threads: Int) -> any RunningTrial
}

/// Starts each trial as a process of this machine.
struct LocalLauncher: TrialLauncher {
  let tools: StudyTools

  func start(_ trial: Trial, _ purpose: TrialPurpose, of study: Study, threads: Int) -> any RunningTrial {
    var arguments = [
      "sweep", "trial", study.folder.path, String(trial.number), "--purpose", purpose.rawValue,
      "--threads", String(threads), "--outputs", tools.options.outputRoot,
    ]
    if let cache = tools.options.cacheFolder { arguments += ["--cache", cache] }
    if tools.options.allowsPrograms { arguments.append("--allow-scripts") }
    return TrialProcess.start(
      number: trial.number,
      executable: tools.executable,
      arguments: arguments,
      log: study.folder.log(trial.number, purpose)
    )
  }
}
