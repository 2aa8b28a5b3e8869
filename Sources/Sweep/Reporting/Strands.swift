import Report

/// Collects many lines into one series.
struct Strands {
  private var x: [Double] = []
  private var y: [Double] = []

  /// Goes on to a point; nil breaks the line.
  mutating func append(_ x: Double, _ y: Double?) {
    guard let y else { return lift() }
    self.x.append(x)
    self.y.append(y)
  }

  /// Ends the line.
  mutating func lift() {
    x.append(.nan)
    y.append(.nan)
  }

  /// The lines as a series.
  func series(_ name: String) -> Plot.Series { Plot.Series(name, .strands, x: x, y: y) }
}
