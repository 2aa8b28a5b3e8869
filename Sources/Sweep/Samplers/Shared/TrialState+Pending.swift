extension TrialState {
  /// Whether its result is still to come.
  var isPending: Bool { self == .waiting || self == .running }
}
