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
  /// `[columns][rows]`.
  var contexts: [[Int]]
  var hours: [Double]
  var labels: [Int]
  var form = LossForm.softmax
  var sides = SoftmaxSides.symmetric
  var numbers = LossNumbers()
  /// Vectors that are candidates behind the others and are not moved.
  var queued: [Vector] = []
  /// The weights of a softmax at k, of all widths one after another, where they are not to follow the weights.
  var topWeights: [Double]?
  var bias: [Double]?
  /// Whether a query's own candidate goes without its bias.
  var sparesLabels = false
  var excluded: [[Int]]?
  var weights: [Double]?
  /// Candidates from the number `shared` on that each query alone sees.
  var own: (shared: Int, columns: [[Int]])?
  /// Of each query how often some candidates were clicked just before, in each window.
  var recent: [[Int: [Int]]] = []
  var dropout: DropoutKey?
  /// Whether a row's window begins where that of the row before it does, if it goes on from there.
  var sharesWindows = false
  /// Of each candidate, column after column: codes of the items' categories, places of their numbers and ages.
  var itemCodes: [[Int]] = []
  var itemPlaces: [[Double]] = []
  /// Of each candidate the codes and weights in each multi-valued column, `[columns][rows]`.
  var itemBags: [[[(code: Int, weight: Double)]]] = []
  /// Of each candidate its row in the table of pretrained vectors.
  var vectorRows: [Int] = []
  /// Whether each candidate's own embedding is read; nil for all.
  var readsItem: [Bool]?
  /// Of the user of each query, as of the items.
  var userCodes: [[Int]] = []
  var userPlaces: [[Double]] = []
  var userBags: [[[(code: Int, weight: Double)]]] = []

  typealias Vector = [Double]

  var width: Int { shape.embeddingDimension }

  func table(_ name: String, _ row: Int, _ width: Int) -> Vector {
    Array((values[name] ?? [])[row * width..<(row + 1) * width])
  }

  /// The embedding of an item as it is read.
  func item(_ name: String, _ row: Int) -> Vector {
    let vector = table(name, row, width)
    guard shape.normalizesItems else { return vector }
    return vector / (vector * vector + max(shape.unitEpsilon, 1e-12)).squareRoot()
  }

  func queryVector(_ row: Int) -> Vector {
    let pooled = pooled(histories[row].suffix(shape.maxSeqLen), row: row)
    var features = shape.usesUserID ? [table("emb_user", users[row], width)] : []
    features.append(pooled)
    if !shape.timeWidths.isEmpty { features.append(time(hours[row])) }
    if !shape.contexts.isEmpty {
      features.append(
        zip(shape.contexts, contexts).reduce(zeros) {
          $0 .+ table("emb_context_\($1.0.name)", $1.1[row], width)
        }
      )
    }
    if shape.usesUserFeatures { features.append(userFeatures(row)) }
    let newest = shape.usesNewestClick ? newestClick(histories[row].suffix(shape.maxSeqLen)) : nil
    let output = output("user", shape.queryKind, features, newest: newest, row: row, firstLayerNumber: 0)
    guard shape.interests != nil else { return unit(output) }
    return bestInterest(output, row: row)
  }

  func itemVector(_ row: Int) -> Vector {
    let item = readsItem?[row] == false ? zeros : item("emb_item", items[row])
    // The bare embedding, already brought to length one, is not brought there again.
    let features = itemFeatureBlocks(row)
    let isBare = shape.itemKind == .identity && !shape.usesCategory && features.isEmpty
    if isBare && shape.normalizesItems && shape.itemIDDropout == nil { return item }
    let category = shape.usesCategory ? [table("emb_category", categories[row], shape.categoryWidth)] : []
    return tower(
      "item",
      shape.itemKind,
      [item] + category + features,
      newest: nil,
      row: row,
      firstLayerNumber: 1_000
    )
  }

  var zeros: Vector { Vector(repeating: 0, count: width) }

  /// Each table at the moment, between its buckets.
  private func time(_ hours: Double) -> Vector {
    shape.timeWidths.reduce(zeros) { sum, bucketWidth in
      let name =
        "emb_time_\(bucketWidth == bucketWidth.rounded() ? "\(Int(bucketWidth))" : "\(bucketWidth)")h"
      let rows = Int(shape.timeSpan / bucketWidth) + 3
      let place = min(max(hours / bucketWidth, 0), Double(rows - 1))
      let bucket = min(Int(place), rows - 2)
      let share = place - Double(bucket)
      return sum .+ (1 - share) * table(name, bucket, width) .+ share * table(name, bucket + 1, width)
    }
  }

  private func tower(
    _ name: String,
    _ kind: TowerKind,
    _ features: [Vector],
    newest: Vector?,
    row: Int,
    firstLayerNumber: Int
  ) -> Vector {
    unit(output(name, kind, features, newest: newest, row: row, firstLayerNumber: firstLayerNumber))
  }

  private func output(
    _ name: String,
    _ kind: TowerKind,
    _ features: [Vector],
    newest: Vector?,
    row: Int,
    firstLayerNumber: Int
  ) -> Vector {
    let sum = kind == .mlp ? [] : features.dropFirst().reduce(features[0], .+)
    let side = features.flatMap { $0 } + (newest ?? [])
    switch kind {
    case .mlp: return layers(name, side, row: row, firstLayerNumber: firstLayerNumber)
    case .identity: return newest.map { sum .+ product($0, "\(name)_newest_kernel", columns: width) } ?? sum
    case .residual:
      return sum
        .+ product(
          layers(name, side, row: row, firstLayerNumber: firstLayerNumber),
          "\(name)_residual_kernel",
          columns: width
        )
    }
  }

  /// A vector at the length that the model's have.
  func unit(_ output: Vector) -> Vector {
    guard shape.similarity == .cosine else { return output }
    let squares = output * output
    return output / (shape.unitEpsilon > 0 ? squares + shape.unitEpsilon : max(squares, 1e-12)).squareRoot()
  }

  private func layers(_ name: String, _ input: Vector, row: Int, firstLayerNumber: Int) -> Vector {
    var input = input
    for (index, units) in shape.hiddenUnits.enumerated() {
      var output = product(input, "\(name)_dense\(index)_kernel", columns: units)
      output = (output .+ (values["\(name)_dense\(index)_bias"] ?? [])).map { max($0, 0) }
      if let dropout {
        let mask = DropoutMask(rate: shape.dropout, key: dropout.layer(firstLayerNumber + index))
        for unit in 0..<units {
          output[unit] *= mask.factor(row * units + unit) > 0 ? 1 / (1 - shape.dropout) : 0
        }
      }
      input = output
    }
    return input
  }

  /// A row times a dense parameter of `columns` columns.
  func product(_ row: Vector, _ name: String, columns: Int) -> Vector {
    var sums = Vector(repeating: 0, count: columns)
    guard let values = values[name] else { return sums }
    for line in row.indices {
      for column in 0..<columns { sums[column] += row[line] * values[line * columns + column] }
    }
    return sums
  }
}

// Vectors as on paper.
infix operator .+ : AdditionPrecedence
/// The sum of two vectors.
func .+ (left: [Double], right: [Double]) -> [Double] {
  precondition(left.count == right.count)
  return zip(left, right).map { $0.0 + $0.1 }
}
/// The inner product.
func * (left: [Double], right: [Double]) -> Double { zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }
func * (factor: Double, vector: [Double]) -> [Double] { vector.map { factor * $0 } }
func / (vector: [Double], divisor: Double) -> [Double] { vector.map { $0 / divisor } }
