import Memory

/// How long rows of a table take that lie anywhere in it, as they do where training moves them step after step.
package enum RowRate {
  private static let steps = 48

  /// The seconds that one row with its two moments takes to be read, moved by Adam and written, on `threads` threads
  /// together: a median over steps that each move `touched` other rows of a table of `[rows, columns]`.
  ///
  /// The rows of a step are spread over the table and ascend; their moments lie in another order, as they do in
  /// training. Nothing else is done: the rest is up to caches and memory.
  package static func adam(rows: Int, columns: Int, touched: Int, threads: Int) -> Double {
    let touched = min(touched, rows)
    guard touched > 0, columns > 0 else { return 0 }
    let table = Matrix(rows: rows, columns: columns)
    let moments = Matrix(rows: rows, columns: 2 * columns)
    let gradient = Matrix(rows: touched, columns: columns)
    for matrix in [table, moments, gradient] { matrix.elements.update(repeating: 1) }
    var generator = NumpyGenerator(seed: 0)
    let slotOfRow: [Int32] = generator.permutation32(rows)
    let clock = ContinuousClock()
    let seconds = (0..<steps).map { _ in
      let chosen = (0..<touched).map { place in
        let first = rows * place / touched
        return Int32(first + Int(generator.random() * Double(rows * (place + 1) / touched - first)))
      }
      let slots = chosen.map { slotOfRow[Int($0)] }
      let start = clock.now
      chosen.withUnsafeBufferPointer { chosen in
        slots.withUnsafeBufferPointer { slots in
          Threads(threads).forEachRange(of: touched, size: max(1, Optimizer.pieceElements / columns)) {
            entries in
            FastKernels().adam(
              ParameterUpdate(
                values: table.start,
                gradient: UnsafePointer(gradient.start),
                states: moments.start,
                stateCount: 2,
                rows: chosen.baseAddress,
                slots: slots.baseAddress,
                entries: entries,
                columns: columns,
                gradientScale: 1
              ),
              AdamStep(rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, decay: 0)
            )
          }
        }
      }
      return (clock.now - start) / .seconds(1)
    }
    return seconds.sorted()[steps / 2] / Double(touched)
  }
}
