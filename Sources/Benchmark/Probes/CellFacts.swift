/// What one cell of a run did, how long it took, and what it must do at least.
struct CellFacts: Codable {
  /// The cell's id.
  var id: String
  /// The step's name.
  var step: String
  /// The seconds its step took.
  var seconds: Double
  /// Its metrics by name.
  var metrics: [String: Double]
  /// How much it got through, in its own unit, and that unit: `samples`.
  var amount: Double
  var unit: String
  /// Bytes of the files it read, or that it wrote.
  var fileBytes: Double
  /// What it must do; empty where the limits were not asked for.
  var demands: [Demand]

  /// The share of what the machine can do: the least time of all demands over the time taken; nil without any.
  func share(of seconds: Double) -> Double? {
    demands.isEmpty || seconds <= 0 ? nil : demands.reduce(0) { $0 + $1.seconds } / seconds
  }
}
