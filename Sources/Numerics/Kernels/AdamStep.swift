/// The numbers of one Adam step.
struct AdamStep: Sendable, Equatable {
  /// The learning rate with both bias corrections in it.
  var rate: Float
  /// The decay of the first moment.
  var beta1: Float
  /// The decay of the second moment.
  var beta2: Float
  /// Added to the root of the second moment.
  var epsilon: Float
  /// The share of each value that decays in this step (AdamW); 0 for none.
  var decay: Float
}
