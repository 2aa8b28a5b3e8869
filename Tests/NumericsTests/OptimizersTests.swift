import Memory
import Glibc
import Testing

@testable import Numerics

@Suite("optimisers")
struct OptimizersTests {
  private let compute = Compute(threads: Threads(2))

  private func dense(_ values: [Float]) -> Parameter {
    let parameter = Parameter("x", .dense, rows: 1, columns: values.count, initializer: .zeros, InitialDraw())
    _ = parameter.value.elements.update(fromContentsOf: values)
    return parameter
  }

  private func setGradient(_ parameter: Parameter, _ values: [Float]) {
    guard case .dense(let gradient) = parameter.gradient else { return }
    _ = gradient.sum.elements.update(fromContentsOf: values)
  }

  /// Gives `table` the gradient `values` in `rows`.
  private func setGradient(_ table: Parameter, rows: [Int32], _ values: Matrix) {
    guard case .rows(let gradient) = table.gradient else { return }
    let ids = Storage(copying: rows)
    withExtendedLifetime((ids, values)) {
      gradient.begin(capacity: rows.count)
      gradient.add(rows: ids.start, gradient: values.view, with: compute.kernels)
      gradient.sort(with: compute.kernels)
      gradient.sumSegments(0..<gradient.count, with: compute.kernels)
    }
  }

  @Test("two steps of Adam, worked by hand")
  func adam() {
    let parameter = dense([1, -2])
    let optimizer = Optimizer(.adam(), parameters: [parameter])
    var (m, v, x) = ([0.0, 0.0], [0.0, 0.0], [1.0, -2.0])
    for (step, gradient) in [[0.5, -1.0], [0.25, 2.0]].enumerated() {
      setGradient(parameter, gradient.map { Float($0) })
      optimizer.step(learningRate: 0.1, on: compute)
      let t = Double(step + 1)
      for i in 0..<2 {
        m[i] = 0.9 * m[i] + 0.1 * gradient[i]
        v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i]
        let rate = 0.1 * (1 - pow(0.999, t)).squareRoot() / (1 - pow(0.9, t))
        x[i] -= rate * m[i] / (v[i].squareRoot() + 1e-7)
      }
    }
    #expect(relativeDifference(parameter.value.values, x.map { Float($0) }) < 1e-6)
  }

  @Test("AdamW decays weights beside Adam's step")
  func adamW() {
    let (plain, decayed) = (dense([2]), dense([2]))
    setGradient(plain, [1])
    setGradient(decayed, [1])
    Optimizer(.adam(), parameters: [plain]).step(learningRate: 0.1, on: compute)
    Optimizer(.adam(AdamSettings(weightDecay: 0.5)), parameters: [decayed]).step(
      learningRate: 0.1,
      on: compute
    )
    #expect(abs(plain.value[0, 0] - decayed.value[0, 0] - 0.1 * 0.5 * 2) < 1e-6)
  }

  @Test("Adagrad begins at 0.1 as Keras's does")
  func adagrad() {
    let parameter = dense([1])
    let optimizer = Optimizer(.adagrad(), parameters: [parameter])
    setGradient(parameter, [2])
    optimizer.step(learningRate: 0.5, on: compute)
    let first = 1 - 0.5 * 2 / (4.1).squareRoot()
    #expect(abs(Double(parameter.value[0, 0]) - first) < 1e-6)
    setGradient(parameter, [1])
    optimizer.step(learningRate: 0.5, on: compute)
    #expect(abs(Double(parameter.value[0, 0]) - (first - 0.5 / (5.1).squareRoot())) < 1e-6)
  }

  @Test("gradient descent with and without momentum")
  func sgd() {
    let (plain, heavy) = (dense([1]), dense([1]))
    let optimizers = [
      Optimizer(.sgd(), parameters: [plain]), Optimizer(.sgd(momentum: 0.5), parameters: [heavy]),
    ]
    for _ in 0..<2 {
      setGradient(plain, [1])
      setGradient(heavy, [1])
      for optimizer in optimizers { optimizer.step(learningRate: 0.25, on: compute) }
    }
    #expect(plain.value[0, 0] == 0.5)
    #expect(heavy.value[0, 0] == 1 - 0.25 - (0.25 + 0.125))
  }

  /// A table and a dense twin of it, moved by the same gradients in `steps` steps; of the table only the rows that a
  /// step touches are visited.
  private func race(
    _ settings: OptimizerSettings,
    steps: Int = 30,
    rowsAStep: Int = 6,
    below bound: Int = 25,
    elements: Int? = nil,
    on compute: Compute
  ) -> (table: Parameter, twin: Parameter, before: [Float]) {
    let (rows, columns) = (40, 5)
    let (first, draw) = (Initializer.uniform(limit: 1), InitialDraw(seed: 1))
    let table = Parameter("t", .embedding, rows: rows, columns: columns, initializer: first, draw)
    let twin = Parameter("t", .dense, rows: rows, columns: columns, initializer: first, draw)
    let before = table.value.values
    let optimizers = [table, twin].map { Optimizer(settings, parameters: [$0], elements: elements) }
    var samples = KernelSamples()
    for step in 0..<steps {
      // All at first: a row that never had a gradient does not decay in a table, while its twin's does.
      let ids = step == 0 ? (0..<25).map { Int32($0) } : samples.ids(rowsAStep, below: bound)
      setGradient(table, rows: ids, samples.matrix(ids.count, columns))
      setGradient(twin, table.fullGradient.values)
      let rate = 0.01 * Double(1 + step % 3)
      for optimizer in optimizers { optimizer.step(learningRate: rate, on: compute) }
    }
    for optimizer in optimizers { optimizer.catchUpAll(on: compute) }
    return (table, twin, before)
  }

  @Test(
    "where rows without gradient stay, visiting only touched rows is visiting all, to the bit",
    arguments: [OptimizerSettings.adagrad(), .sgd()]
  )
  func sparseIsDense(settings: OptimizerSettings) throws {
    let (table, twin, before) = race(settings, on: compute)
    #expect(table.value.values == twin.value.values)
    #expect(table.value.values.prefix(25 * 5) != before.prefix(25 * 5))
  }

  /// Settings, and how far the two ways may part: by the rounding of some hundred steps taken one by one.
  private static let moving: [(OptimizerSettings, Double)] = [
    (.sgd(momentum: 0.9), 5e-6), (.adam(), 5e-6),
    (.adam(AdamSettings(beta1: 0.9, beta2: 0.99, epsilon: 1e-8)), 5e-6),
    (.adam(AdamSettings(beta1: 0, beta2: 0.9)), 5e-6), (.adam(AdamSettings(beta1: 0.99, beta2: 0.999)), 1e-5),
    (.adam(AdamSettings(beta1: 0.5, beta2: 0)), 5e-6), (.adam(AdamSettings(epsilon: 1)), 5e-6),
    (.adam(AdamSettings(weightDecay: 0.1)), 5e-6), (.adam(AdamSettings(weightDecay: 5)), 1e-5),
    (.adam(AdamSettings(weightDecay: 60)), 1e-5),
    (.adam(corrected(epsilon: 1e-8)), 5e-6), (.adam(corrected(epsilon: 0.5)), 1e-5),
  ]

  private static func corrected(epsilon: Double) -> AdamSettings {
    var settings = AdamSettings(epsilon: epsilon)
    settings.correctsBeforeEpsilon = true
    return settings
  }

  @Test(
    "rows that move without gradient are brought to where every step would have taken them",
    arguments: moving.indices,
    [(30, 6), (700, 1), (1_300, 6)]
  )
  func catchingUp(index: Int, length: (steps: Int, rows: Int)) throws {
    let (settings, tolerance) = Self.moving[index]
    for kernels in [FastKernels(), ReferenceKernels()] as [any Kernels] {
      let (table, twin, before) = race(
        settings,
        steps: length.steps,
        rowsAStep: length.rows,
        on: Compute(kernels: kernels, threads: Threads(2))
      )
      let moved = 25 * 5
      let (own, expected) = (table.value.values.prefix(moved), twin.value.values.prefix(moved))
      #expect(relativeDifference(Array(own), Array(expected)) < tolerance)
      #expect(table.value.values.dropFirst(moved) == before.dropFirst(moved))
    }
  }

  @Test("rows of large tables miss thousands of steps at once", arguments: moving.indices)
  func catchingUpLate(index: Int) throws {
    let (settings, tolerance) = Self.moving[index]
    // 20 rows have no gradient after the first step.
    let (table, twin, _) = race(
      settings,
      steps: 3_000,
      rowsAStep: 3,
      below: 5,
      elements: 1 << 40,
      on: compute
    )
    let moved = 25 * 5
    let (own, expected) = (table.value.values.prefix(moved), twin.value.values.prefix(moved))
    #expect(relativeDifference(Array(own), Array(expected)) < tolerance)
  }

  @Test("state is what it would be had every row been visited")
  func stateAfterCatchingUp() throws {
    let table = Parameter("t", .embedding, rows: 9, columns: 1, initializer: .zeros, InitialDraw())
    let optimizer = Optimizer(.adam(), parameters: [table])
    for row in [3, 5, 5, 5] as [Int32] {
      setGradient(table, rows: [row], Matrix(rows: 1, columns: 1, values: [1]))
      optimizer.step(learningRate: 0.1, on: compute)
    }
    optimizer.catchUpAll(on: compute)
    let state = try optimizer.export()[0]
    #expect(state.rows == [3, 5])
    #expect(abs(state.arrays[0].matrix[0, 0] - 0.1 * 0.729) < 1e-7)
    #expect(abs(state.arrays[1].matrix[0, 0] - 0.001 * 0.997_003) < 3e-8)
  }

  @Test("clipping scales all gradients to the norm, and only when they are longer")
  func clipping() {
    for (clip, factor) in [(2.5, 0.5), (10, 1)] {
      let (first, second) = (dense([0]), dense([0]))
      setGradient(first, [3])
      setGradient(second, [4])
      let optimizer = Optimizer(.sgd(), parameters: [first, second])
      #expect(optimizer.step(learningRate: 1, clipNorm: clip, on: compute) == 5)
      #expect(Double(first.value[0, 0]) == -3 * factor && Double(second.value[0, 0]) == -4 * factor)
    }
  }

  @Test("the norm counts a table's row once, however often it was read")
  func normOfTable() {
    let table = Parameter("t", .embedding, rows: 9, columns: 1, initializer: .zeros, InitialDraw())
    setGradient(table, rows: [4, 2, 4], Matrix(rows: 3, columns: 1, values: [1, 4, 2]))
    #expect(Optimizer(.sgd(), parameters: [table]).gradientNorm(on: compute) == 5)
  }

  @Test("state of another optimiser does not fit")
  func otherState() throws {
    let parameter = dense([1])
    let adagrad = Optimizer(.adagrad(), parameters: [parameter])
    #expect(throws: TrainingError.stateDoesNotFit("the saved state of x does not fit this optimiser")) {
      try Optimizer(.adam(), parameters: [parameter]).restore(adagrad.export(), steps: 3)
    }
    #expect(throws: TrainingError.stateDoesNotFit("the optimiser has 1 parameters, the saved state has 0")) {
      try adagrad.restore([], steps: 3)
    }
  }

  @Test(
    "a table's state takes no row twice and none that is not there",
    arguments: [[3, 3], [9], [-1]] as [[Int32]]
  )
  func badRows(rows: [Int32]) {
    let table = Parameter("t", .embedding, rows: 9, columns: 1, initializer: .zeros, InitialDraw())
    let matrix = NamedMatrix(name: "accumulator", matrix: Matrix(rows: rows.count, columns: 1))
    #expect(throws: TrainingError.stateDoesNotFit("the saved state of t does not fit this optimiser")) {
      try Optimizer(.adagrad(), parameters: [table]).restore(
        [OptimizerState(parameter: "t", rows: rows, arrays: [matrix])],
        steps: 1
      )
    }
  }

  @Test("schedules: constant, warm-up, cosine")
  func schedules() {
    let constant = LearningRateSchedule()
    #expect(constant.factor(step: 1, of: 10) == 1 && constant.factor(step: 10, of: 10) == 1)
    let warm = LearningRateSchedule(.constant, warmupSteps: 4)
    #expect((1...6).map { warm.factor(step: $0, of: 10) } == [0.25, 0.5, 0.75, 1, 1, 1])
    let cosine = LearningRateSchedule(.cosine())
    #expect(abs(cosine.factor(step: 5, of: 10) - 0.5) < 1e-12 && abs(cosine.factor(step: 10, of: 10)) < 1e-12)
    let both = LearningRateSchedule(.cosine(finalFraction: 0.2), warmupSteps: 5)
    #expect(abs(both.factor(step: 10, of: 10) - 0.2) < 1e-12)
    #expect(abs(both.factor(step: 2, of: 10) - 0.4 * (0.2 + 0.8 * (1 + cos(Double.pi / 5)) / 2)) < 1e-12)
  }
}
