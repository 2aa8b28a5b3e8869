import Notebook
import Numerics

extension PlannedCell {
  /// The loss that a 'train' cell takes; nil for other cells.
  var loss: Loss? { self["loss"]?.string.flatMap(Loss.init) }
  /// The optimiser that a 'train' cell takes; nil for other cells.
  var optimizer: OptimizerName? { self["optimizer"]?.string.flatMap(OptimizerName.init) }
}
