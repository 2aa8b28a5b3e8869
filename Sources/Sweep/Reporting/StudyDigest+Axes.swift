import Glibc
import Report

extension StudyDigest {
  /// From this factor between the least and the greatest value on, an axis of losses is logarithmic.
  private static let wide = 300.0

  /// The axis of the first goal over some values.
  func metricAxis(_ values: [Double], of other: Goal? = nil) -> Plot.Axis {
    let goal = other ?? goal
    let finite = values.filter(\.isFinite)
    let isWide =
      if let low = finite.min(), let high = finite.max() { low > 0 && high / low > Self.wide } else { false }
    return Plot.Axis(goal.metric, isLogarithmic: isWide && goal.direction == .minimize)
  }

  /// A name for a plot: in full where it fits `room` characters, else its last part, cut at the front, since long
  /// names tend to differ at their ends.
  func label(_ parameter: String, room: Int) -> String {
    parameter.count <= room ? parameter : shortLabel(parameter, room: room)
  }

  /// The last part of a name, cut at the front to `room` characters.
  func shortLabel(_ parameter: String, room: Int) -> String {
    let short = name(parameter)
    return short.count <= room ? short : "…" + short.suffix(room - 1)
  }

  /// The axis of a parameter.
  func axis(_ parameter: Parameter) -> Plot.Axis {
    switch parameter.distribution {
    case .categorical(let count, _):
      let choices = (0..<max(count, 1)).map { facts.shown(parameter.name, Double($0)) }
      return Plot.Axis(label(parameter.name, room: 32), categories: choices)
    case .real(_, _, let isLog, _), .integer(_, _, let isLog, _):
      return Plot.Axis(label(parameter.name, room: 32), isLogarithmic: isLog)
    case .normal:
      return Plot.Axis(label(parameter.name, room: 32))
    }
  }

  /// `higher is better` or `lower is better`.
  var better: String { goal.direction == .maximize ? "higher is better" : "lower is better" }
}

extension Parameter {
  /// Whether its values are positions in a list of choices.
  var isCategorical: Bool { if case .categorical = distribution { true } else { false } }

  /// Whether its range is one of factors.
  var isLogarithmic: Bool {
    switch distribution {
    case .real(_, _, let isLog, _), .integer(_, _, let isLog, _): isLog
    case .categorical, .normal: false
    }
  }

  /// A value on the scale where equal steps matter equally, or nil where it has none.
  func scaled(_ value: Double) -> Double? {
    guard value.isFinite, !isLogarithmic || value > 0 else { return nil }
    return isLogarithmic ? log10(value) : value
  }

  /// The value at a place of that scale.
  func unscaled(_ place: Double) -> Double { isLogarithmic ? pow(10, place) : place }
}
