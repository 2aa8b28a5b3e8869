/// What stopping trials early saved.
struct PrunedCost {
  /// How many values on the way trials that went to their end gave on average; nil where none did.
  private let steps: Double?

  init(among trials: [Trial]) {
    let whole = trials.compactMap { $0.state == .complete ? $0.intermediates.last?.step : nil }
    steps = whole.isEmpty ? nil : Double(whole.reduce(0, +)) / Double(whole.count)
  }

  /// The seconds that a pruned trial would still have taken: as many more values on the way as trials that went to their
  /// end gave on average, each as long as its own so far. 0 where none went to its end.
  func seconds(_ trial: Trial) -> Double {
    guard let steps, trial.state == .pruned, let last = trial.intermediates.last, last.step > 0 else {
      return 0
    }
    return trial.cellSeconds.values.reduce(0, +) * max(0, steps - Double(last.step)) / Double(last.step)
  }
}
