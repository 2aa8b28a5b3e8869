import Glibc
import Memory
import Testing

@testable import Numerics

/// A small batch, its model, and the oracle of both.
struct ModelCase {
  let model: TwoTowerModel
  var oracle: ModelOracle

  /// Makes a model with weights spread out so that no gradient is lost in rounding, and a random batch of `rows`.
  init(_ shape: TwoTowerShape, rows: Int, candidates: Int? = nil, compute: Compute = Compute()) throws {
    model = try TwoTowerModel(shape, seed: 3, compute: compute)
    var generator = NumpyGenerator(seed: 4)
    for parameter in model.parameters + model.constants {
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
      contexts: [],
      hours: [],
      labels: candidates == nil ? Array(0..<rows) : draw(rows, 0, pool)
    )
    oracle.contexts = shape.contexts.map { draw(rows, 0, $0.vocabulary) }
    // Quarters of an hour, some of them before the first training click and after the last.
    oracle.hours =
      shape.timeWidths.isEmpty ? [] : draw(rows, -4, Int(shape.timeSpan * 4) + 8).map { Double($0) / 4 }
    for parameter in model.parameters + model.constants {
      oracle.values[parameter.name] = parameter.value.values.map(Double.init)
    }
    oracle.drawItemFeatures(pool, from: &generator)
    oracle.drawFurtherFeatures(pool, queries: rows, from: &generator)
  }

  /// Runs the model's own forward and backward pass over the oracle's batch.
  func forwardBackward() -> Double {
    var flat: [Int32] = []
    var ends: [Int32] = []
    var starts: [Int32] = []
    for (row, history) in oracle.histories.enumerated() {
      let known = row > 0 && oracle.sharesWindows && history.starts(with: oracle.histories[row - 1])
      starts.append(known ? starts[row - 1] : Int32(flat.count))
      flat += history.dropFirst(known ? oracle.histories[row - 1].count : 0).map { Int32($0) }
      ends.append(Int32(flat.count))
    }
    for row in starts.indices { starts[row] = max(starts[row], ends[row] - Int32(oracle.shape.maxSeqLen)) }
    let columns = [oracle.users, oracle.items, oracle.categories, oracle.labels].map { $0.map { Int32($0) } }
    let excluded = oracle.excluded ?? []
    let offsets = excluded.reduce(into: [Int32(0)]) { $0.append(($0.last ?? 0) + Int32($1.count)) }
    let own = oracle.own.map { own in
      (
        offsets: Storage(
          copying: own.columns.reduce(into: [Int32(0)]) { $0.append(($0.last ?? 0) + Int32($1.count)) }
        ),
        places: Storage(copying: own.columns.flatMap { $0 }.map { Int32($0) })
      )
    }
    let recent = RecentRows(oracle.recent, windows: oracle.shape.trendHours.count)
    defer { withExtendedLifetime((own, recent)) {} }
    return flat.withWindows(starts, ends) { windows in
      excluded.flatMap { $0 }.map { Int32($0) }.withWindows(offsets, []) { exclusions in
        withBatch(columns, windows) { batch in
          if oracle.excluded != nil { batch.exclusions = (exclusions.starts, exclusions.clicks) }
          batch.own = own.map { own in
            OwnColumns(shared: oracle.own?.shared ?? 0, offsets: own.offsets.start, places: own.places.start)
          }
          if !oracle.recent.isEmpty { batch.trend = recent.rows }
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
    let ids = (columns + [oracle.contexts.flatMap { $0 }.map { Int32($0) }]).map { Storage(copying: $0) }
    let floats = [oracle.bias ?? [], oracle.weights ?? [], oracle.hours].map {
      Matrix(rows: 1, columns: $0.count, values: $0.map { Float($0) })
    }
    var queries = RowInputs(count: oracle.users.count, users: ids[0].start, histories: windows)
    queries.contexts = UnsafePointer(ids[4].start)
    queries.contextStride = oracle.users.count
    queries.hours = UnsafePointer(floats[2].start)
    var batch = TwoTowerBatch(
      queries: queries,
      candidates: RowInputs(count: oracle.items.count, items: ids[1].start, categories: ids[2].start),
      labels: ids[3].start
    )
    let features = (oracle.giveItemFeatures(to: &batch), oracle.giveFurtherFeatures(to: &batch))
    batch.form = oracle.form
    batch.sides = oracle.sides
    batch.numbers = oracle.numbers
    let queued = (
      rows: Storage(copying: oracle.queued.indices.map { Int32($0) }.reversed()),
      table: Matrix(
        rows: oracle.queued.count,
        columns: oracle.shape.vectorDimension,
        values: oracle.queued.reversed().flatMap { $0 }.map { Float($0) }
      )
    )
    defer { withExtendedLifetime(queued) {} }
    if !oracle.queued.isEmpty {
      batch.queued = CrossBatchQueue.Rows(
        rows: UnsafePointer(queued.rows.start),
        count: oracle.queued.count,
        table: UnsafePointer(queued.table.start)
      )
    }
    batch.sparesLabels = oracle.sparesLabels
    batch.candidateBias = oracle.bias.map { _ in UnsafePointer(floats[0].start) }
    batch.weights = oracle.weights.map { _ in UnsafePointer(floats[1].start) }
    batch.dropout = oracle.dropout
    return withExtendedLifetime((ids, floats, features)) { body(&batch) }
  }

  /// Holds the loss and the gradient of every parameter against the oracle.
  func check(within tolerance: Double = 3e-5, sourceLocation: SourceLocation = #_sourceLocation) {
    let loss = forwardBackward()
    #expect(abs(loss - oracle.loss) < 1e-5 * max(1, loss), sourceLocation: sourceLocation)
    for parameter in model.parameters {
      #expect(gradientError(parameter) < tolerance, "\(parameter.name)", sourceLocation: sourceLocation)
    }
  }

  /// The largest difference between a parameter's gradient and central differences along `directions` random
  /// diagonals (every element moves by the same step, up or down), as a share of the gradient's length.
  ///
  /// A diagonal sees every element at once: one that is off by d moves the difference by d.
  func gradientError(_ parameter: Parameter, directions: Int = 2) -> Double {
    var oracle = oracle
    oracle.freezeWeights()
    var generator = NumpyGenerator(seed: 5, stream: parameter.name)
    let gradient = parameter.fullGradient.values.map(Double.init)
    var worst = 0.0
    for _ in 0..<directions {
      let signs = gradient.map { _ in generator.nextUInt64() & 1 == 0 ? 1.0 : -1.0 }
      worst = max(worst, abs(gradient * signs - oracle.derivative(parameter.name, along: signs)))
    }
    return worst / max((gradient * gradient).squareRoot(), 1e-6)
  }
}

/// Counts of recent clicks as a batch has them.
private struct RecentRows {
  private let offsets: Storage<Int32>
  private let columns: Storage<Int32>
  private let logs: Matrix
  private let windows: Int

  init(_ recent: [[Int: [Int]]], windows: Int) {
    let entries = recent.map { row in row.sorted { $0.key > $1.key } }
    offsets = Storage(
      copying: entries.reduce(into: [Int32(0)]) { $0.append(($0.last ?? 0) + Int32($1.count)) }
    )
    columns = Storage(copying: entries.flatMap { $0 }.map { Int32($0.key) })
    let counts = entries.flatMap { $0 }.flatMap(\.value)
    logs = Matrix(rows: 1, columns: counts.count, values: counts.map { Float(log(1 + Double($0))) })
    self.windows = windows
  }

  var rows: TrendRows {
    TrendRows(offsets: offsets.start, columns: columns.start, logs: logs.start, windows: windows)
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
