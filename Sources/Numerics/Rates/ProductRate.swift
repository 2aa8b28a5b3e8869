import Memory

/// How fast matrix products run when nothing else is done: what a stage made of them is held against.
package enum ProductRate {
  /// How long one round lasts, in seconds, and how many there are.
  private static let (roundSeconds, rounds) = (0.04, 4)

  /// The rate in floating-point operations a second of `threads` threads, each of which does `product` again and
  /// again on operands of its own, by the kernels that models use: the fastest of some rounds. 0 where the processor has no
  /// such precision.
  ///
  /// Nothing waits for anything and operands stay in each processor's cache, so that it is a limit and no forecast.
  package static func measure(_ product: MatrixProduct, threads: Int, in precision: Precision = .float32)
    -> Double
  {
    guard product.operations > 0, precision.isSupported else { return 0 }
    let operands = (0..<max(threads, 1)).map { _ in Operands(product) }
    let clock = ContinuousClock()
    func seconds(_ repetitions: Int) -> Double {
      let start = clock.now
      Threads(operands.count).forEach(operands.count) { operands[$0].multiply(repetitions, in: precision) }
      return (clock.now - start) / .seconds(1)
    }
    var repetitions = 1
    var last = seconds(repetitions)
    while last < roundSeconds / 2 && repetitions < 1 << 30 {
      repetitions *= last < roundSeconds / 20 ? 10 : 2
      last = seconds(repetitions)
    }
    let fastest = (0..<rounds).reduce(last) { fastest, _ in min(fastest, seconds(repetitions)) }
    let once = MatrixProduct(rows: product.rows, inner: product.inner, columns: product.columns).operations
    return once * Double(repetitions) * Double(operands.count) / fastest
  }

  /// The least time in seconds that `products` take at the rates measured at their shapes.
  package static func leastSeconds(
    _ products: [MatrixProduct],
    threads: Int,
    in precision: Precision = .float32
  ) -> Double {
    var rates: [MatrixProduct: Double] = [:]
    return products.reduce(0) { sum, product in
      var shape = product
      shape.count = 1
      let rate = rates[shape] ?? measure(shape, threads: threads, in: precision)
      rates[shape] = rate
      return rate > 0 ? sum + product.operations / rate : sum
    }
  }
}

/// The operands of one thread.
private struct Operands {
  private let left: Operand
  private let right: Operand
  private let result: Matrix
  private let held: [Matrix]

  init(_ product: MatrixProduct) {
    let left = Operands.filled(product.rows, product.inner, isTransposed: product.transposesLeft)
    let right = Operands.filled(product.inner, product.columns, isTransposed: product.transposesRight)
    held = [left, right]
    self.left = Operand(block: left.view, isTransposed: product.transposesLeft)
    self.right = Operand(block: right.view, isTransposed: product.transposesRight)
    result = Matrix(rows: product.rows, columns: product.columns)
  }

  /// Numbers that are neither zero nor small: those would be faster or slower than others on some machines.
  private static func filled(_ rows: Int, _ columns: Int, isTransposed: Bool) -> Matrix {
    let matrix = isTransposed ? Matrix(rows: columns, columns: rows) : Matrix(rows: rows, columns: columns)
    for index in matrix.elements.indices { matrix.elements[index] = Float(index % 7) - 3.5 }
    return matrix
  }

  func multiply(_ repetitions: Int, in precision: Precision) {
    let kernels = FastKernels(precision: precision)
    for _ in 0..<repetitions {
      kernels.multiply(left, right, into: result.view, scale: 1, accumulate: false)
    }
    withExtendedLifetime(held) {}
  }
}
