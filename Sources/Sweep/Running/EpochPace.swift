/// How long an epoch takes, from one value on the way to the next: what a cell does before the first is not in it.
struct EpochPace: Sendable {
  private struct Value {
    var cell: String
    var step: Int
    var seconds: Double
  }

  private var first: Value?
  private var last: Value?

  /// Takes a value that a cell told after an epoch, so many seconds after it began.
  mutating func hear(cell: String, step: Int, seconds: Double) {
    let value = Value(cell: cell, step: step, seconds: seconds)
    // Where it begins anew it counts anew.
    if let last, last.cell == cell, last.step < step, last.seconds <= seconds {
      self.last = value
    } else {
      (first, last) = (value, value)
    }
  }

  /// Seconds an epoch; nil before two were told of.
  var seconds: Double? {
    guard let first, let last, last.step > first.step else { return nil }
    return (last.seconds - first.seconds) / Double(last.step - first.step)
  }
}
