import Notebook
import Numerics
import Testing

@testable import Clicks
@testable import Recall
@testable import Steps

@Suite("Training checkpoints")
struct TrainingCheckpointTests {
  private let checkpoint = TrainingCheckpoint(
    state: TrainingState(
      epoch: 2,
      step: 14,
      reports: [
        EpochReport(epoch: 1, meanLoss: 4.5, chanceLoss: 5.25, learningRate: 1e-3),
        EpochReport(epoch: 2, meanLoss: 3.75, chanceLoss: 5.5, learningRate: 2e-3, hardNegatives: 30.125),
      ],
      weights: [NamedMatrix(name: "emb_item", matrix: Matrix(rows: 1, columns: 2, values: [1, 2]))],
      optimizer: []
    ),
    validation: [0.25, 0.5],
    best: nil
  )

  @Test("what the epochs reported comes back")
  func reports() throws {
    let back = try TrainingCheckpoint(bundle: checkpoint.bundle())
    #expect(back.state.reports == checkpoint.state.reports)
    #expect(back.state.epoch == 2 && back.state.step == 14 && back.validation == [0.25, 0.5])
    #expect(back.state.weights.map(\.matrix.values) == [[1, 2]] && back.best == nil)
  }

  @Test("what single users were given comes back, and nothing where nobody asked")
  func units() throws {
    #expect(try TrainingCheckpoint(bundle: checkpoint.bundle()).validationUnits.isEmpty)
    var asked = checkpoint
    asked.validationUnits = [[0.5, 0], [0.25, 0.75]].map { UnitValues(ids: [3, 8], values: $0) }
    #expect(try TrainingCheckpoint(bundle: asked.bundle()).validationUnits == asked.validationUnits)
    asked.validationUnits.removeLast()
    #expect(throws: (any Error).self) { try TrainingCheckpoint(bundle: asked.bundle()) }
  }
}
