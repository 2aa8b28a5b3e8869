import Glibc

@testable import Numerics

extension ModelOracle {
  var clickedTable: String { shape.sharesItems ? "emb_item" : "emb_history_item" }

  /// One vector of the window of row `row`, the oldest click first.
  func pooled(_ window: ArraySlice<Int>, row: Int) -> Vector {
    switch shape.pooling {
    case .mean: byPosition(window, rest: shape.normalizesItems ? 1e-6 : 0) { _ in 1 }
    case .decay: byPosition(window) { pow(shape.positionRate, Double($0)) }
    case .learnedPosition: byPosition(window) { exp(values["history_position"]?[$0] ?? .nan) }
    case .last: newestClick(window)
    case .attention: attention(known(window).reversed())
    case .gru: recurrence(known(window))
    case .transformer: transformed(window, row: row)
    }
  }

  /// The newest click, or zeros where it is not known.
  func newestClick(_ window: ArraySlice<Int>) -> Vector { byPosition(window) { $0 == 0 ? 1 : 0 } }

  private func known(_ window: ArraySlice<Int>) -> [Vector] {
    window.filter { $0 != 0 }.map { item(clickedTable, $0) }
  }

  /// sum_j w_j e_j / (sum_j w_j + rest), j counted from the newest.
  private func byPosition(_ window: ArraySlice<Int>, rest: Double = 1e-6, _ weight: (Int) -> Double) -> Vector
  {
    var (sum, weights) = (zeros, rest)
    for (position, click) in window.reversed().enumerated() where click != 0 {
      sum = sum .+ weight(position) * item(clickedTable, click)
      weights += weight(position)
    }
    return weights > 0 ? sum / weights : sum
  }

  private func attention(_ clicks: [Vector]) -> Vector {
    guard let newest = clicks.first else { return zeros }
    let query = product(newest, "history_attention_kernel", columns: width)
    let shares = clicks.map { exp(query * $0 / Double(width).squareRoot()) }
    return zip(shares, clicks).reduce(zeros) { $0 .+ ($1.0 / shares.reduce(0, +)) * $1.1 }
  }

  private func recurrence(_ clicks: [Vector]) -> Vector {
    let bias = (0..<2).map { table("history_gru_bias", $0, 3 * width) }
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    return clicks.reduce(zeros) { state, click in
      let own = product(click, "history_gru_kernel", columns: 3 * width) .+ bias[0]
      let before = product(state, "history_gru_recurrent_kernel", columns: 3 * width) .+ bias[1]
      return (0..<width).map { unit in
        let update = sigmoid(own[unit] + before[unit])
        let reset = sigmoid(own[width + unit] + before[width + unit])
        let candidate = tanh(own[2 * width + unit] + reset * before[2 * width + unit])
        return update * state[unit] + (1 - update) * candidate
      }
    }
  }
}
