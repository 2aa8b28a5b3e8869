/// What stopping trials early saved.
struct PrunedCost {
  /// Under which name a trial's metrics hold the seconds that an epoch of it took, start-up left out.
  static let paceKey = "sweep.epoch_seconds"

  /// How many values on the way trials that went to their end gave on average; nil where none did.
  private let steps: Double?
  /// The middle one of the seconds that an epoch took in the trials of which that is known; nil where it is of none.
  private let usualPace: Double?

  init(among trials: [Trial]) {
    let whole = trials.compactMap { $0.state == .complete ? $0.intermediates.last?.step : nil }
    steps = whole.isEmpty ? nil : Double(whole.reduce(0, +)) / Double(whole.count)
    usualPace = Summary.median(trials.compactMap { $0.metrics[Self.paceKey] })
  }

  /// The seconds that a pruned trial would still have taken: as many more values on the way as trials that went to their
  /// end gave on average, each as long as its own epochs. 0 where none went to its end.
  func seconds(_ trial: Trial) -> Double {
    guard let steps, trial.state == .pruned, let last = trial.intermediates.last, last.step > 0 else {
      return 0
    }
    return pace(of: trial, steps: last.step) * max(0, steps - Double(last.step))
  }

  /// The seconds an epoch of a trial took. One that was stopped after its first does not know what of its time was start-up:
  /// an epoch of others stands for it then, and no more than all of its time.
  private func pace(of trial: Trial, steps: Int) -> Double {
    if let own = trial.metrics[Self.paceKey], own.isFinite { return own }
    let most = trial.cellSeconds.values.reduce(0, +) / Double(steps)
    return min(usualPace ?? most, most)
  }
}
