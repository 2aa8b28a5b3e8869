import Testing

@testable import Numerics

/// The kernels of embedding gradients, softmax and optimisers, held against the reference; tolerances as in
/// `KernelsAgreementTests`.
@Suite("fast gradients, softmax and updates do what the reference does")
struct KernelsGradientTests {
  let fast = FastKernels()
  let reference = ReferenceKernels()
  static let tolerance = 2e-6

  /// The gradient of a table read by ids and by histories.
  private func tableGradient(_ kernels: any Kernels, tableRows: Int) -> (rows: [Int32], values: [Float]) {
    var samples = KernelSamples()
    let (single, mean) = (samples.matrix(40, 9), samples.matrix(40, 9))
    let ids = samples.ids(40, below: tableRows)
    let clicks = samples.ids(200, below: tableRows).map { $0 % 3 == 0 ? 0 : $0 }
    let gradient = RowGradient(of: Matrix(rows: tableRows, columns: 9), unit: .none)
    gradient.begin(capacity: 40 + 200)
    gradient.add(rows: ids, gradient: single.view, with: kernels)
    clicks.withWindows((0..<40).map { Int32($0 * 5) }, (0..<40).map { Int32($0 * 5 + $0 % 6) }) { windows in
      gradient.add(histories: windows, gradient: mean.view, with: kernels)
    }
    gradient.sort(with: kernels)
    gradient.sumSegments(0..<gradient.count / 2, with: kernels)
    gradient.sumSegments(gradient.count / 2..<gradient.count, with: kernels)
    let rows = Array(UnsafeBufferPointer(start: gradient.rows, count: gradient.count))
    let values = Array(UnsafeBufferPointer(start: gradient.values.start, count: gradient.count * 9))
    return (rows, values)
  }

  @Test(
    "embedding gradients in sorted segments, for tables of one, two and three digits",
    arguments: [7, 2_047, 2_048, 5_000_000]
  )
  func segments(tableRows: Int) {
    let left = tableGradient(fast, tableRows: tableRows)
    let right = tableGradient(reference, tableRows: tableRows)
    #expect(left.rows == right.rows)
    #expect(left.rows == left.rows.sorted() && Set(left.rows).count == left.rows.count)
    #expect(relativeDifference(left.values, right.values) < Self.tolerance)
  }

  /// Losses and gradients of a kernel over rows of logits, of the fast kernels and of the reference.
  private func contrast(
    columns: Int,
    scale: Float,
    _ body: (any Kernels, MatrixView, ContrastiveRows) -> Void
  ) -> (losses: [[Double]], gradients: [[Float]]) {
    var samples = KernelSamples()
    let logits = samples.matrix(12, columns, scale: scale)
    let (bias, weights) = (samples.matrix(1, columns), samples.matrix(1, 12))
    let labels = samples.ids(12, below: columns)
    let excluded = samples.ids(36, below: columns)
    let offsets = (0...12).map { Int32($0 * 3) }
    var losses: [[Double]] = []
    var gradients: [[Float]] = []
    for kernels in [fast, reference] as [any Kernels] {
      let gradient = logits.copied
      var loss = [Double](repeating: 0, count: 12)
      withRows(labels, weights, bias, (offsets, excluded), &loss) { body(kernels, gradient.view, $0) }
      losses.append(loss)
      gradients.append(gradient.values)
    }
    return (losses, gradients)
  }

  @Test("softmax rows with bias and exclusions", arguments: [1, 15, 16, 17, 100])
  func softmax(columns: Int) {
    let (losses, gradients) = contrast(columns: columns, scale: 8) { $0.softmaxRows($1, $2) }
    // Losses near 0 are differences of numbers near 20, each good to 2^-24 of that: 5e-6 in all.
    for (left, right) in zip(losses[0], losses[1]) { #expect(abs(left - right) < 5e-6 * max(1, abs(right))) }
    // A logit near 30 is rounded to 2e-6, and so is its exponential.
    #expect(relativeDifference(gradients[0], gradients[1]) < 5e-6)
  }

  @Test("ranking rows with bias and exclusions", arguments: [1, 2, 15, 16, 17, 511, 512, 513, 1_100])
  func ranking(columns: Int) {
    let (losses, gradients) = contrast(columns: columns, scale: 8) { $0.rankingRows($1, $2) }
    // Differences near 40 are rounded to 4e-6 each.
    for (left, right) in zip(losses[0], losses[1]) { #expect(abs(left - right) < 5e-6 * max(1, abs(right))) }
    #expect(relativeDifference(gradients[0], gradients[1]) < 5e-6)
  }

  @Test(
    "cosine contrastive and binary rows with bias and exclusions, labels with their bias and without",
    arguments: [1, 2, 15, 16, 17, 511, 512, 513, 1_100],
    [false, true]
  )
  func pointwise(columns: Int, spares: Bool) {
    for isCosine in [false, true] {
      let (losses, gradients) = contrast(columns: columns, scale: 8) { kernels, logits, rows in
        var rows = rows
        rows.sparesLabels = spares
        if isCosine {
          kernels.cosineRows(logits, rows, margin: 0.3, weight: 20)
        } else {
          kernels.binaryRows(logits, rows, power: 0.25)
        }
      }
      for (left, right) in zip(losses[0], losses[1]) {
        #expect(abs(left - right) < 5e-6 * max(1, abs(right)))
      }
      #expect(relativeDifference(gradients[0], gradients[1]) < 5e-6)
    }
  }

  @Test(
    "softmax rows at k with a bias and without, for k below and beyond the number of columns",
    arguments: [1, 2, 15, 16, 17, 100],
    [1, 3, 20, 1_000]
  )
  func softmaxAtK(columns: Int, k: Int) {
    for hasBias in [false, true] {
      let (losses, gradients) = contrast(columns: columns, scale: 3) { kernels, logits, rows in
        var rows = rows
        if !hasBias { rows.bias = nil }
        kernels.softmaxAtKRows(logits, rows, k: k, items: 400, scale: 0.5)
      }
      for (left, right) in zip(losses[0], losses[1]) {
        #expect(abs(left - right) < 5e-6 * max(1, abs(right)))
      }
      #expect(relativeDifference(gradients[0], gradients[1]) < 5e-6)
    }
  }

  @Test("differences of any size have a ranking loss: softplus(d) is d far above zero and nothing far below")
  func rankingFarApart() {
    let (losses, gradients) = contrast(columns: 30, scale: 5_000) { $0.rankingRows($1, $2) }
    #expect(losses[0].allSatisfy(\.isFinite) && gradients[0].allSatisfy(\.isFinite))
    for (left, right) in zip(losses[0], losses[1]) { #expect(abs(left - right) < 1e-6 * max(1, abs(right))) }
  }

  @Test("columns that some rows alone see are hidden from the others alike", arguments: [3, 16, 17, 100])
  func own(columns: Int) {
    let shared = columns - min(columns - 1, 20)
    let places = (0..<12).map { row in (shared..<columns).filter { ($0 + row) % 4 == 0 } }
    let offsets = Storage(
      copying: places.reduce(into: [Int32(0)]) { $0.append(($0.last ?? 0) + Int32($1.count)) }
    )
    let flat = Storage(copying: places.flatMap { $0 }.map { Int32($0) })
    let labels = Storage(copying: (0..<12).map { Int32($0 % shared) })
    for form in LossForm.allCases {
      let (losses, gradients) = contrast(columns: columns, scale: 8) { kernels, logits, rows in
        var rows = rows
        rows.labels = UnsafePointer(labels.start)
        rows.own = OwnColumns(shared: shared, offsets: offsets.start, places: flat.start)
        switch form {
        case .softmax: kernels.softmaxRows(logits, rows)
        case .bpr: kernels.rankingRows(logits, rows)
        case .ccl: kernels.cosineRows(logits, rows, margin: 0.3, weight: 20)
        case .gbce: kernels.binaryRows(logits, rows, power: 0.25)
        case .softmaxAtK: kernels.softmaxAtKRows(logits, rows, k: 3, items: 200, scale: 0.5)
        }
      }
      for (left, right) in zip(losses[0], losses[1]) {
        #expect(abs(left - right) < 5e-6 * max(1, abs(right)))
      }
      #expect(relativeDifference(gradients[0], gradients[1]) < 5e-6)
      for row in 0..<12 {
        for column in shared..<columns where !places[row].contains(column) {
          #expect(gradients[0][row * columns + column] == 0)
        }
      }
    }
    withExtendedLifetime((offsets, flat, labels)) {}
  }

  private func withRows(
    _ labels: [Int32],
    _ weights: Matrix,
    _ bias: Matrix,
    _ exclusions: ([Int32], [Int32]),
    _ losses: inout [Double],
    _ body: (ContrastiveRows) -> Void
  ) {
    labels.withWindows(exclusions.0, exclusions.1) { pointers in
      losses.withUnsafeMutableBufferPointer { losses in
        guard let losses = losses.baseAddress else { return }
        var rows = ContrastiveRows(labels: pointers.clicks, weights: weights.start, losses: losses)
        rows.bias = UnsafePointer(bias.start)
        rows.exclusions = (pointers.starts, pointers.ends)
        body(rows)
      }
    }
  }

  @Test("not a number and infinity are not lost in a softmax or in losses over others one at a time")
  func softmaxNotFinite() {
    for bad in [Float.nan, .infinity] {
      let logits = Matrix(rows: 1, columns: 20)
      logits[0, 7] = bad
      var loss = [0.0]
      let none = Matrix(rows: 1, columns: 20)
      let weights = Matrix(rows: 1, columns: 1, values: [1])
      let again = logits.copied
      withRows([2], weights, none, ([0, 0], [0]), &loss) { fast.softmaxRows(logits.view, $0) }
      #expect(!loss[0].isFinite)
      for label in [2, 7] as [Int32] {
        let ranked = again.copied
        withRows([label], weights, none, ([0, 0], [0]), &loss) { fast.rankingRows(ranked.view, $0) }
        #expect(!loss[0].isFinite)
        let binary = again.copied
        withRows([label], weights, none, ([0, 0], [0]), &loss) {
          fast.binaryRows(binary.view, $0, power: 0.5)
        }
        #expect(!loss[0].isFinite)
        let cosines = again.copied
        withRows([label], weights, none, ([0, 0], [0]), &loss) {
          fast.cosineRows(cosines.view, $0, margin: 0.5, weight: 2)
        }
        #expect(!loss[0].isFinite)
      }
    }
  }

  @Test("exponentials and their sums, and both factors")
  func symmetric() {
    var samples = KernelSamples()
    let logits = samples.matrix(9, 35, scale: 7)
    let (rowFactors, columnFactors) = (samples.matrix(1, 9), samples.matrix(1, 35))
    var results: [[Float]] = []
    for kernels in [fast, reference] as [any Kernels] {
      let (values, rowSums, columnSums) = (
        logits.copied, Matrix(rows: 1, columns: 9), Matrix(rows: 1, columns: 35)
      )
      kernels.exponentiate(values.view, shift: 30, rowSums: rowSums.start, columnSums: columnSums.start)
      results.append(values.values + rowSums.values + columnSums.values)
      kernels.scale(values.view, rowFactors: rowFactors.start, columnFactors: columnFactors.start)
      results.append(values.values)
    }
    #expect(relativeDifference(results[0], results[2]) < Self.tolerance)
    #expect(relativeDifference(results[1], results[3]) < Self.tolerance)
  }

  @Test("the exponential is good to 3e-7 over its range and 0 below it")
  func exponential() {
    let values = (0..<8_800).map { Float($0) * -0.01 }
    let fastValues = Matrix(rows: 1, columns: values.count, values: values)
    let plainValues = fastValues.copied
    var (rowSum, columnSums) = ([Float](repeating: 0, count: 1), [Float](repeating: 0, count: values.count))
    fast.exponentiate(fastValues.view, shift: 0, rowSums: &rowSum, columnSums: &columnSums)
    reference.exponentiate(plainValues.view, shift: 0, rowSums: &rowSum, columnSums: &columnSums)
    for (place, value) in values.enumerated() {
      let (left, right) = (Double(fastValues[0, place]), Double(plainValues[0, place]))
      #expect(value < -87 ? left == 0 : abs(left - right) <= 3e-7 * right, "exp(\(value))")
    }
  }

  @Test("Adam, AdamW, Adagrad and SGD, with slots and without")
  func updates() {
    for usesSlots in [false, true] {
      #expect(updateDifference(usesSlots) { $0.adam($1, Self.adamStep(decay: 0)) } < Self.tolerance)
      #expect(updateDifference(usesSlots) { $0.adam($1, Self.adamStep(decay: 0.1)) } < Self.tolerance)
      #expect(updateDifference(usesSlots) { $0.adagrad($1, rate: 0.1, epsilon: 1e-7) } < Self.tolerance)
      #expect(updateDifference(usesSlots) { $0.sgd($1, rate: 0.1, momentum: 0.9) } < Self.tolerance)
      let stateless = updateDifference(usesSlots, states: false) { $0.sgd($1, rate: 0.1, momentum: 0) }
      #expect(stateless < Self.tolerance)
    }
  }

  private static func adamStep(decay: Float) -> AdamStep {
    AdamStep(rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, decay: decay)
  }

  @Test("bringing rows up to date", arguments: [false, true])
  func catchingUp(usesSlots: Bool) {
    let adam = (0..<4).map { step in
      AdamLag(
        keep: 1 - 0.01 * Float(step),
        m: 0.9 - 0.1 * Float(step),
        v: 0.99,
        weight: (0.1, 0.05 * Float(step)),
        root: (0.99, 0.9),
        epsilon: (1e-3, 1e-2)
      )
    }
    let momentum = (0..<4).map { MomentumLag(sum: 0.5 * Float($0), velocity: 0.9 - 0.2 * Float($0)) }
    checkCatchingUp(usesSlots) { kernels, update, steps in
      adam.withUnsafeBufferPointer { lags in
        guard let lags = lags.baseAddress else { return }
        kernels.catchUp(update, Lagging(steps: steps, firstStep: 5, step: 9, lags: lags))
      }
    }
    checkCatchingUp(usesSlots) { kernels, update, steps in
      momentum.withUnsafeBufferPointer { lags in
        guard let lags = lags.baseAddress else { return }
        kernels.catchUp(update, Lagging(steps: steps, firstStep: 5, step: 9, lags: lags))
      }
    }
  }

  /// Catches up slots that were last moved in steps 5 to 9, of which 9 is the newest.
  private func checkCatchingUp(
    _ usesSlots: Bool,
    _ catchUp: (any Kernels, ParameterUpdate, UnsafeMutablePointer<Int32>) -> Void
  ) {
    let difference = updateDifference(usesSlots) { kernels, update in
      var steps = (0..<12).map { Int32(5 + $0 % 5) }
      let before = steps
      catchUp(kernels, update, &steps)
      let moved = usesSlots ? [3, 0, 5] : Array(2..<11)
      for slot in steps.indices { #expect(steps[slot] == (moved.contains(slot) ? 9 : before[slot])) }
    }
    #expect(difference < Self.tolerance)
  }

  private func updateDifference(
    _ usesSlots: Bool,
    states: Bool = true,
    _ body: (any Kernels, ParameterUpdate) -> Void
  ) -> Double {
    var results: [[Float]] = []
    let rows: [Int32] = [7, 3, 11, 0, 5]
    let slots: [Int32] = [1, 3, 0, 5, 2]
    for kernels in [fast, reference] as [any Kernels] {
      var samples = KernelSamples()
      let (values, gradient) = (samples.matrix(12, 19), samples.matrix(12, 19))
      let state = samples.matrix(12, 38)
      for index in state.elements.indices { state.elements[index] = abs(state.elements[index]) }
      rows.withUnsafeBufferPointer { rows in
        slots.withUnsafeBufferPointer { slots in
          let update = ParameterUpdate(
            values: values.start,
            gradient: gradient.start,
            states: states ? state.start : nil,
            stateCount: states ? 2 : 0,
            rows: usesSlots ? rows.baseAddress : nil,
            slots: usesSlots ? slots.baseAddress : nil,
            entries: usesSlots ? 1..<4 : 2..<11,
            columns: 19,
            gradientScale: 0.5
          )
          body(kernels, update)
        }
      }
      results.append(values.values + state.values)
    }
    return relativeDifference(results[0], results[1])
  }
}
