import Numerics

extension IndexTuner {
  /// What came of looking for the least setting that holds.
  enum Outcome {
    case found(IndexTrial)
    /// None holds, or none before it costs too much to matter.
    case none
    /// The least there is costs too much already.
    case tooSlow
  }

  /// The least setting of an index that holds the recall.
  mutating func least(of built: BuiltIndex, rerank: Int) throws -> Outcome {
    let first: Int
    let most: Int
    switch built.form.knob {
    case .none:
      let only = IndexSetting(factory: built.form.factory, rerank: rerank)
      guard let trial = try measure(built, only) else { return .tooSlow }
      return holds(trial) ? .found(trial) : .none
    case .nprobe(let cells): (first, most) = (1, cells)
    case .efSearch: (first, most) = (min(options.goal.k * rerank, vectors.rows), vectors.rows)
    }
    var (fails, value) = (first - 1, first)
    var last: IndexTrial?
    var found: IndexTrial?
    while found == nil {
      guard let trial = try measure(built, setting(built.form, value, rerank)) else {
        return last == nil ? .tooSlow : .none
      }
      if holds(trial) {
        found = trial
      } else {
        guard value < most, !stalls(trial, after: last) else { return .none }
        (last, fails) = (trial, value)
        value = min(most, 2 * value)
      }
    }
    // Between what fails and what holds, by ratio; closer than a tenth makes no difference in time.
    while value - fails > max(1, fails / 10), value > first {
      let root = Int((Double(fails) * Double(value)).squareRoot())
      let middle = min(max(root, fails + 1), value - 1)
      guard let trial = try measure(built, setting(built.form, middle, rerank)) else { break }
      if holds(trial) { (value, found) = (middle, trial) } else { fails = middle }
    }
    return found.map(Outcome.found) ?? .none
  }

  private func setting(_ form: IndexForm, _ value: Int, _ rerank: Int) -> IndexSetting {
    var setting = IndexSetting(factory: form.factory, rerank: rerank)
    if case .nprobe = form.knob { setting.nprobe = value } else { setting.efSearch = value }
    return setting
  }

  private func holds(_ trial: IndexTrial) -> Bool { trial.interval.low >= options.goal.recall }

  /// Whether twice as much brought so little that eight times as often would not do.
  private func stalls(_ trial: IndexTrial, after last: IndexTrial?) -> Bool {
    guard let last else { return false }
    return 8 * (trial.interval.low - last.interval.low) < options.goal.recall - trial.interval.low
  }

  /// Time and recall of one setting; nil where it takes so long that it cannot be of use.
  private mutating func measure(_ built: BuiltIndex, _ setting: IndexSetting) throws -> IndexTrial? {
    try options.checkpoint()
    // What comes first finds nothing in the cache of the processor.
    let warm = try (0..<2).map { _ in try times(built, setting, singles.prefix(8)) }
    var milliseconds = Self.mean(warm)
    if milliseconds <= mostMilliseconds {
      milliseconds = Self.mean(
        try (0..<3).map { _ in try times(built, setting, singles.prefix(Self.timedOnTheWay)) }
      )
    }
    // The exact search is what all others are held against.
    guard milliseconds <= mostMilliseconds || built.form.isExact else {
      let words = "\(setting.words): \(Self.rounded(milliseconds, 3)) ms a request, too slow to matter"
      choice.skipped.append(words + ".")
      options.progress(words)
      return nil
    }
    let ranker = ranker(built.search, setting, threads: options.threads)
    let lists = try requests.lists(ranker, k: options.goal.k, .indexAlone, checkpoint: options.checkpoint)
    let trial = trial(built, setting, milliseconds, lists)
    choice.trials.append(trial)
    options.progress(
      "\(setting.words): recall \(Self.rounded(trial.recall, 4)), at least "
        + "\(Self.rounded(trial.interval.low, 4)); \(Self.rounded(milliseconds, 3)) ms"
    )
    return trial
  }

  private func trial(
    _ built: BuiltIndex,
    _ setting: IndexSetting,
    _ milliseconds: Double,
    _ lists: RankedLists
  )
    -> IndexTrial
  {
    let recalls = exact.recalls(lists, requests, built.search)
    let mean = recalls.isEmpty ? 1 : recalls.reduce(0, +) / Double(recalls.count)
    let hits = (0..<requests.count).map { row in requests.targets[row].contains { lists[row].contains($0) } }
    return IndexTrial(
      setting: setting,
      bytes: built.bytes(rerank: setting.rerank),
      milliseconds: milliseconds,
      recall: mean,
      // An exact search loses nothing, which needs no sample.
      interval: built.form.isExact
        ? ConfidenceInterval(low: 1, high: 1) : ConfidenceInterval(wilson: mean, of: recalls.count),
      exactHits: exact.hits.count { $0 },
      lostHits: zip(exact.hits, hits).count { $0 && !$1 },
      wonHits: zip(exact.hits, hits).count { !$0 && $1 },
      requests: requests.count
    )
  }

  /// How long a request may take to be of use: the budget four times over, for who asks what else would hold; twice what the
  /// best takes that was found.
  private var mostMilliseconds: Double {
    let holding = choice.holding.filter { options.goal.allows(bytes: $0.bytes) }.map(\.milliseconds)
    if let best = holding.min(), options.goal.allows(milliseconds: best) { return 2 * best }
    if let budget = options.goal.milliseconds { return 4 * budget }
    return 4 * (choice.trials.first { $0.setting.factory == "Flat" }?.milliseconds ?? .infinity)
  }

  /// The milliseconds of each of some requests, `[requests]`, which are searched one after the other on one thread.
  func times(_ built: BuiltIndex, _ setting: IndexSetting, _ requests: some Collection<TrialRequests>) throws
    -> [Double]
  {
    let ranker = ranker(options.rules.items == nil ? built.single : built.search, setting, threads: 1)
    let clock = ContinuousClock()
    return try requests.map { request in
      let start = clock.now
      _ = try request.lists(ranker, k: options.goal.k, .indexAlone)
      return (clock.now - start) / .milliseconds(1)
    }
  }

  /// The mean over requests of the least that each took in several turns: whatever else a machine does only adds to it.
  static func mean(_ turns: [[Double]]) -> Double {
    guard let first = turns.first, !first.isEmpty else { return 0 }
    let least = first.indices.map { request in turns.map { $0[request] }.min() ?? 0 }
    return least.reduce(0, +) / Double(least.count)
  }

  private func ranker(_ index: SearchIndex, _ setting: IndexSetting, threads: Int) -> Ranker {
    Ranker(index: index, settings: setting.search(options.search), rules: options.rules, threads: threads)
  }
}
