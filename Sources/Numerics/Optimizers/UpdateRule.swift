/// One way to move weights by their gradients.
protocol UpdateRule: Sendable {
  /// The names of its state arrays (two at most), as saved.
  var stateNames: [String] { get }
  /// What a state array holds before its first step.
  var initialState: Float { get }
  /// Moves the entries of `update`, each by its gradient, in step `step` (from 1).
  func apply(_ update: ParameterUpdate, step: Int, learningRate: Double, with kernels: any Kernels)
  /// What rows miss that have no gradient for some steps after step `step`; nil where they stay as they are. `elements` are the
  /// numbers that all tables have together.
  func backlog(after step: Int, elements: Int) -> (any Backlog)?
}

/// What the rows of tables miss in steps in which they have no gradient: a row is brought up to date when it is read
/// next, in one go for all the steps since, and a step costs what it touches, however large the tables are.
protocol Backlog: AnyObject {
  /// Whether all rows must be brought up to date before another step is added.
  var isFull: Bool { get }
  /// Takes in the step that was just made.
  func add(learningRate: Double)
  /// All rows are up to date.
  func clear()
  /// Brings the entries of `update` up to date; `steps` holds the step that last moved each slot.
  func catchUp(_ update: ParameterUpdate, steps: UnsafeMutablePointer<Int32>, with kernels: any Kernels)
}
