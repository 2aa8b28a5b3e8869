import Files
import Glibc
import Notebook
import Report

/// Hands trials over to a launcher and finds those that were handed over before.
final class TrialDesk {
  /// What trials are handed over to.
  let launcher: any TrialLauncher
  private let study: Study
  private let tools: StudyTools
  private let threads: Int
  /// Not before this is anything handed over, or the engine asked, again.
  private var nextSubmission = ContinuousClock.now
  private var nextPoll = ContinuousClock.now
  private var waitSeconds = 1.0
  /// When the engine last answered.
  private(set) var lastAnswer = ContinuousClock.now
  private let warn: (String) -> Void
  private var lastWarning = ""

  init(
    _ study: Study,
    tools: StudyTools,
    launcher: any TrialLauncher,
    slots: Int,
    warn: @escaping (String) -> Void
  ) {
    self.study = study
    self.tools = tools
    self.launcher = launcher
    self.warn = warn
    threads = launcher.traits.threads ?? max(1, tools.options.threads / slots)
  }

  private var isLocal: Bool { launcher.traits.isLocal }

  /// The attempt at a claimed trial that is under way, or has left its result, from a time when another process led the study;
  /// else a new one, yet to be handed over.
  /// - Throws: `FileError`, `LaunchError` where the engine cannot be asked what became of earlier ones.
  func prepare(_ trial: Trial, _ purpose: TrialPurpose) throws -> LaunchedTrial {
    for post in study.folder.posts(trial.number, purpose) {
      if let found = try adopted(post, trial, purpose) { return found }
      // Should it yet begin it finds that nobody wants it.
      post.tell(.stop)
      post.remove()
    }
    let token = String(UInt64.random(in: .min ... .max), radix: 36).suffix(8)
    let folder = FilePaths.join(study.folder.jobs(trial.number, purpose), String(token))
    return LaunchedTrial(
      trial,
      purpose,
      TrialPost(FilePaths.absolute(folder)),
      isLocal: isLocal,
      isFresh: true
    )
  }

  private func adopted(_ post: TrialPost, _ trial: Trial, _ purpose: TrialPurpose) throws -> LaunchedTrial? {
    guard post.word == .goOn, FilePaths.exists(post.order) else { return nil }
    let job = post.job.flatMap { $0.launcher == launcher.name ? $0 : nil }
    let launched = LaunchedTrial(trial, purpose, post, isLocal: isLocal, isFresh: false)
    if let job { launched.submitted = job.submitted }
    if FilePaths.exists(post.end) {
      launched.id = job?.id
      return launched
    }
    // A process of this machine has ended with the one before.
    guard !isLocal else { return nil }
    if let job {
      launched.id = job.id
    } else {
      let name = jobName(post)
      guard let id = try launcher.find([name])[name] else { return nil }
      launched.id = id
      try post.keep(TrialPost.Job(launcher: launcher.name, id: id, submitted: launched.submitted))
    }
    return launched
  }

  /// Hands over those that are yet to be, together; where the engine cannot take them now they stay as they are.
  /// - Throws: `LaunchError` where it refused for good, `FileError`.
  func submit(_ trials: [LaunchedTrial]) throws {
    guard !trials.isEmpty, ContinuousClock.now >= nextSubmission else { return }
    do {
      // What was tried before may have been taken, and the answer lost.
      let tried = trials.filter { FilePaths.exists($0.post.order) }
      if !tried.isEmpty, !isLocal {
        let found = try launcher.find(tried.map { jobName($0.post) })
        for trial in tried { if let id = found[jobName(trial.post)] { try accept(trial, id) } }
      }
      let rest = trials.filter(\.isFresh)
      let requests = try rest.map(request)
      let ids = try launcher.submit(requests)
      for (trial, id) in zip(rest, ids) { try accept(trial, id) }
      waitSeconds = 1
    } catch let error as LaunchError where error.mayPass {
      tell(error)
      nextSubmission = ContinuousClock.now + .seconds(waitSeconds)
      waitSeconds = min(60, 2 * waitSeconds)
    }
  }

  private func accept(_ trial: LaunchedTrial, _ id: String) throws {
    trial.id = id
    trial.isFresh = false
    trial.submitted = LedgerClock.now()
    guard !isLocal else { return }
    try trial.post.keep(TrialPost.Job(launcher: launcher.name, id: id, submitted: trial.submitted))
    try note(trial)
  }

  /// Writes down where a trial runs, or ran, and how long.
  func note(_ trial: LaunchedTrial) throws {
    guard !isLocal, let id = trial.id else { return }
    var job = TrialJob(
      purpose: trial.purpose,
      number: trial.number,
      attempt: FilePaths.name(of: trial.post.path),
      launcher: launcher.name,
      id: id,
      submitted: trial.submitted
    )
    job.host = trial.host
    job.cpus = threads
    job.waited = trial.firstBegan.map { max(0, $0 - trial.submitted) }
    job.ran = trial.seconds
    try study.ledger.keep(job)
  }

  /// The job that a trial would be, for who wants to know beforehand.
  func preview() -> [String] {
    let post = TrialPost(FilePaths.absolute(FilePaths.join(study.folder.jobs(0, .search), "ATTEMPT")))
    return launcher.preview(job(post, log: study.folder.log(0, .search)))
  }

  private func request(_ trial: LaunchedTrial) throws -> LaunchRequest {
    let settings = study.definition.settings.launcher
    let order = TrialOrder(
      study: study.folder.path,
      recipe: study.ledger.info.recipe,
      overrides: study.ledger.info.overrides,
      digest: study.ledger.info.digest,
      trial: trial.trial,
      purpose: trial.purpose,
      inputs: try study.ledger.inputs(),
      parent: isLocal ? getpid() : nil,
      beatSeconds: isLocal
        ? WorkerID.renewalSeconds : min(WorkerID.renewalSeconds, 4 * launcher.traits.pollSeconds),
      watchSeconds: isLocal ? 0.1 : min(2, launcher.traits.pollSeconds)
    )
    try trial.post.begin(order)
    let job = job(trial.post, log: study.folder.log(trial.number, trial.purpose))
    guard !isLocal, let settings else { return job }
    let names = settings.environment + tools.variables
    let script = JobScript(
      folder: FilePaths.current,
      variables: ProcessEnvironment.variables.filter { names.contains($0.key) },
      setup: settings.setup,
      words: [job.executable] + job.arguments,
      log: FilePaths.absolute(job.log),
      cache: settings.cache
    )
    try AtomicFile.write(script.text, to: trial.post.script)
    return job
  }

  private func job(_ post: TrialPost, log: String) -> LaunchRequest {
    let settings = study.definition.settings.launcher
    var arguments = [
      "sweep", "trial", post.path, "--threads", String(threads), "--outputs", tools.options.outputRoot,
    ]
    if let cache = tools.options.cacheFolder, settings?.cache == nil { arguments += ["--cache", cache] }
    if tools.options.allowsPrograms { arguments.append("--allow-scripts") }
    return LaunchRequest(
      name: jobName(post),
      group: Launchers.group(study),
      script: post.script,
      executable: (isLocal ? nil : settings?.executable) ?? tools.executable,
      arguments: arguments,
      log: log
    )
  }

  private func jobName(_ post: TrialPost) -> String { "\(Launchers.group(study))-\(post.name)" }

  /// Asks the engine how trials are, where it is time for it.
  func poll(_ trials: [LaunchedTrial]) {
    guard ContinuousClock.now >= nextPoll else { return }
    nextPoll = ContinuousClock.now + .seconds(launcher.traits.pollSeconds)
    let known = trials.filter { $0.id != nil }
    guard !known.isEmpty else { return lastAnswer = ContinuousClock.now }
    do {
      let states = try launcher.status(of: known.compactMap(\.id))
      lastAnswer = ContinuousClock.now
      for trial in known { trial.observe(trial.id.flatMap { states[$0] }) }
      lastWarning = ""
    } catch { tell(error) }
  }

  /// Ends the jobs of trials.
  func cancel(_ trials: [LaunchedTrial]) {
    let ids = trials.compactMap(\.id)
    guard !ids.isEmpty else { return }
    do { try launcher.cancel(ids) } catch { tell(error) }
  }

  /// Says once what the engine complains of.
  private func tell(_ error: any Error) {
    let words = "\(error)"
    guard words != lastWarning else { return }
    lastWarning = words
    warn("warning: \(words); it is asked again")
  }
}
