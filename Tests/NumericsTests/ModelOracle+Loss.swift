import Glibc

@testable import Numerics

extension ModelOracle {
  private var inverseTemperature: Double {
    guard form != .ccl else { return 1 }
    return values["log_scale"].map { exp($0[0]) } ?? 1 / shape.temperature
  }

  /// The loss, from the definition: of the whole vectors, and of those cut to each width.
  var loss: Double {
    pairs.enumerated().reduce(0) { sum, pair in
      let start = pair.offset * users.count
      return sum
        + loss(
          pair.element.0,
          pair.element.1,
          tops: topWeights.map { Array($0[start..<start + users.count]) }
        )
    }
  }

  /// Queries and candidates, whole and at each width.
  private var pairs: [([Vector], [Vector])] {
    let (queries, candidates) = (users.indices.map(queryVector), items.indices.map(itemVector) + queued)
    return [(queries, candidates)]
      + shape.prefixWidths.map { width in (queries.map { cut($0, width) }, candidates.map { cut($0, width) })
      }
  }

  /// Keeps the weights of a softmax at k as they are now.
  mutating func freezeWeights() {
    guard form == .softmaxAtK else { return }
    topWeights = pairs.flatMap { queries, candidates in
      queries.indices.map { row in
        topWeight(row, similarities(row, queries[row], candidates))
      }
    }
  }

  /// Similarities and, in their unit, what recent clicks add to logits.
  private func similarities(_ row: Int, _ query: Vector, _ candidates: [Vector]) -> Vector {
    candidates.enumerated().map { column, candidate in
      query * candidate + gain(row, column) / inverseTemperature
    }
  }

  /// sum_w root_w^2 log(1 + n_w).
  private func gain(_ row: Int, _ column: Int) -> Double {
    guard let roots = values["trend_roots"], row < recent.count, let counts = recent[row][column] else {
      return 0
    }
    return zip(roots, counts).reduce(0) { $0 + $1.0 * $1.0 * log(1 + Double($1.1)) }
  }

  /// sigma of how far a query's own candidate is above the k-th best of all items, by similarities.
  private func topWeight(_ row: Int, _ similarities: Vector) -> Double {
    let seen = similarities.indices.filter { column in
      if let own, column >= own.shared, !own.columns[row].contains(column) { return false }
      return column == labels[row] || !(excluded?[row] ?? []).contains(column)
    }
    let alike = Double(numbers.itemCount - 1) / Double(max(1, seen.count - 1))
    var (count, quantile) = (0.0, seen.map { similarities[$0] }.min() ?? 0)
    for column in seen.sorted(by: { similarities[$0] > similarities[$1] }) {
      count += column == labels[row] ? 1 : max(1, bias.map { exp($0[column]) } ?? alike)
      if count >= Double(numbers.topK) {
        quantile = similarities[column]
        break
      }
    }
    return 1 / (1 + exp(-(similarities[labels[row]] - quantile) / numbers.weightTemperature))
  }

  /// The first dimensions, at length one where the whole vector is.
  private func cut(_ vector: Vector, _ width: Int) -> Vector {
    let first = Vector(vector.prefix(width))
    guard shape.similarity == .cosine else { return first }
    let squares = first * first
    return first / (shape.unitEpsilon > 0 ? squares + shape.unitEpsilon : max(squares, 1e-12)).squareRoot()
  }

  private func loss(_ queries: [Vector], _ candidates: [Vector], tops: [Double]?) -> Double {
    let scale = inverseTemperature
    let logits = queries.indices.map { row in similarities(row, queries[row], candidates).map { scale * $0 } }
    let rowWeights = weights ?? users.map { _ in 1 }
    let total = rowWeights.reduce(0, +)
    var forth = 0.0
    for row in queries.indices {
      var seen = logits[row].enumerated().map { column, logit in
        sparesLabels && column == labels[row] ? logit : logit + (bias?[column] ?? 0)
      }
      if let own {
        for column in own.shared..<seen.count where !own.columns[row].contains(column) {
          seen[column] = -.infinity
        }
      }
      for column in excluded?[row] ?? [] where column != labels[row] { seen[column] = -.infinity }
      let loss =
        switch form {
        case .softmax: crossEntropy(seen, label: labels[row])
        case .bpr: meanOfOthers(seen, label: labels[row]) { log(1 + exp($0 - seen[labels[row]])) }
        case .ccl:
          1 - seen[labels[row]] + numbers.negativeWeight
            * meanOfOthers(seen, label: labels[row]) { max(0, $0 - numbers.margin) }
        case .gbce: binary(seen, label: labels[row])
        case .softmaxAtK:
          (tops?[row] ?? topWeight(row, similarities(row, queries[row], candidates)))
            * crossEntropy(seen, label: labels[row])
        }
      forth += rowWeights[row] / total * loss
    }
    guard sides == .symmetric else { return forth }
    var back = 0.0
    for column in candidates.indices {
      back += rowWeights[column] / total * crossEntropy(logits.map { $0[column] }, label: column)
    }
    return (forth + back) / 2
  }

  private func crossEntropy(_ logits: Vector, label: Int) -> Double {
    let most = logits.max() ?? 0
    return log(logits.reduce(0) { $0 + exp($1 - most) }) + most - logits[label]
  }

  private func others(_ logits: Vector, label: Int) -> Vector {
    logits.indices.filter { $0 != label && logits[$0] > -.infinity }.map { logits[$0] }
  }

  private func meanOfOthers(_ logits: Vector, label: Int, _ loss: (Double) -> Double) -> Double {
    let others = others(logits, label: label)
    return others.isEmpty ? 0 : others.reduce(0) { $0 + loss($1) } / Double(others.count)
  }

  /// The sum of -log sigmoid(z)^beta of the label and of -log(1 - sigmoid(z)) of the others.
  private func binary(_ logits: Vector, label: Int) -> Double {
    let others = others(logits, label: label)
    let missed = numbers.positivePower * log(1 + exp(-logits[label]))
    return others.reduce(missed) { $0 + log(1 + exp($1)) }
  }

  /// The derivative of the loss along a direction of one parameter, by central differences.
  mutating func derivative(_ name: String, along direction: Vector, step: Double = 1e-6) -> Double {
    guard let value = values[name] else { return .nan }
    values[name] = value .+ step * direction
    let above = loss
    values[name] = value .+ -step * direction
    let below = loss
    values[name] = value
    return (above - below) / (2 * step)
  }
}
