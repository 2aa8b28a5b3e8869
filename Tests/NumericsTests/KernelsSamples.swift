import Memory
@testable import Numerics

/// Random inputs for kernel tests, the same every time.
struct KernelSamples {
  var generator = NumpyGenerator(seed: 11)

  /// Standard normal values times `scale`, in rows that are `gap` elements apart.
  mutating func matrix(_ rows: Int, _ columns: Int, scale: Float = 1) -> Matrix {
    let matrix = Matrix(rows: rows, columns: columns)
    for index in matrix.elements.indices {
      matrix.elements[index] = Float(generator.standardNormal()) * scale
    }
    return matrix
  }

  mutating func ids(_ count: Int, below bound: Int) -> [Int32] {
    (0..<count).map { _ in Int32(generator.integers(0, bound)) }
  }
}

extension Matrix {
  var copied: Matrix { Matrix(rows: rows, columns: columns, values: values) }
}

/// The largest difference between two equally long lists, as a share of the largest element.
func relativeDifference(_ left: some Collection<Float>, _ right: some Collection<Float>) -> Double {
  let scale = right.map { abs(Double($0)) }.max() ?? 0
  let worst = zip(left, right).map { abs(Double($0) - Double($1)) }.max() ?? 0
  return left.count == right.count ? worst / max(scale, .leastNormalMagnitude) : .infinity
}
