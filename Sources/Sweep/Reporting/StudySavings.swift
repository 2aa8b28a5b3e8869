/// What ending trials and the search early spared, in core hours: seconds of processes times the threads each had.
package struct StudySavings: Sendable, Equatable {
  /// A number of trials and what they cost or would have cost.
  package struct Part: Sendable, Equatable {
    /// How many trials.
    package var trials: Int
    /// Core hours.
    package var coreHours: Double

    /// Puts them together.
    package init(trials: Int, coreHours: Double) {
      self.trials = trials
      self.coreHours = coreHours
    }
  }

  /// What was run.
  package var spent: Part
  /// What was stopped early, and what that would still have cost.
  package var stopped: Part
  /// What was not begun since the search was settled, at the mean cost of those that ended; nil where it is not settled.
  package var notBegun: Part?
  /// How likely one of those would have won, and what it was held against; nil where nothing was said of that.
  package var chance: (value: Double, limit: Double)?
  /// The command that runs the same without ending anything early; empty where there is none.
  package var commandWithout = ""

  /// Sums up the trials of a search.
  /// - Parameters:
  ///   - threads: how many threads each had.
  ///   - verdict: what was said of those that are left, or nil.
  ///   - repetitions: how many trials a setting has.
  init(_ trials: [Trial], threads: Int, verdict: Settling.Verdict?, limit: Double?, repetitions: Int) {
    func hours(_ seconds: Double) -> Double { seconds * Double(threads) / 3600 }
    let pruned = PrunedCost(among: trials)
    let ended = trials.filter { $0.state == .complete || $0.state == .pruned }
    spent = Part(trials: trials.count, coreHours: hours(trials.reduce(0) { $0 + $1.seconds }))
    stopped = Part(
      trials: trials.count { $0.state == .pruned },
      coreHours: hours(trials.reduce(0) { $0 + pruned.seconds($1) })
    )
    guard let verdict, let limit else { return }
    chance = (verdict.chance, limit)
    guard verdict.isSettled, verdict.left > 0, !ended.isEmpty else { return }
    let mean = ended.reduce(0) { $0 + $1.seconds } / Double(ended.count)
    let left = verdict.left * repetitions
    notBegun = Part(trials: left, coreHours: hours(mean * Double(left)))
  }

  /// Whether all parts are the same.
  package static func == (one: StudySavings, other: StudySavings) -> Bool {
    one.spent == other.spent && one.stopped == other.stopped && one.notBegun == other.notBegun
      && one.chance?.value == other.chance?.value && one.chance?.limit == other.chance?.limit
      && one.commandWithout == other.commandWithout
  }
}

extension StudyDefinition {
  /// What ending early spared, where trials are raced or the search ends by itself; else nil.
  func savings(of trials: [Trial], threads: Int, command: String) -> StudySavings? {
    guard isRacing || settings.settled != nil else { return nil }
    var savings = StudySavings(
      trials,
      threads: threads,
      verdict: settling?.verdict(Proposals.groups(trials)),
      limit: settings.settled.map { 1 - $0 },
      repetitions: settings.seeds
    )
    let without = [
      settings.early == nil ? nil : "sweep.early_terminate=null",
      settings.settled == nil ? nil : "sweep.stop_when=null",
    ]
    savings.commandWithout = ([command] + without.compactMap { $0 }).joined(separator: " ")
    return savings
  }
}
