/// What stopping trials early saved.
enum PrunedCost {
  /// The seconds that a pruned trial would still have taken: as many more values on the way as trials that went to their
  /// end gave on average, each as long as its own so far. 0 where none went to its end.
  static func seconds(_ trial: Trial, among trials: [Trial]) -> Double {
    guard trial.state == .pruned, let last = trial.intermediates.last, last.step > 0 else { return 0 }
    let whole = trials.compactMap { $0.state == .complete ? $0.intermediates.last?.step : nil }
    guard !whole.isEmpty else { return 0 }
    let steps = Double(whole.reduce(0, +)) / Double(whole.count)
    return trial.cellSeconds.values.reduce(0, +) * max(0, steps - Double(last.step)) / Double(last.step)
  }
}
