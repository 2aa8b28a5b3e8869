import Glibc

@testable import Numerics

/// A two-tower model and its loss in plain Double, written from the formulas alone: what gradients are held against.
struct ModelOracle {
  var shape: TwoTowerShape
  /// Each parameter's values, row after row, in the model's order.
  var values: [String: [Double]]
  var users: [Int]
  var histories: [[Int]]
  var items: [Int]
  var categories: [Int]
  var labels: [Int]
  var sides = SoftmaxSides.symmetric
  var bias: [Double]?
  var excluded: [[Int]]?
  var weights: [Double]?
  var dropout: DropoutKey?
  /// Of each candidate, column after column: codes of the items' categories, places of their numbers and ages.
  var itemCodes: [[Int]] = []
  var itemPlaces: [[Double]] = []

  func table(_ name: String, _ row: Int, _ width: Int) -> [Double] {
    Array((values[name] ?? [])[row * width..<(row + 1) * width])
  }

  func queryVector(_ row: Int) -> [Double] {
    let width = shape.embeddingDimension
    var mean = [Double](repeating: 0, count: width)
    let known = histories[row].suffix(shape.maxSeqLen).filter { $0 != 0 }
    for item in known {
      for (column, value) in table("emb_item", item, width).enumerated() { mean[column] += value }
    }
    mean = mean.map { $0 / Double(max(known.count, 1)) }
    let user = shape.usesUserID ? table("emb_user", users[row], width) : []
    return tower("user", user + mean, row: row, firstLayerNumber: 0)
  }

  func itemVector(_ row: Int) -> [Double] {
    let item = table("emb_item", items[row], shape.embeddingDimension)
    let category = shape.usesCategory ? table("emb_category", categories[row], shape.categoryWidth) : []
    let blocks = [item] + (category.isEmpty ? [] : [category]) + itemFeatureBlocks(row)
    guard shape.itemKind == .mlp else { return addedItemVector(blocks, row: row) }
    return tower("item", blocks.flatMap { $0 }, row: row, firstLayerNumber: 1_000)
  }

  private func tower(_ name: String, _ features: [Double], row: Int, firstLayerNumber: Int) -> [Double] {
    vector(layers(name, features, row: row, firstLayerNumber: firstLayerNumber))
  }

  /// The output of a tower's dense layers.
  func layers(_ name: String, _ features: [Double], row: Int, firstLayerNumber: Int) -> [Double] {
    var input = features
    for (index, units) in shape.hiddenUnits.enumerated() {
      let kernel = values["\(name)_dense\(index)_kernel"] ?? []
      var output = values["\(name)_dense\(index)_bias"] ?? []
      for unit in 0..<units {
        for place in input.indices { output[unit] += input[place] * kernel[place * units + unit] }
        output[unit] = max(output[unit], 0)
        if let dropout {
          let mask = DropoutMask(rate: shape.dropout, key: dropout.layer(firstLayerNumber + index))
          output[unit] *= mask.factor(row * units + unit) > 0 ? 1 / (1 - shape.dropout) : 0
        }
      }
      input = output
    }
    return input
  }

  /// A tower's output as it is compared.
  func vector(_ input: [Double]) -> [Double] {
    guard shape.similarity == .cosine else { return input }
    let squares = input.reduce(0) { $0 + $1 * $1 }
    return input.map { $0 / max(squares, 1e-12).squareRoot() }
  }

  /// The loss, from the definition.
  var loss: Double {
    let queries = users.indices.map(queryVector)
    let candidates = items.indices.map(itemVector)
    let logits = queries.indices.map { row in
      candidates.indices.map { column in
        zip(queries[row], candidates[column]).reduce(0) { $0 + $1.0 * $1.1 } / shape.temperature
      }
    }
    let rowWeights = weights ?? users.map { _ in 1 }
    let total = rowWeights.reduce(0, +)
    var forth = 0.0
    for row in queries.indices {
      var seen = logits[row].enumerated().map { $0.element + (bias?[$0.offset] ?? 0) }
      for column in excluded?[row] ?? [] where column != labels[row] { seen[column] = -.infinity }
      forth += rowWeights[row] / total * crossEntropy(seen, label: labels[row])
    }
    guard sides == .symmetric else { return forth }
    var back = 0.0
    for column in candidates.indices {
      back += rowWeights[column] / total * crossEntropy(logits.map { $0[column] }, label: column)
    }
    return (forth + back) / 2
  }

  private func crossEntropy(_ logits: [Double], label: Int) -> Double {
    let most = logits.max() ?? 0
    return log(logits.reduce(0) { $0 + exp($1 - most) }) + most - logits[label]
  }

  /// The derivative of the loss by one value, by central differences.
  mutating func derivative(_ name: String, _ index: Int, step: Double = 1e-5) -> Double {
    guard let value = values[name]?[index] else { return .nan }
    values[name]?[index] = value + step
    let above = loss
    values[name]?[index] = value - step
    let below = loss
    values[name]?[index] = value
    return (above - below) / (2 * step)
  }
}

/// A small batch, its model, and the oracle of both.
struct ModelCase {
  let model: TwoTowerModel
  var oracle: ModelOracle

  /// Makes a model with weights spread out so that no gradient is lost in rounding, and a random batch of `rows`.
  init(_ shape: TwoTowerShape, rows: Int, candidates: Int? = nil, compute: Compute = Compute()) throws {
    model = try TwoTowerModel(shape, seed: 3, compute: compute)
    var generator = NumpyGenerator(seed: 4)
    for parameter in model.parameters {
      for index in parameter.value.elements.indices {
        parameter.value.elements[index] = Float(generator.normal(0, 0.4))
      }
    }
    let pool = candidates ?? rows
    func draw(_ count: Int, _ low: Int, _ high: Int) -> [Int] { generator.integers(low, high, count: count) }
    oracle = ModelOracle(
      shape: shape,
      values: [:],
      users: draw(rows, 0, shape.userVocabulary),
      histories: (0..<rows).map { row in draw(row % 6, 0, shape.itemVocabulary) },
      items: draw(pool, 0, shape.itemVocabulary),
      categories: draw(pool, 0, shape.categoryVocabulary),
      labels: candidates == nil ? Array(0..<rows) : draw(rows, 0, pool)
    )
    for parameter in model.parameters {
      oracle.values[parameter.name] = parameter.value.values.map(Double.init)
    }
    oracle.drawItemFeatures(pool, from: &generator)
  }

  /// Runs the model's own forward and backward pass over the oracle's batch.
  func forwardBackward() -> Double {
    let flat = oracle.histories.flatMap { $0 }.map { Int32($0) }
    var ends: [Int32] = []
    var starts: [Int32] = []
    for history in oracle.histories {
      starts.append((ends.last ?? 0))
      ends.append((ends.last ?? 0) + Int32(history.count))
    }
    for row in starts.indices { starts[row] = max(starts[row], ends[row] - Int32(oracle.shape.maxSeqLen)) }
    let columns = [oracle.users, oracle.items, oracle.categories, oracle.labels].map { $0.map { Int32($0) } }
    let excluded = oracle.excluded ?? []
    let offsets = excluded.reduce(into: [Int32(0)]) { $0.append(($0.last ?? 0) + Int32($1.count)) }
    return flat.withWindows(starts, ends) { windows in
      excluded.flatMap { $0 }.map { Int32($0) }.withWindows(offsets, []) { exclusions in
        withBatch(columns, windows) { batch in
          if oracle.excluded != nil { batch.exclusions = (exclusions.starts, exclusions.clicks) }
          return model.forwardBackward(batch)
        }
      }
    }
  }

  private func withBatch(
    _ columns: [[Int32]],
    _ windows: HistoryPointers,
    _ body: (inout TwoTowerBatch) -> Double
  ) -> Double {
    let (bias, weights) = (oracle.bias?.map(Float.init), oracle.weights?.map(Float.init))
    let ids = columns.map { Storage(copying: $0) }
    return (bias ?? []).withUnsafeBufferPointer { biasPointer in
      (weights ?? []).withUnsafeBufferPointer { weightPointer in
        var batch = TwoTowerBatch(
          queries: RowInputs(count: oracle.users.count, users: ids[0].start, histories: windows),
          candidates: RowInputs(count: oracle.items.count, items: ids[1].start, categories: ids[2].start),
          labels: ids[3].start
        )
        let features = oracle.giveItemFeatures(to: &batch)
        batch.sides = oracle.sides
        batch.candidateBias = bias == nil ? nil : biasPointer.baseAddress
        batch.weights = weights == nil ? nil : weightPointer.baseAddress
        batch.dropout = oracle.dropout
        return withExtendedLifetime((ids, features)) { body(&batch) }
      }
    }
  }

  /// The largest difference between gradient and central difference in one parameter, as a share of the
  /// parameter's largest gradient.
  func gradientError(_ parameter: Parameter, elements: Range<Int>? = nil) -> Double {
    var oracle = oracle
    let analytic = parameter.fullGradient.values.map(Double.init)
    let scale = analytic.map(abs).max() ?? 0
    let worst =
      (elements ?? analytic.indices)
      .map { abs(analytic[$0] - oracle.derivative(parameter.name, $0)) }.max() ?? 0
    return worst / max(scale, 1e-6)
  }
}

extension Parameter {
  /// The gradient as a matrix of the parameter's shape.
  var fullGradient: Matrix {
    switch gradient {
    case .dense(let gradient): gradient.sum
    case .rows(let gradient): gradient.expanded()
    }
  }
}
