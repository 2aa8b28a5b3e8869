import Glibc

/// What each of K interests reads of a history, side by side:
///
///     r_k = sum_j w_kj e_j,   w_k = softmax_j(c_k . e_j + a_kj)
///
/// c_k is a learned code of the interest, a_kj what the j-th newest click counts for it besides, where there are such
/// numbers; unknown clicks (item 0) are left out, and an empty history gives zeros.
///
/// Source: Y. Cen et al., "Controllable multi-interest framework for recommendation", KDD 2020, section 3.2.2 (a softmax
/// over the clicks for each interest, with a part for their positions), without the hidden layer in front of the
/// softmax: codes read the clicks as those of S. Humeau et al., "Poly-encoders", ICLR 2020, do.
final class HistoryInterests: FeatureSource {
  let table: Parameter
  /// `[interests, d]`.
  private let codes: Parameter
  /// `[interests, positions]`, of the newest click first; nil where positions do not count.
  private let positions: Parameter?
  private let packed = PackedClicks()
  /// The embeddings of all clicks and their gradients, `[clicks, d]`.
  private let clicks = Storage<Float>()
  private let gradients = Storage<Float>()
  /// `[clicks, interests]`.
  private let weights = Storage<Float>()
  /// The gradient by the score of each click, of one interest at a time, `[clicks]`.
  private let slopes = Storage<Float>()

  /// Reads rows of `table` with the codes of interests and their logarithms of weights by position.
  init(in table: Parameter, codes: Parameter, positions: Parameter?) {
    self.table = table
    self.codes = codes
    self.positions = positions
  }

  var interests: Int { codes.value.rows }
  var embedding: Int { codes.value.columns }
  var width: Int { interests * embedding }
  var denseParameters: [Parameter] { [codes] + (positions.map { [$0] } ?? []) }
  var keepsClicks: Bool { true }

  func prepare(_ inputs: RowInputs) {
    packed.pack(inputs)
    clicks.reserve(packed.count * embedding)
    weights.reserve(packed.count * interests)
    guard inputs.training != nil else { return }
    gradients.reserve(packed.count * embedding)
    slopes.reserve(packed.count)
  }

  func lookups(_ inputs: RowInputs) -> Int { packed.count }

  func forward(_ inputs: RowInputs, adds: Bool, into features: MatrixView, with kernels: any Kernels) {
    precondition(!adds, "interests are a block of their own")
    let rows = packed.rows(inputs)
    let range = packed.clicks(rows)
    kernels.gather(
      table.value.start,
      ids: packed.items.start + range.lowerBound,
      unit: table.unit,
      adds: false,
      into: view(clicks).rows(range)
    )
    for row in 0..<rows.count {
      features.row(row).update(repeating: 0, count: width)
      let range = packed.clicks(rows.lowerBound + row..<rows.lowerBound + row + 1)
      for interest in 0..<interests where !range.isEmpty {
        weigh(range, interest)
        let output = features.row(row) + interest * embedding
        for click in range {
          FloatRows.add(weights[click * interests + interest], clickRow(clicks, click), to: output, embedding)
        }
      }
    }
  }

  func addShares(_ inputs: RowInputs, gradient: MatrixView, with kernels: any Kernels) {
    rowGradient.add(rows: packed.items.start, gradient: view(gradients), with: kernels)
  }

  func backward(_ inputs: RowInputs, gradient: MatrixView, shard: Int, with kernels: any Kernels) {
    let rows = packed.rows(inputs)
    let codeGradient = codes.gradientPart(shard)
    let positionGradient = positions?.gradientPart(shard)
    codeGradient.clear()
    positionGradient?.clear()
    for row in 0..<rows.count {
      let range = packed.clicks(rows.lowerBound + row..<rows.lowerBound + row + 1)
      view(gradients).rows(range).clear()
      for interest in 0..<interests where !range.isEmpty {
        let own = gradient.row(row) + interest * embedding
        // Of all interests but the one that counts the gradient is zero.
        guard (0..<embedding).contains(where: { own[$0] != 0 }) else { continue }
        backward(range, interest, own, codeGradient, positionGradient)
      }
    }
  }

  /// Writes what the clicks in `range`, those of one row, count for one interest.
  private func weigh(_ range: Range<Int>, _ interest: Int) {
    let code = codes.value.start + interest * embedding
    var most = -Float.infinity
    for click in range {
      var score = FloatRows.dot(code, clickRow(clicks, click), embedding)
      if let positions { score += positions.value[interest, Int(packed.positions[click])] }
      weights[click * interests + interest] = score
      most = max(most, score)
    }
    var total: Float = 0
    for click in range {
      let share = exp(weights[click * interests + interest] - most)
      weights[click * interests + interest] = share
      total += share
    }
    for click in range { weights[click * interests + interest] /= total }
  }

  /// dL/ds_j = w_j (g . e_j - sum_i w_i g . e_i), from there to code and positions; dL/de_j = w_j g + dL/ds_j c.
  private func backward(
    _ range: Range<Int>,
    _ interest: Int,
    _ gradient: UnsafePointer<Float>,
    _ codeGradient: MatrixView,
    _ positionGradient: MatrixView?
  ) {
    var mean: Float = 0
    for click in range {
      slopes[click] = FloatRows.dot(gradient, clickRow(clicks, click), embedding)
      mean += weights[click * interests + interest] * slopes[click]
    }
    for click in range {
      let weight = weights[click * interests + interest]
      let slope = weight * (slopes[click] - mean)
      FloatRows.add(weight, gradient, to: clickRow(gradients, click), embedding)
      FloatRows.add(
        slope,
        codes.value.start + interest * embedding,
        to: clickRow(gradients, click),
        embedding
      )
      FloatRows.add(slope, clickRow(clicks, click), to: codeGradient.row(interest), embedding)
      positionGradient?[interest, Int(packed.positions[click])] += slope
    }
  }

  private func view(_ storage: Storage<Float>) -> MatrixView {
    MatrixView(storage.start, rows: packed.count, columns: embedding)
  }

  private func clickRow(_ storage: Storage<Float>, _ click: Int) -> UnsafeMutablePointer<Float> {
    storage.start + click * embedding
  }
}
