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
    _ change: (inout TrainerOptions) -> Void
  ) throws -> Trainer {
    var shape = try TrainingTests.model().shape
    shape.learnsTemperature = learnsTemperature
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
      ($0.correctsSampling, $0.masksHistory) = (corrects, true)
    }
    try trainer.run()
    #expect(trainer.reports.allSatisfy { abs($0.chanceLoss - log(2)) < 1e-12 })
    let (first, last) = (try #require(trainer.reports.first), try #require(trainer.reports.last))
    #expect(last.meanLoss < first.meanLoss && last.meanLoss < 0.8 * log(2), "\(last.meanLoss)")
    let rate = try TrainingTests.hitRate(trainer.model)
    #expect(rate > 0.9, "\(rate)")
  }

  @Test(
    "a temperature is learned with every loss",
    arguments: ["symmetric", "softmax", "pool", "bpr", "bpr pool"]
  )
  func temperature(loss: String) throws {
    let trainer = try Self.trainer(learnsTemperature: true) {
      if loss == "symmetric" { $0.sides = .symmetric }
      if loss.hasPrefix("bpr") { $0.form = .bpr }
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
