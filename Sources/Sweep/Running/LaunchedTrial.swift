import Notebook

/// An attempt at a trial that is under way, as who handed it over sees it.
final class LaunchedTrial {
  /// What is tried.
  let trial: Trial
  /// What for.
  let purpose: TrialPurpose
  /// Its folder.
  let post: TrialPost
  /// The engine's id; nil before it was handed over, or where nobody knows it.
  var id: String?
  /// Whether it is yet to be handed over.
  var isFresh: Bool
  /// When it was handed over, seconds since 1970.
  var submitted: Double
  /// How the engine says it is; nil where it did not say, or knows it no more.
  private(set) var state: JobState?
  /// Since when the engine, being asked, does not know it.
  private(set) var missingSince: ContinuousClock.Instant?
  /// Since when the engine says that it has ended.
  private(set) var endedSince: ContinuousClock.Instant?
  /// What it was told.
  private(set) var word = TrialWord.goOn
  /// Whether it took too long.
  var isTimedOut = false
  /// Its plan, once it was needed.
  var plan: Plan?
  /// Whether it was said to be silent.
  var isSilenceTold = false

  /// When it was last heard of.
  private(set) var heard = ContinuousClock.now
  /// Where it runs, or ran.
  private(set) var host: String?
  /// Whether it said that it stopped, or that its result is there.
  private(set) var hasStopped = false
  private(set) var hasEnded = false
  /// The greatest epoch of which there was a value before this attempt, and the last one it told.
  private let knownStep: Int
  private(set) var lastStep = 0
  /// How long its epochs take.
  private(set) var pace = EpochPace()
  /// When it first began, seconds since 1970.
  private(set) var firstBegan: Double?
  private var began: Double?
  private var ranBefore = 0.0
  private var startedHere: ContinuousClock.Instant
  private var listener: TrialListener
  private let isLocal: Bool

  init(_ trial: Trial, _ purpose: TrialPurpose, _ post: TrialPost, isLocal: Bool, isFresh: Bool) {
    self.trial = trial
    self.purpose = purpose
    self.post = post
    self.isLocal = isLocal
    self.isFresh = isFresh
    submitted = LedgerClock.now()
    knownStep = trial.intermediates.map(\.step).max() ?? 0
    startedHere = ContinuousClock.now
    listener = TrialListener(post)
  }

  /// The trial's number.
  var number: Int { trial.number }

  /// Whether this attempt came further than those before.
  var hasProgressed: Bool { lastStep > knownStep }

  /// Seconds that it ran, the time in a queue left out; on another machine as long as it was seen to run.
  var seconds: Double {
    guard began != nil || (isLocal && firstBegan == nil) else { return ranBefore }
    return ranBefore + max(0, (ContinuousClock.now - startedHere) / .seconds(1))
  }

  /// Tells it what to do.
  func tell(_ word: TrialWord) {
    self.word = word
    post.tell(word)
  }

  /// Takes what the engine says; nil where it knows nothing of it.
  func observe(_ state: JobState?) {
    self.state = state
    let now = ContinuousClock.now
    missingSince = state == nil ? missingSince ?? now : nil
    if case .ended = state { endedSince = endedSince ?? now } else { endedSince = nil }
  }

  /// What it said since the last call.
  func news() -> [TrialTold] {
    let news = listener.news()
    if !news.isEmpty {
      heard = ContinuousClock.now
      isSilenceTold = false
    }
    for told in news { take(told) }
    return news
  }

  private func take(_ told: TrialTold) {
    switch told {
    case .began(let host, _, let at):
      if let began { ranBefore += max(0, at - began) }
      pace = EpochPace()
      self.host = host
      began = at
      firstBegan = firstBegan ?? at
      // Where it began before this process looked at it.
      startedHere = ContinuousClock.now - .seconds(min(max(0, LedgerClock.now() - at), 1e7))
      (hasStopped, hasEnded) = (false, false)
    case .value(let cell, let step, _, let cellSeconds, _):
      lastStep = max(lastStep, step)
      pace.hear(cell: cell, step: step, seconds: cellSeconds)
    case .beat: break
    case .stopped(let at):
      hasStopped = true
      end(at)
    case .ended(let at):
      hasEnded = true
      end(at)
    }
  }

  /// What it ran is known to the moment by its own clock.
  private func end(_ at: Double) {
    guard let began else { return }
    ranBefore += max(0, at - began)
    self.began = nil
    startedHere = ContinuousClock.now
  }

  /// A line for who looks on: where it runs, or what it waits for.
  var place: String? {
    guard !isLocal else { return nil }
    switch state {
    case .waiting(let reason): return "waits" + (reason.map { " (\($0))" } ?? "")
    case .running(let node): return "runs" + ((host ?? node).map { " on \($0)" } ?? "")
    case .ended: return "has ended"
    case nil: return host.map { "runs on \($0)" } ?? "is handed over"
    }
  }
}
