extension TrainingState {
  /// The state of an ensemble, of those of its models: each one's weights, optimiser and reports under its own names.
  init(_ members: [TrainingState], epoch: Int, reports: [EpochReport]) {
    self.init(
      epoch: epoch,
      step: members.reduce(0) { $0 + $1.step },
      reports: reports,
      weights: [],
      optimizer: []
    )
    for (place, member) in members.enumerated() {
      let prefix = TwoTowerModel.prefix(ofMember: place)
      weights += member.weights.map { NamedMatrix(name: prefix + $0.name, matrix: $0.matrix) }
      optimizer += member.optimizer.map {
        OptimizerState(parameter: prefix + $0.parameter, rows: $0.rows, arrays: $0.arrays)
      }
    }
  }

  /// The state of the model at place `member` of an ensemble of `count`; its reports are those of the ensemble.
  func member(_ member: Int, of count: Int) -> TrainingState {
    TrainingState(
      epoch: epoch,
      step: step / count,
      reports: reports,
      weights: TwoTowerModel.own(member, weights, \.name),
      optimizer: TwoTowerModel.own(member, optimizer, \.parameter)
    )
  }
}
