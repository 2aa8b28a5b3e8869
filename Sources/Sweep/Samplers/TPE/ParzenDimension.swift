import Glibc

/// The kernels of one parameter; the last is the prior's.
enum ParzenDimension {
  /// The probabilities of the choices, a row per kernel.
  case categorical(rows: [[Double]])
  /// Normal kernels cut off at the ends of the line.
  case numeric(axis: NumericAxis, kernels: [ParzenKernel])

  /// Lays kernels over `values`.
  init(_ values: [Double], distribution: Distribution, priorWeight: Double) {
    if let axis = NumericAxis(distribution) {
      self = .numeric(axis: axis, kernels: Self.kernels(values.map { axis.position(of: $0) }, on: axis))
    } else {
      let prior = distribution.shares ?? []
      self = .categorical(rows: Self.rows(values, prior: prior, priorWeight: priorWeight))
    }
  }

  /// Each observation's choice gets 1, and all choices share the prior's weight, divided by the number of kernels,
  /// as the prior says (Optuna's formula for a uniform prior).
  static func rows(_ values: [Double], prior: [Double], priorWeight: Double) -> [[Double]] {
    let share = priorWeight / Double(values.count + 1) * Double(prior.count)
    return values.map { value in
      var row = prior.map { $0 * share }
      row[Int(value)] += 1
      return row.map { $0 / (1 + share) }
    } + [prior]
  }

  private static func kernels(_ positions: [Double], on axis: NumericAxis) -> [ParzenKernel] {
    let deviations = deviations(positions, low: axis.low, high: axis.high)
    let middle = 0.5 * (axis.low + axis.high)
    return zip(positions + [middle], deviations + [axis.high - axis.low]).map {
      ParzenKernel(mean: $0, deviation: $1, low: axis.low, high: axis.high)
    }
  }

  /// The widths of the kernels over `positions`: the distance to the farther neighbour, the ends of the line being
  /// neighbours only of a lone observation; not above the line's length, nor below it over the number of kernels,
  /// the prior's and one more counted ("magic clip"), at most 100.
  static func deviations(_ positions: [Double], low: Double, high: Double) -> [Double] {
    let order = positions.indices.sorted { (positions[$0], $0) < (positions[$1], $1) }
    let least = (high - low) / min(100, Double(positions.count + 2))
    var deviations = positions
    for (place, index) in order.enumerated() {
      let here = positions[index]
      let isAlone = order.count == 1
      let left = place > 0 ? here - positions[order[place - 1]] : isAlone ? here - low : 0
      let right = place + 1 < order.count ? positions[order[place + 1]] - here : isAlone ? high - here : 0
      deviations[index] = min(max(left, right, least), high - low)
    }
    return deviations
  }

  /// A draw from kernel number `kernel`.
  func draw(_ kernel: Int, _ stream: inout RandomStream) -> Double {
    switch self {
    case .categorical(let rows): Double(stream.position(in: rows[kernel]))
    case .numeric(let axis, let kernels): axis.value(at: kernels[kernel].position(at: stream.unit()))
    }
  }

  /// Adds to each of `terms` the logarithm of its kernel's density at `value`, or of the mass of its cell.
  func addLogDensities(of value: Double, to terms: inout [Double]) {
    switch self {
    case .categorical(let rows):
      for (place, row) in rows.enumerated() { terms[place] += log(row[Int(value)]) }
    case .numeric(let axis, let kernels):
      guard let cell = axis.cell(of: value) else {
        let position = axis.position(of: value)
        for (place, kernel) in kernels.enumerated() { terms[place] += kernel.logDensity(position) }
        return
      }
      for (place, kernel) in kernels.enumerated() { terms[place] += kernel.logMass(cell.left, cell.right) }
    }
  }
}
