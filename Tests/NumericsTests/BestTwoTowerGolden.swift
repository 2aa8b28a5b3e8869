import Foundation

@testable import Numerics

/// What the reference of the best two-tower computes in its first twenty steps; see Golden/make_best_two_tower.py.
struct BestTwoTowerGolden: Decodable {
  /// An array of four-byte numbers, little-endian, row-major.
  struct Numbers: Decodable {
    let shape: [Int]
    let bytes: Data

    func elements<Element: BitwiseCopyable>(_ type: Element.Type = Element.self) -> [Element] {
      bytes.withUnsafeBytes { raw in
        (0..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: $0 * 4, as: Element.self) }
      }
    }
  }

  struct Step: Decodable {
    let context, features, hours, weights, pool, logq, labels, masked: Numbers
    let rate, loss: Double
  }

  let span: Double
  let items: Int
  let parameters: [String: Numbers]
  let final: [String: Numbers]
  let steps: [Step]

  /// The small problem as for 20,000 users (`identity`) or for all of them (`residual`).
  static func read(_ name: String) throws -> BestTwoTowerGolden {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/best_two_tower.json")
    let all = try JSONDecoder().decode([String: BestTwoTowerGolden].self, from: Data(contentsOf: file))
    guard let golden = all[name] else { throw ModelError.input("there is no golden run called \(name)") }
    return golden
  }

  private var widthNames: [String] { isResidual ? ["0.5", "2", "8", "32"] : ["2", "8", "32"] }
  private var isResidual: Bool { parameters["M1"] != nil }
  static let contexts = (0..<6).map { "f\($0)" }

  var shape: TwoTowerShape {
    var shape = TwoTowerShape(userVocabulary: 1, itemVocabulary: items + 1, categoryVocabulary: 1)
    shape.maxSeqLen = 4
    shape.embeddingDimension = 8
    shape.dropout = 0
    shape.usesUserID = false
    shape.usesCategory = false
    shape.normalizesItems = true
    shape.zerosUnknownItem = true
    shape.unitEpsilon = 1e-6
    shape.pooling = .learnedPosition
    shape.usesNewestClick = true
    shape.contexts = Self.contexts.map {
      TwoTowerShape.Context(name: $0, vocabulary: parameters[$0]?.shape[0] ?? 0)
    }
    shape.timeSpan = span
    shape.itemKind = .identity
    shape.queryKind = isResidual ? .residual : .identity
    shape.hiddenUnits = isResidual ? [12] : []
    shape.timeWidths = isResidual ? [0.5, 2, 8, 32] : [2, 8, 32]
    shape.temperature = isResidual ? 0.07 : 0.085
    return shape
  }

  /// Weights as our model names and lays them out: item 0 is unknown, where the reference's last row is.
  func weights(_ source: [String: Numbers]) -> [NamedMatrix] {
    func floats(_ name: String) -> [Float] { source[name]?.elements() ?? [] }
    func matrix(_ name: String, _ key: String, rows: Int, columns: Int = 8) -> NamedMatrix {
      NamedMatrix(name: name, matrix: Matrix(rows: rows, columns: columns, values: floats(key)))
    }
    let zeros = [Float](repeating: 0, count: 8)
    let table = Matrix(rows: items + 1, columns: 8, values: zeros + floats("E").dropLast(8))
    var result = [NamedMatrix(name: "emb_item", matrix: table)]
    for context in shape.contexts {
      result.append(matrix("emb_context_\(context.name)", context.name, rows: context.vocabulary))
    }
    for (index, name) in widthNames.enumerated() {
      result.append(matrix("emb_time_\(name)h", "t\(index)", rows: source["t\(index)"]?.shape[0] ?? 0))
    }
    result.append(matrix("history_position", "a", rows: 1, columns: 4))
    guard isResidual else { return result + [matrix("user_newest_kernel", "Wl", rows: 8)] }
    // The reference puts pooled clicks, newest click, time and context side by side; we put the newest click last.
    let rows = floats("M1")
    let ordered = rows[..<96] + rows[192...] + rows[96..<192]
    result.append(
      NamedMatrix(name: "user_dense0_kernel", matrix: Matrix(rows: 32, columns: 12, values: ordered))
    )
    result.append(matrix("user_dense0_bias", "b1", rows: 1, columns: 12))
    return result + [matrix("user_residual_kernel", "M2", rows: 12)]
  }

  /// Calls `body` with the batch of a step.
  func withBatch(_ step: Step, _ body: (TwoTowerBatch) -> Double) -> Double {
    let rows = step.hours.shape[0]
    let context: [Int32] = step.context.elements()
    let features: [Int32] = step.features.elements()
    // Newest first and `items` for nothing there; ours are newest last and 0 for nothing.
    var clicks: [Int32] = []
    for row in 0..<rows {
      for item in context[row * 4..<row * 4 + 4].reversed() {
        clicks.append(Int(item) == items ? 0 : item + 1)
      }
    }
    var columns: [Int32] = []
    for column in 0..<6 {
      for row in 0..<rows { columns.append(features[row * 6 + column]) }
    }
    let pool = step.pool.elements(Int32.self).map { $0 + 1 }
    let masked = step.masked.elements(Int32.self)
    var excluded: [Int32] = []
    var offsets: [Int32] = [0]
    for row in 0..<rows {
      excluded += masked[row * 4..<row * 4 + 4].filter { $0 < pool.count }
      offsets.append(Int32(excluded.count))
    }
    let labels: [Int32] = step.labels.elements()
    let ids = [pool, labels, columns, excluded, offsets].map { Storage(copying: $0) }
    let floats = [step.hours.elements(), step.weights.elements(), step.logq.elements(Float.self).map { -$0 }]
      .map { Matrix(rows: 1, columns: $0.count, values: $0) }
    let (starts, ends) = ((0..<rows).map { Int32($0 * 4) }, (0..<rows).map { Int32($0 * 4 + 4) })
    return clicks.withWindows(starts, ends) { windows in
      var queries = RowInputs(count: rows, histories: windows)
      queries.contexts = UnsafePointer(ids[2].start)
      queries.contextStride = rows
      queries.hours = UnsafePointer(floats[0].start)
      var batch = TwoTowerBatch(
        queries: queries,
        candidates: RowInputs(count: pool.count, items: ids[0].start),
        labels: ids[1].start
      )
      batch.sides = .queries
      batch.weights = UnsafePointer(floats[1].start)
      batch.candidateBias = UnsafePointer(floats[2].start)
      batch.exclusions = (UnsafePointer(ids[4].start), UnsafePointer(ids[3].start))
      return withExtendedLifetime((ids, floats)) { body(batch) }
    }
  }
}
