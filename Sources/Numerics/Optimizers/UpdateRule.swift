/// One way to move weights by their gradients.
protocol UpdateRule: Sendable {
  /// The names of its state arrays (two at most), as saved.
  var stateNames: [String] { get }
  /// What a state array holds before its first step.
  var initialState: Float { get }
  /// Moves the slots of `update` in step `step` (from 1).
  func apply(_ update: ParameterUpdate, step: Int, learningRate: Double, with kernels: any Kernels)
}
