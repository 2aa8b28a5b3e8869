import Testing

@testable import Numerics

/// Holds the vector code against the plain reference. Both compute in Float32; sums in another order differ in the
/// last bits, hence 2e-6 of the largest element (2^-19) unless a test says otherwise.
@Suite("fast kernels do what the reference does")
struct KernelsAgreementTests {
  let fast = FastKernels()
  let reference = ReferenceKernels()
  static let tolerance = 2e-6

  /// Runs `body` with both kernels on copies of `matrix` and compares what becomes of them.
  private func compare(_ matrix: Matrix, _ body: (any Kernels, Matrix) -> Void) -> Double {
    let (left, right) = (matrix.copied, matrix.copied)
    body(fast, left)
    body(reference, right)
    return relativeDifference(left.values, right.values)
  }

  @Test(
    "products of every transposition, with scale and accumulation",
    arguments: [false, true],
    [false, true]
  )
  func multiply(transposeA: Bool, transposeB: Bool) {
    var samples = KernelSamples()
    let a = transposeA ? samples.matrix(37, 21) : samples.matrix(21, 37)
    let b = transposeB ? samples.matrix(19, 37) : samples.matrix(37, 19)
    let left = transposeA ? Operand.transposed(a.view) : .plain(a.view)
    let right = transposeB ? Operand.transposed(b.view) : .plain(b.view)
    for accumulate in [false, true] {
      let difference = compare(samples.matrix(21, 19)) { kernels, c in
        kernels.multiply(left, right, into: c.view, scale: 0.7, accumulate: accumulate)
      }
      #expect(difference < Self.tolerance)
    }
  }

  @Test("products of blocks inside larger matrices")
  func multiplyBlocks() {
    var samples = KernelSamples()
    let (a, b) = (samples.matrix(9, 30), samples.matrix(30, 30))
    let difference = compare(samples.matrix(12, 40)) { kernels, c in
      kernels.multiply(
        .plain(a.view.columns(3..<20)),
        .plain(b.view.rows(5..<22).columns(1..<12)),
        into: c.view.rows(2..<11).columns(20..<31),
        scale: 1,
        accumulate: false
      )
    }
    #expect(difference < Self.tolerance)
  }

  @Test("bias, ReLU and dropout, forward and backward", arguments: [false, true], [0, 0.3])
  func dense(relu: Bool, rate: Double) {
    var samples = KernelSamples()
    let (values, gradient, bias) = (samples.matrix(13, 35), samples.matrix(13, 35), samples.matrix(1, 35))
    let mask = rate > 0 ? DropoutMask(rate: rate, key: 0x1234_5678_9abc, first: 99) : nil
    let forward = compare(values) { kernels, output in
      kernels.finishDense(output.view, bias: bias.start, relu: relu, dropout: mask)
    }
    #expect(forward == 0)
    let backward = compare(gradient) { kernels, gradient in
      kernels.reluBackward(gradient.view, output: values.view, scale: 1.25)
    }
    #expect(backward == 0)
    guard let mask else { return }
    #expect(compare(gradient) { $0.dropoutBackward($1.view, dropout: mask) } == 0)
  }

  @Test("column sums, sums, sums of squares")
  func sums() {
    var samples = KernelSamples()
    let (values, part) = (samples.matrix(50, 33), samples.matrix(1, 33))
    let columnSums = compare(samples.matrix(1, 33)) { $0.addColumnSums(of: values.view, to: $1.start) }
    #expect(columnSums < Self.tolerance)
    #expect(compare(samples.matrix(1, 33)) { $0.add(part.start, to: $1.start, count: 33) } == 0)
    let squares = fast.sumOfSquares(values.start, count: values.elements.count)
    #expect(
      abs(squares - reference.sumOfSquares(values.start, count: values.elements.count)) < 1e-9 * squares
    )
  }

  @Test("L2 normalisation, forward and backward, with a row of zeros")
  func normalise() {
    var samples = KernelSamples()
    let (input, gradient) = (samples.matrix(9, 37), samples.matrix(9, 37))
    input.row(4).update(repeating: 0)
    var inverse = [Float](repeating: 0, count: 9)
    let output = Matrix(rows: 9, columns: 37)
    let forward = compare(output) { $0.normalizeRows(input.view, into: $1.view, inverse: &inverse) }
    #expect(forward < Self.tolerance)
    #expect(inverse[4] == -1e6 && inverse[0] > 0)
    reference.normalizeRows(input.view, into: output.view, inverse: &inverse)
    // The row of zeros has gradients a million times the others', which would hide them.
    for rows in [0..<4, 4..<5, 5..<9] {
      let backward = compare(Matrix(rows: rows.count, columns: 37)) { kernels, inputGradient in
        inverse.withUnsafeBufferPointer { inverse in
          guard let first = inverse.baseAddress else { return }
          kernels.normalizeRowsBackward(
            gradient.view.rows(rows),
            output: output.view.rows(rows),
            inverse: first + rows.lowerBound,
            into: inputGradient.view
          )
        }
      }
      #expect(backward < Self.tolerance)
    }
  }

  @Test("gathers and means of histories, into columns of a wider matrix", arguments: [1, 5, 32])
  func embeddings(width: Int) {
    var samples = KernelSamples()
    let table = samples.matrix(60, width)
    let ids = samples.ids(23, below: 60)
    let clicks = samples.ids(90, below: 6).map { $0 % 5 }
    let starts = (0..<23).map { Int32($0 * 3) }
    let ends = (0..<23).map { Int32($0 * 3 + $0 % 7) }
    let output = samples.matrix(23, width + 4)
    #expect(compare(output) { $0.gather(table.start, ids: ids, into: $1.view.columns(2..<width + 2)) } == 0)
    let mean = compare(output) { kernels, output in
      clicks.withWindows(starts, ends) { windows in
        kernels.meanOfHistory(table.start, windows, into: output.view.columns(3..<width + 3))
      }
    }
    #expect(mean < Self.tolerance)
  }
}

extension [Int32] {
  /// Calls `body` with these clicks' windows.
  func withWindows<Result>(
    _ starts: [Int32],
    _ ends: [Int32],
    _ body: (HistoryPointers) throws -> Result
  ) rethrows -> Result {
    let (clicks, starts, ends) = (Storage(copying: self), Storage(copying: starts), Storage(copying: ends))
    return try withExtendedLifetime((clicks, starts, ends)) {
      try body(HistoryPointers(clicks: clicks.start, starts: starts.start, ends: ends.start))
    }
  }
}
