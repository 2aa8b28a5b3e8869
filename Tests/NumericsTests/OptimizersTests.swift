import Glibc
import Testing

@testable import Numerics

@Suite("optimisers")
struct OptimizersTests {
  private let compute = Compute(threads: Threads(2))

  private func dense(_ values: [Float]) -> Parameter {
    let parameter = Parameter("x", .dense, rows: 1, columns: values.count, initializer: .zeros, seed: 0)
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

  @Test(
    "visiting only rows that ever had a gradient moves a table as visiting all does, to the bit",
    arguments: [OptimizerSettings.adam(), .adagrad(), .sgd(), .sgd(momentum: 0.9)]
  )
  func sparseIsDense(settings: OptimizerSettings) throws {
    let (rows, columns) = (40, 5)
    let table = Parameter(
      "t",
      .embedding,
      rows: rows,
      columns: columns,
      initializer: .uniform(limit: 1),
      seed: 1
    )
    let twin = Parameter("t", .dense, rows: rows, columns: columns, initializer: .uniform(limit: 1), seed: 1)
    #expect(table.value.values == twin.value.values)
    let before = table.value.values
    let optimizers = [Optimizer(settings, parameters: [table]), Optimizer(settings, parameters: [twin])]
    var samples = KernelSamples()
    for _ in 0..<30 {
      let ids = samples.ids(6, below: 25)
      setGradient(table, rows: ids, samples.matrix(6, columns))
      setGradient(twin, table.fullGradient.values)
      for optimizer in optimizers { optimizer.step(learningRate: 0.01, on: compute) }
    }
    #expect(table.value.values == twin.value.values)
    #expect(table.value.values != before)
    #expect(Array(table.value.values.suffix(15 * columns)) == Array(before.suffix(15 * columns)))
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
    let table = Parameter("t", .embedding, rows: 9, columns: 1, initializer: .zeros, seed: 0)
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
    let table = Parameter("t", .embedding, rows: 9, columns: 1, initializer: .zeros, seed: 0)
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
