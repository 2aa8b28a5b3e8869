import Memory
import Testing

@testable import Numerics

/// One model of TensorFlow 2.15 and Keras's legacy Adam, five steps, against ours from the same weights.
///
/// Tolerances. Both sides compute in Float32 with sums in different orders. Vectors, logits, losses and gradients
/// agree to 1e-5 of an array's largest element. Adam divides a gradient by its own size, so that an element whose
/// gradient is itself only rounding moves by up to the learning rate, 1e-2, in a direction that rounding chooses:
/// after five steps weights agree to 1e-4 relative or 1e-5 absolute, a thousandth of one step.
@Suite("golden step")
struct GoldenStepTests {
  private func golden() throws -> GoldenStep { try GoldenStep(folder: GoldenStep.folder) }

  @Test("user and item vectors and logits")
  func vectors() throws {
    let golden = try golden()
    let (model, samples) = (try golden.model(), try golden.samples())
    let users = try model.queryVectors(users: samples.users, histories: samples.histories)
    let items = try model.itemVectors(items: samples.items, categories: samples.categories)
    #expect(relativeDifference(users.values, try golden.floats("user_vec")) < 1e-5)
    #expect(relativeDifference(items.values, try golden.floats("item_vec")) < 1e-5)
    let logits = Matrix(rows: users.rows, columns: items.rows)
    model.compute.kernels.multiply(
      .plain(users.view),
      .transposed(items.view),
      into: logits.view,
      scale: Float(1 / golden.settings.temperature),
      accumulate: false
    )
    #expect(relativeDifference(logits.values, try golden.floats("logits")) < 1e-5)
  }

  @Test("the loss and every gradient of the first step")
  func gradients() throws {
    let golden = try golden()
    let model = try golden.model()
    let loss = BatchAssembler(try golden.samples(), shape: golden.shape, options: TrainerOptions())
      .withBatch(ArraySlice(0..<64)) { model.forwardBackward($0) }
    #expect(abs(loss - golden.settings.losses[0]) < 1e-5 * loss)
    for parameter in model.parameters {
      let difference = relativeDifference(
        parameter.fullGradient.values,
        try golden.floats("grad_\(parameter.name)")
      )
      #expect(difference < 1e-5, "\(parameter.name)")
    }
  }

  @Test(
    "the losses of five steps and every weight after them, with fast and with reference kernels",
    arguments: [true, false]
  )
  func fiveSteps(fast: Bool) throws {
    let golden = try golden()
    let kernels: any Kernels = fast ? FastKernels() : ReferenceKernels()
    let model = try golden.model(Compute(kernels: kernels, threads: Threads(2)))
    let assembler = BatchAssembler(try golden.samples(), shape: golden.shape, options: TrainerOptions())
    let optimizer = Optimizer(.adam(), parameters: model.parameters)
    for expected in golden.settings.losses {
      let loss = assembler.withBatch(ArraySlice(0..<64)) { batch in
        model.forwardBackward(batch, beforeReading: { optimizer.catchUpTouched(on: model.compute) })
      }
      #expect(abs(loss - expected) < 1e-4 * expected)
      optimizer.step(learningRate: golden.settings.learning_rate, on: model.compute)
    }
    optimizer.catchUpAll(on: model.compute)
    for parameter in model.parameters {
      let expected = try golden.floats("after5_\(parameter.name)")
      let worst =
        zip(parameter.value.values, expected).map { abs($0 - $1) - 1e-4 * abs($1) }.max() ?? .infinity
      #expect(worst < 1e-5, "\(parameter.name)")
    }
  }
}
