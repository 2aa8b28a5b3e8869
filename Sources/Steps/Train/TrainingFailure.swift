import Numerics
import Report

/// Why a model has learned next to nothing, as far as its vectors and its losses tell.
enum TrainingFailure: Equatable {
  /// All item vectors are zero: no output of the last layer is above zero any more.
  case zeroVectors
  /// All items have the same vector.
  case sameVectors
  /// The loss fell and rose again.
  case diverged
  /// The loss stayed where guessing is.
  case stalled

  /// Looks at what training left; nil where the last epoch's loss is well below that of guessing.
  /// - Parameters:
  ///   - some: the vectors of some items, `[some items, dimension]`: where these differ, no more are asked for.
  ///   - all: those of all items, `[items, dimension]`.
  init?(
    _ reports: [EpochReport],
    some: @autoclosure () throws -> Matrix,
    all: @autoclosure () throws -> Matrix
  ) rethrows {
    guard let last = reports.last, last.meanLoss > 0.97 * last.chanceLoss else { return nil }
    if try Self(some()) != nil, let failure = try Self(all()) {
      self = failure
    } else if reports.contains(where: { $0.meanLoss < 0.95 * last.meanLoss }) {
      self = .diverged
    } else {
      self = .stalled
    }
  }

  /// What is wrong with the vectors themselves, `[items, dimension]`; nil where there are two that differ.
  private init?(_ vectors: Matrix) {
    let largest = vectors.elements.reduce(0) { max($0, $1.magnitude) }
    if largest < 1e-6 {
      self = .zeroVectors
    } else if Self.areSame(vectors, tolerance: 1e-4 * largest) {
      self = .sameVectors
    } else {
      return nil
    }
  }

  private static func areSame(_ vectors: Matrix, tolerance: Float) -> Bool {
    guard vectors.rows > 1 else { return false }
    let first = vectors.row(0)
    return (1..<vectors.rows).allSatisfy { row in
      zip(vectors.row(row), first).allSatisfy { ($0 - $1).magnitude <= tolerance }
    }
  }

  /// What it looks like, and what to try first.
  /// - Parameter form: the loss, for what guessing is.
  func words(_ last: EpochReport, _ form: LossForm) -> String {
    let loss = """
      **The model has learned next to nothing.** Its loss, \(NumberFormat.fixed(last.meanLoss, digits: 3)), is \
      \(last.meanLoss > 1.03 * last.chanceLoss ? "worse than" : "where") \(form.guessing) would be: \
      \(NumberFormat.fixed(last.chanceLoss, digits: 3)).
      """
    switch self {
    case .zeroVectors:
      return loss
        + " All item vectors are zero: steps were so large that no unit of the last layer gives anything any more. "
        + "A smaller learning rate, `clip_norm: 1` or fewer hidden layers are what to try first."
    case .sameVectors:
      return loss
        + " All items have the same vector: steps were so large that the towers no longer tell them apart. A "
        + "smaller learning rate, `clip_norm: 1` or no dropout are what to try first."
    case .diverged:
      return loss
        + " It was lower before: training went astray. A smaller learning rate or `clip_norm: 1` are what to try "
        + "first."
    case .stalled:
      return "\(loss) \(form.stalledAdvice)"
    }
  }
}
