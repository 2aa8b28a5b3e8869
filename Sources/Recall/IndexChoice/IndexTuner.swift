import Numerics

/// Tries kinds and settings of indexes on a model's own vectors, and chooses the cheapest that holds a recall.
///
/// Of each kind the least `nprobe` or `ef_search` that holds is found by doubling and bisection, with each reranking that is
/// worth it. What holds is timed again, turn by turn, so that whatever else the machine does hits all alike, and of each
/// request the fastest turn counts. The cheapest takes least time; times within a tenth of it are the same, and of these the smallest is taken, then the one that is tried first.
package struct IndexTuner {
  /// What is tried, and how it is measured.
  package struct Options {
    /// What must hold.
    package var goal = IndexGoal()
    /// What is tried; nil for ``IndexForm/usual(items:dimension:_:)``.
    package var forms: [IndexForm]?
    /// How indexes are made; the factory string does not count.
    package var build = IndexBuild("Flat")
    /// What lists may hold.
    package var rules = CandidateRules()
    /// How an index is searched besides.
    package var search = SearchSettings()
    /// How many threads build, and search many requests at once.
    package var threads = 1
    /// Told what was done, a line each.
    package var progress: (String) -> Void = { _ in }
    /// Asked now and then; what it throws ends the work.
    package var checkpoint: () throws -> Void = {}

    /// The defaults.
    package init() {}
  }

  let vectors: Matrix
  let ids: [Int64]
  let requests: TrialRequests
  let options: Options
  let exact: ExactLists
  /// How many vectors there are, each counted once.
  private let distinct: Int
  /// Requests that are timed, each alone.
  let singles: [TrialRequests]
  var choice = IndexChoice()
  /// The indexes of what holds.
  private var kept: [BuiltIndex] = []
  /// An index whose cells others may take.
  private var cells: FaissIndex?
  /// What was found to be too slow in one of its cells alone: vectors may be so uneven that most are in one.
  private var unevenCells: IndexForm?

  /// Times within this of the least are the same.
  package static let tie = 1.1
  /// How many requests are timed in the end, and how often.
  private static let (timed, rounds) = (200, 5)
  /// How many are on the way.
  static let timedOnTheWay = 64

  /// Takes `vectors` `[items, dimension]`, their ids, and the requests.
  /// - Throws: what `options.checkpoint` throws.
  package init(vectors: Matrix, ids: [Int64], requests: TrialRequests, _ options: Options) throws {
    (self.vectors, self.ids, self.requests, self.options) = (vectors, ids, requests, options)
    distinct = RepeatedVectors(vectors, ids: ids).rows.count
    let all = SearchIndex(vectors: vectors, ids: ids, approximate: nil)
    let ranker = Ranker(index: all, rules: options.rules, threads: options.threads)
    exact = ExactLists(
      requests,
      try requests.lists(ranker, k: options.goal.k, .exact, checkpoint: options.checkpoint)
    )
    singles = requests.singles(Self.timed)
  }

  /// Tries all, and chooses.
  /// - Throws: `FaissFailure` where an index cannot be made of the vectors at all; what `options.checkpoint` throws.
  package static func choice(
    vectors: Matrix,
    ids: [Int64],
    requests: TrialRequests,
    _ options: Options
  ) throws -> IndexChoice {
    var tuner = try IndexTuner(vectors: vectors, ids: ids, requests: requests, options)
    let forms =
      options.forms ?? IndexForm.usual(items: tuner.distinct, dimension: vectors.columns, options.goal)
    for form in forms { try tuner.try(form) }
    try tuner.choose()
    return tuner.choice
  }

  // --- trying

  private mutating func `try`(_ form: IndexForm) throws {
    let bytes = form.leastBytes(items: distinct, dimension: vectors.columns)
    guard options.goal.allows(bytes: bytes) || form.isExact else {
      skip(form, "it takes \(Self.megabytes(bytes)) MB at least")
      return
    }
    if let other = unevenCells, other.knob == form.knob {
      skip(form, "its cells are those of \(other.factory), one of which alone takes too long")
      return
    }
    guard let built = try build(form) else { return }
    guard options.goal.allows(bytes: built.bytes) || form.isExact else {
      skip(form, "it takes \(Self.megabytes(built.bytes)) MB")
      return
    }
    var best: IndexTrial?
    for rerank in form.reranks {
      let bytes = built.bytes(rerank: rerank)
      guard options.goal.allows(bytes: bytes) || form.isExact else {
        skip(form, "with the vectors to compare it takes \(Self.megabytes(bytes)) MB")
        break
      }
      let outcome = try least(of: built, rerank: rerank)
      if case .tooSlow = outcome {
        if case .nprobe = form.knob { unevenCells = unevenCells ?? form }
        break
      }
      guard case .found(let found) = outcome else { continue }
      choice.holding.append(found)
      // More is compared for fewer looked at: once that does not pay, more of it does not either.
      if let best, best.milliseconds <= found.milliseconds { break }
      best = found
    }
    if best != nil { kept.append(built) }
  }

  private mutating func skip(_ form: IndexForm, _ why: String) {
    choice.skipped.append("\(form.factory) was not measured: \(why).")
    options.progress("\(form.factory): not measured, \(why)")
  }

  private mutating func build(_ form: IndexForm) throws -> BuiltIndex? {
    guard !form.isExact else { return try BuiltIndex(form, nil, vectors: vectors, ids: ids) }
    var build = options.build
    build.factory = form.factory
    let clock = ContinuousClock()
    let start = clock.now
    do {
      let faiss = try build.index(
        of: vectors,
        ids: ids,
        cells: cells,
        threads: options.threads,
        checkpoint: options.checkpoint
      )
      if case .nprobe = form.knob { cells = cells ?? faiss }
      let seconds = (clock.now - start) / .seconds(1)
      options.progress("\(form.factory): built in \(Self.rounded(seconds, 1)) s")
      return try BuiltIndex(form, faiss, vectors: vectors, ids: ids)
    } catch let failure as FaissFailure {
      switch failure {
      case .factory, .tooFewTrainingVectors:
        skip(form, "\(failure)")
        return nil
      default: throw failure
      }
    }
  }

  // --- choosing

  private mutating func choose() throws {
    func isWithin(_ trial: IndexTrial) -> Bool { options.goal.allows(bytes: trial.bytes) }
    let least = choice.holding.filter(isWithin).map(\.milliseconds).min() ?? 0
    var turns: [Int: [[Double]]] = [:]
    for _ in 0..<Self.rounds {
      for (place, trial) in choice.holding.enumerated() where trial.milliseconds <= 1.5 * least {
        guard let built = kept.first(where: { $0.form.factory == trial.setting.factory }) else { continue }
        turns[place, default: []].append(try times(built, trial.setting, singles))
        try options.checkpoint()
      }
    }
    for (place, times) in turns {
      let milliseconds = Self.mean(times)
      let old = choice.holding[place]
      choice.holding[place].milliseconds = milliseconds
      for trial in choice.trials.indices where choice.trials[trial] == old {
        choice.trials[trial].milliseconds = milliseconds
      }
    }
    let within = choice.holding.filter {
      isWithin($0) && options.goal.allows(milliseconds: $0.milliseconds)
    }
    guard let fastest = within.map(\.milliseconds).min() else { return }
    let equals = within.filter { $0.milliseconds <= Self.tie * fastest }
    let chosen = equals.min { $0.bytes < $1.bytes }
    choice.chosen = chosen
    choice.index = kept.first { $0.form.factory == chosen?.setting.factory }
  }

  // --- words

  static func megabytes(_ bytes: Int) -> String { rounded(Double(bytes) / 1e6, 1) }

  static func rounded(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let text = "\((value * scale).rounded() / scale)"
    return text
  }
}
