import Glibc
import Testing

@testable import Numerics

/// The correction by -log q on a problem whose answer is known.
///
/// After each of four clicks the popular item 1 comes with probability .55, the click's own niche item with .25, and
/// each of the other three niche items with 1/15. Negatives are the batch's own targets, so that a candidate c comes
/// with its share of all targets q_c. Both softmax and pairwise ranking are then least at scores
///
///     s(click, item) = log p(item | click) - log q_item + constant(click)
///
/// (the negatives' distribution is divided out), and at log p with -log q added in training. A bare score for every
/// pair of click and item can reach that to the letter.
@Suite("-log q has the right sign")
struct LogQTests {
  static let clicks = 4
  /// Per click and 60 samples: the popular item, the click's own, the other three.
  static let counts = (popular: 33, own: 15, other: 4)

  static func samples() -> SampleColumns {
    var samples = SampleColumns(
      users: [],
      items: [],
      categories: [],
      histories: HistoryWindows(clicks: [], starts: [], ends: [])
    )
    for click in 0..<clicks {
      for (item, count) in [(0, counts.popular)]
        + (0..<clicks).map({ ($0 + 1, $0 == click ? counts.own : counts.other) })
      {
        for _ in 0..<4 * count {
          samples.histories.starts.append(Int32(samples.histories.clicks.count))
          samples.histories.clicks.append(Int32(6 + click))
          samples.histories.ends.append(Int32(samples.histories.clicks.count))
          samples.users.append(0)
          samples.items.append(Int32(1 + item))
          samples.categories.append(0)
        }
      }
    }
    return samples
  }

  /// The learned scores, `[clicks][items]`, after training.
  static func scores(_ change: (inout TrainerOptions) -> Void) throws -> [[Double]] {
    var shape = TwoTowerShape(userVocabulary: 1, itemVocabulary: 10, categoryVocabulary: 1)
    shape.embeddingDimension = 6
    shape.embeddingInitializer = .normal(standardDeviation: 0.3)
    (shape.usesUserID, shape.usesCategory, shape.sharesItems) = (false, false, false)
    (shape.queryKind, shape.itemKind, shape.similarity) = (.identity, .identity, .dot)
    (shape.temperature, shape.maxSeqLen) = (1, 1)
    let model = try TwoTowerModel(shape, seed: 3)
    var options = TrainerOptions()
    options.sides = .queries
    (options.batchSize, options.epochs, options.learningRate) = (120, 60, 0.03)
    options.schedule = LearningRateSchedule(.cosine())
    change(&options)
    try Trainer(model: model, samples: samples(), options: options).run()
    let queries = try model.queryVectors(
      users: [0, 0, 0, 0],
      histories: HistoryWindows(clicks: [6, 7, 8, 9], starts: [0, 1, 2, 3], ends: [1, 2, 3, 4])
    )
    let items = try model.itemVectors(items: [1, 2, 3, 4, 5], categories: [0, 0, 0, 0, 0])
    return (0..<clicks).map { click in
      (0..<5).map { item in Double(zip(queries.row(click), items.row(item)).reduce(0) { $0 + $1.0 * $1.1 }) }
    }
  }

  /// By how much the popular item is scored above the click's own, and the own above the others, over all clicks.
  private static func margins(_ scores: [[Double]]) -> (
    popular: ClosedRange<Double>, own: ClosedRange<Double>
  ) {
    var (popular, own) = ([Double](), [Double]())
    for (click, row) in scores.enumerated() {
      popular.append(row[0] - row[click + 1])
      own += row.indices.filter { $0 != 0 && $0 != click + 1 }.map { row[click + 1] - row[$0] }
    }
    func range(_ values: [Double]) -> ClosedRange<Double> { (values.min() ?? 0)...(values.max() ?? 0) }
    return (range(popular), range(own))
  }

  private func expectNear(
    _ range: ClosedRange<Double>,
    _ value: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      abs(range.lowerBound - value) < 0.2 && abs(range.upperBound - value) < 0.2,
      "\(range) and not \(value)",
      sourceLocation: sourceLocation
    )
  }

  /// The popular item is log(.55 / .25) = .79 above the click's own; with the wrong sign it would be
  /// .79 - 2 log(.55 / .1125) = -2.39 above it.
  /// Probabilities far from a half are come to slowly.
  private static func trainLonger(_ options: inout TrainerOptions) {
    (options.epochs, options.learningRate) = (300, 0.06)
  }

  @Test("with the correction scores are log-odds", arguments: LossForm.allCases.filter(\.isLeastAtLogOdds))
  func corrected(form: LossForm) throws {
    let (popular, own) = Self.margins(
      try Self.scores {
        $0.form = form
        $0.correction = .all
        if form == .gbce { Self.trainLonger(&$0) }
      }
    )
    expectNear(popular, log(33.0 / 15))
    expectNear(own, log(15.0 / 4))
  }

  /// Each item is a candidate once and is corrected by its chance to be one. A correction of the target too would score
  /// log p a little wrong: what is there for certain is not there by chance.
  @Test(
    "with the refined correction scores are log-odds, over merged targets",
    arguments: [SamplingCorrection.refined]
  )
  func refined(correction: SamplingCorrection) throws {
    let (popular, own) = Self.margins(
      try Self.scores {
        $0.negatives = .distinctTargets
        $0.correction = correction
        // Small batches, in which niche items are missing now and then.
        ($0.batchSize, $0.epochs, $0.learningRate) = (8, 30, 0.01)
      }
    )
    expectNear(popular, log(33.0 / 15))
    expectNear(own, log(15.0 / 4))
  }

  /// Shares of all targets: .55, and (.25 + 3 / 15) / 4 = .1125 for each niche item.
  @Test(
    "without it a popular item is scored too low, by log q: below one that is clicked half as often",
    arguments: LossForm.allCases.filter(\.isLeastAtLogOdds)
  )
  func uncorrected(form: LossForm) throws {
    let (popular, own) = Self.margins(
      try Self.scores {
        $0.form = form
        if form == .gbce { Self.trainLonger(&$0) }
      }
    )
    expectNear(popular, log(33.0 / 15) - log(0.55 / 0.1125))
    expectNear(own, log(15.0 / 4))
    #expect(popular.upperBound < -0.5)
  }
}

extension LossForm {
  /// Whether its least value is at log-odds, so that the answer above is its own.
  ///
  /// Of the binary cross-entropy it is: sigma(s) = beta p / (beta p + 119 q) is s = log p - log q + constant.
  fileprivate var isLeastAtLogOdds: Bool {
    switch self {
    case .softmax, .bpr, .gbce: true
    // Of a softmax at k only where all targets weigh the same.
    case .ccl, .softmaxAtK: false
    }
  }
}
