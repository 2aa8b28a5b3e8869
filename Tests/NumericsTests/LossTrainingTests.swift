import Glibc
import Testing

@testable import Numerics

@Suite("training with every loss")
struct LossTrainingTests {
  /// The samples of `TrainingTests` with the category of every item, so that pools can be drawn.
  private static func samples() -> SampleColumns {
    var samples = TrainingTests.samples()
    samples.categoryOfItem = [0] + (0..<60).map { Int32(1 + $0 / 10 % 3) }
    samples.weights = (0..<samples.count).map { $0 % 3 == 0 ? 0.5 : 1 }
    return samples
  }

  private static func trainer(
    learnsTemperature: Bool = false,
    isSigned: Bool = false,
    _ change: (inout TrainerOptions) -> Void
  ) throws -> Trainer {
    var shape = try TrainingTests.model().shape
    shape.learnsTemperature = learnsTemperature
    if isSigned {
      (shape.queryKind, shape.itemKind, shape.usesCategory) = (.identity, .identity, false)
    }
    let options = TrainingTests.options {
      $0.epochs = 12
      $0.sides = .queries
      change(&$0)
    }
    return try Trainer(model: TwoTowerModel(shape, seed: 1), samples: samples(), options: options)
  }

  @Test(
    "pairwise ranking learns over the batch's targets and over a pool, corrected, masked and weighed; chance is ln 2",
    arguments: [TrainerOptions.Negatives.batch, .distinctTargets, .pool(size: 128)],
    [false, true]
  )
  func ranking(negatives: TrainerOptions.Negatives, corrects: Bool) throws {
    let trainer = try Self.trainer {
      $0.form = .bpr
      $0.negatives = negatives
      ($0.correction, $0.masksHistory) = (corrects ? .all : nil, true)
    }
    try trainer.run()
    #expect(trainer.reports.allSatisfy { abs($0.chanceLoss - log(2)) < 1e-12 })
    let (first, last) = (try #require(trainer.reports.first), try #require(trainer.reports.last))
    #expect(last.meanLoss < first.meanLoss && last.meanLoss < 0.8 * log(2), "\(last.meanLoss)")
    let rate = try TrainingTests.hitRate(trainer.model)
    #expect(rate > 0.9, "\(rate)")
  }

  @Test(
    "a cosine contrastive loss learns over the batch's targets and over a pool, masked and weighed",
    arguments: [TrainerOptions.Negatives.batch, .distinctTargets, .pool(size: 128)]
  )
  func cosine(negatives: TrainerOptions.Negatives) throws {
    let trainer = try Self.trainer {
      ($0.form, $0.negatives, $0.masksHistory) = (.ccl, negatives, true)
      // A sixth of the candidates are as good as the target: what they cost must not outweigh it.
      ($0.numbers.margin, $0.numbers.negativeWeight) = (0.4, 4)
    }
    try trainer.run()
    #expect(trainer.reports.allSatisfy { abs($0.chanceLoss - 0.6) < 1e-12 })
    let (first, last) = (try #require(trainer.reports.first), try #require(trainer.reports.last))
    #expect(last.meanLoss < first.meanLoss && last.meanLoss < 0.5, "\(last.meanLoss)")
    let rate = try TrainingTests.hitRate(trainer.model)
    #expect(rate > 0.9, "\(rate)")
  }

  /// Of 60 items 127 other samples of a batch, or the 59 others of a pool, leave no item out: a = 1, and the power is 1.
  @Test(
    "a binary cross-entropy learns likewise, corrected too",
    arguments: [TrainerOptions.Negatives.batch, .distinctTargets, .pool(size: 128)],
    [false, true]
  )
  func binary(negatives: TrainerOptions.Negatives, corrects: Bool) throws {
    let trainer = try Self.trainer(isSigned: true) {
      $0.epochs = 24
      ($0.form, $0.negatives, $0.masksHistory) = (.gbce, negatives, true)
      $0.correction = corrects ? .all : nil
    }
    try trainer.run()
    let (first, last) = (try #require(trainer.reports.first), try #require(trainer.reports.last))
    if negatives == .pool(size: 128) {
      // ln 60 for the target and 59 ln (60 / 59) for the others.
      #expect(abs(first.chanceLoss - (log(60) + 59 * log(60.0 / 59))) < 1e-12)
    }
    #expect(last.meanLoss < first.meanLoss && last.meanLoss < 0.95 * last.chanceLoss, "\(last.meanLoss)")
    let rate = try TrainingTests.hitRate(trainer.model)
    #expect(rate > 0.9, "\(rate)")
  }

  @Test(
    "a softmax at k learns likewise, with either correction and with none",
    arguments: [TrainerOptions.Negatives.distinctTargets, .pool(size: 128)],
    [SamplingCorrection?.none, .all, .refined]
  )
  func softmaxAtK(negatives: TrainerOptions.Negatives, correction: SamplingCorrection?) throws {
    let trainer = try Self.trainer {
      ($0.form, $0.negatives, $0.correction) = (.softmaxAtK, negatives, correction)
      ($0.numbers.topK, $0.numbers.weightTemperature) = (10, 0.5)
    }
    try trainer.run()
    let last = try #require(trainer.reports.last)
    #expect(last.meanLoss < 0.9 * last.chanceLoss, "\(last.meanLoss) of \(last.chanceLoss)")
    #expect(try TrainingTests.hitRate(trainer.model) > 0.9)
  }

  @Test(
    "the target's power is 1 without calibration, the sampling rate with all of it, and lies between else"
  )
  func power() {
    // 11 of 100 other items are candidates: 1 - 0.75 x (1 - 0.11) = 0.3325.
    for (calibration, power) in [(0.0, 1.0), (1, 0.11), (0.75, 0.3325)] {
      let found = LossNumbers.positivePower(calibration: calibration, others: 11, items: 101)
      #expect(abs(found - power) < 1e-12)
    }
    #expect(LossNumbers.positivePower(calibration: 1, others: 500, items: 101) == 1)
  }

  @Test(
    "a softmax with the refined correction learns",
    arguments: [TrainerOptions.Negatives.distinctTargets, .pool(size: 128)]
  )
  func refined(negatives: TrainerOptions.Negatives) throws {
    let trainer = try Self.trainer { ($0.negatives, $0.correction) = (negatives, .refined) }
    try trainer.run()
    let last = try #require(trainer.reports.last)
    #expect(last.meanLoss < 0.8 * last.chanceLoss, "\(last.meanLoss)")
    #expect(try TrainingTests.hitRate(trainer.model) > 0.9)
  }

  @Test("what does not go together is told")
  func mistakes() throws {
    func message(learned: Bool = false, _ change: (inout TrainerOptions) -> Void) -> String {
      do { _ = try Self.trainer(learnsTemperature: learned, change) } catch { return "\(error)" }
      return "nothing"
    }
    #expect(message { ($0.form, $0.correction) = (.ccl, .all) }.contains("no log-odds"))
    #expect(message { $0.correction = .refined }.contains("a pool, or merged targets"))
    #expect(
      message { ($0.form, $0.negatives, $0.correction) = (.bpr, .distinctTargets, .refined) }
        .contains("'bpr' takes the plain one")
    )
    #expect(message(learned: true) { $0.form = .ccl }.contains("takes no temperature"))
    #expect(message { $0.form = .gbce }.contains("no score of theirs is below 0"))
    #expect(message { $0.numbers.margin = 1 }.contains("-1 ..< 1"))
  }

  @Test(
    "a temperature is learned with every loss that takes one",
    arguments: ["symmetric", "softmax", "pool", "bpr", "bpr pool", "gbce", "gbce pool"]
  )
  func temperature(loss: String) throws {
    let trainer = try Self.trainer(learnsTemperature: true, isSigned: loss.hasPrefix("gbce")) {
      if loss == "symmetric" { $0.sides = .symmetric }
      if loss.hasPrefix("bpr") { $0.form = .bpr }
      if loss.hasPrefix("gbce") { $0.form = .gbce }
      if loss.hasSuffix("pool") { $0.negatives = .pool(size: 128) }
    }
    #expect(abs(trainer.model.temperature - 0.1) < 1e-6)
    try trainer.run()
    let last = try #require(trainer.reports.last)
    #expect(last.meanLoss < 0.9 * last.chanceLoss)
    let temperature = trainer.model.temperature
    #expect(temperature.isFinite && abs(temperature / 0.1 - 1) > 0.05, "\(temperature)")
    #expect(try TrainingTests.hitRate(trainer.model) > 0.9)
  }

  @Test("ranking is not taken both ways")
  func symmetricRanking() throws {
    #expect(throws: TrainingError.invalid("the loss 'bpr' is taken from query to item only")) {
      _ = try Self.trainer {
        $0.form = .bpr
        $0.sides = .symmetric
      }
    }
  }
}
