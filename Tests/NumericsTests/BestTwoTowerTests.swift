import Memory
import Testing

@testable import Numerics

/// The reference of the best two-tower (JAX) against ours: from the same weights, with the same batches.
///
/// Losses of single steps agree to 1e-5; where Adam divides a gradient that is only rounding by its own size, the
/// two sides part by up to a step of 5e-2 times the schedule: after twenty steps losses agree to 1e-4 and weights
/// to 1e-2 of a table's largest.
@Suite("the best two-tower does what its reference does")
struct BestTwoTowerTests {
  @Test("the losses of twenty steps, and the weights after them", arguments: ["identity", "residual"])
  func twentySteps(name: String) throws {
    let golden = try BestTwoTowerGolden.read(name)
    let model = try TwoTowerModel(golden.shape, seed: 1, compute: Compute(threads: Threads(2)))
    let weights = golden.weights(golden.parameters)
    #expect(weights.map(\.name).sorted() == model.parameters.map(\.name).sorted())
    try model.load(weights)
    var adam = AdamSettings(beta1: 0.9, beta2: 0.99, epsilon: 1e-8)
    adam.correctsBeforeEpsilon = true
    let optimizer = Optimizer(.adam(adam), parameters: model.parameters)
    #expect(golden.steps.count == 20)
    for (index, step) in golden.steps.enumerated() {
      let loss = golden.withBatch(step) { batch in
        model.forwardBackward(batch, beforeReading: { optimizer.catchUpTouched(on: model.compute) })
      }
      #expect(abs(loss - step.loss) < 1e-4 * step.loss, "step \(index + 1)")
      optimizer.step(learningRate: step.rate, on: model.compute)
    }
    optimizer.catchUpAll(on: model.compute)
    for expected in golden.weights(golden.final) {
      let own = try #require(model.parameters.first { $0.name == expected.name })
      #expect(relativeDifference(own.value.values, expected.matrix.values) < 1e-2, "\(expected.name)")
    }
  }

  @Test("fresh weights begin as the reference's do: zeros, ln 0.7 by position, nothing for unknown items")
  func initialWeights() throws {
    var shape = try BestTwoTowerGolden.read("identity").shape
    shape.embeddingInitializer = .normal(standardDeviation: 0.1)
    let model = try TwoTowerModel(shape, seed: 1)
    for parameter in model.parameters where !["emb_item", "history_position"].contains(parameter.name) {
      #expect(parameter.value.values.allSatisfy { $0 == 0 }, "\(parameter.name)")
    }
    let positions = try #require(model.parameters.first { $0.name == "history_position" }).value.values
    #expect(relativeDifference(positions, [0, -0.356_674_94, -0.713_349_9, -1.070_024_8]) < 1e-6)
    let items = try #require(model.parameters.first { $0.name == "emb_item" }).value
    #expect(items.row(0).allSatisfy { $0 == 0 } && items.row(1).allSatisfy { $0 != 0 })
    let deviation = (items.elements.reduce(0) { $0 + $1 * $1 } / Float(items.elements.count)).squareRoot()
    #expect(abs(deviation - 0.1) < 0.02)
  }
}
