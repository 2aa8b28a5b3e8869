import Glibc

@testable import Numerics

/// Queries of several vectors, in plain Double.
extension ModelOracle {
  /// The vector of the interest that is nearest to the query's own candidate.
  func bestInterest(_ output: Vector, row: Int) -> Vector {
    let vectors = interestVectors(output, row: row)
    let target = itemVector(labels[row])
    let scores = vectors.map { $0 * target }
    return vectors[scores.indices.max { scores[$0] < scores[$1] } ?? 0]
  }

  /// The vectors of all interests, from what the tower makes of its features.
  func interestVectors(_ output: Vector, row: Int) -> [Vector] {
    (0..<(shape.interests ?? 1)).map { interest in
      let read = readout(histories[row].suffix(shape.maxSeqLen), interest)
      return unit(output .+ product(read, "user_interest_kernel", columns: output.count))
    }
  }

  private func readout(_ window: ArraySlice<Int>, _ interest: Int) -> Vector {
    let code = table("history_interest_codes", interest, width)
    var (sum, total) = (zeros, 0.0)
    for (position, click) in window.reversed().enumerated() where click != 0 {
      let clicked = item(clickedTable, click)
      let besides =
        values["history_interest_positions"].map { $0[interest * shape.maxSeqLen + position] } ?? 0
      let weight = exp(code * clicked + besides)
      (sum, total) = (sum .+ weight * clicked, total + weight)
    }
    return total > 0 ? sum / total : sum
  }
}
