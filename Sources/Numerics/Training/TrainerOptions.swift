/// How a model is trained. The defaults are the notebook's.
public struct TrainerOptions: Sendable, Equatable {
  /// Samples a step, 1 or more.
  public var batchSize = 1_024
  /// Passes over all samples.
  public var epochs = 3
  /// What moves the weights.
  public var optimizer = OptimizerSettings.adam()
  /// The full learning rate.
  public var learningRate = 2e-4
  /// How the learning rate moves.
  public var schedule = LearningRateSchedule()
  /// The largest L2 norm of all gradients together; nil for no clipping.
  public var clipNorm: Double?
  /// One direction or symmetric.
  public var sides = SoftmaxSides.symmetric
  /// What order and dropout are drawn from, 0 or more. (The model has its own seed.)
  public var seed = 42
  /// Whether the last, smaller batch of an epoch is trained too, as Keras does.
  public var keepsLastPartialBatch = true

  /// Makes the notebook's options.
  public init() {}

  /// Checks that a training can be made.
  /// - Throws: `TrainingError.invalid` with what was expected, then what came.
  public func validate() throws {
    func require(_ holds: Bool, _ message: @autoclosure () -> String) throws {
      guard holds else { throw TrainingError.invalid(message()) }
    }
    try require(batchSize >= 1, "the batch size must be at least 1, got \(batchSize)")
    try require(epochs >= 0, "the number of epochs must be at least 0, got \(epochs)")
    try require(
      learningRate >= 0 && learningRate.isFinite,
      "the learning rate must be finite and at least 0, got \(learningRate)"
    )
    try require(clipNorm.map { $0 > 0 } ?? true, "the clip norm must be above 0, got \(clipNorm ?? 0)")
    try require(seed >= 0, "the seed must be at least 0, got \(seed)")
  }
}
