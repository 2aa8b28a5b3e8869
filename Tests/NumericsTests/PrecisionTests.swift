import Glibc
import Memory
import Testing

@testable import Numerics

/// Products and trainings with factors in bfloat16, which has 8 bits: a rounded factor is off by at most 2^-8 of itself and
/// a product of two by 2^-7 (and 2^-16), whatever is added up.
@Suite(
  "products in bfloat16",
  .enabled(if: Precision.bf16.isSupported, "this processor has neither AVX-512 BF16 nor AMX")
)
struct PrecisionTests {
  let fast = FastKernels(precision: .bf16)

  /// The largest share of its bound that an element of `scale * left * right` is off by, and of what rounding alone may do.
  private func errors(_ left: Operand, _ right: Operand, _ product: MatrixView, before: Matrix, scale: Float)
    -> (ofRounded: Double, ofExact: Double)
  {
    let reference = before.copied
    ReferenceKernels(precision: .bf16)
      .multiply(left, right, into: reference.view, scale: scale, accumulate: true)
    var worst = (ofRounded: 0.0, ofExact: 0.0)
    for row in 0..<product.rows {
      for column in 0..<product.columns {
        var (sum, size) = (0.0, 0.0)
        for k in 0..<left.columns {
          let term = Double(left[row, k]) * Double(right[k, column])
          (sum, size) = (sum + term, size + abs(term))
        }
        let factor = abs(Double(scale))
        // Each addition in Float32 is off by 2^-24 of what there is so far.
        let additions =
          Double(left.columns + 4) * 0x1p-23 * (size * factor + abs(Double(before[row, column])))
        let found = Double(product[row, column])
        let exact = Double(before[row, column]) + Double(scale) * sum
        let ofRounded = abs(found - Double(reference[row, column])) / max(additions, .leastNormalMagnitude)
        let bound = (0x1p-7 + 0x1p-16) * size * factor + additions
        worst.ofRounded = max(worst.ofRounded, ofRounded)
        worst.ofExact = max(worst.ofExact, abs(found - exact) / max(bound, .leastNormalMagnitude))
      }
    }
    return worst
  }

  /// Rows, inner side, columns: around vectors, tiles, panels and blocks, and beyond what is laid out at once.
  static let shapes = [
    (1, 1, 1), (5, 2, 16), (6, 31, 17), (7, 32, 33), (12, 33, 48), (13, 63, 49), (37, 64, 65), (6, 255, 130),
    (25, 257, 31), (505, 5, 3), (11, 600, 70), (3, 256, 1_100), (1_010, 3, 80),
  ]

  @Test("are those of rounded factors, for every transposition and shape", arguments: shapes)
  func multiply(rows: Int, inner: Int, columns: Int) {
    var samples = KernelSamples()
    for (transposesLeft, transposesRight) in [(false, false), (false, true), (true, false), (true, true)] {
      let a = transposesLeft ? samples.matrix(inner, rows) : samples.matrix(rows, inner)
      let b = transposesRight ? samples.matrix(columns, inner) : samples.matrix(inner, columns)
      let left = Operand(block: a.view, isTransposed: transposesLeft)
      let right = Operand(block: b.view, isTransposed: transposesRight)
      for (accumulate, scale) in [(false, Float(1)), (true, -0.7)] {
        let c = samples.matrix(rows, columns)
        let before = accumulate ? c.copied : Matrix(rows: rows, columns: columns)
        fast.multiply(left, right, into: c.view, scale: scale, accumulate: accumulate)
        let worst = errors(left, right, c.view, before: before, scale: scale)
        #expect(worst.ofRounded <= 1 && worst.ofExact <= 1, "\(worst)")
      }
    }
  }

  @Test("round to nearest, ties to even, and take what is no number for what it is")
  func rounding() {
    // 2^-7 lies between two numbers above 1.
    let cases: [(Float, Float)] = [
      (1, 1), (1 + 0x1p-8, 1), (1 + 0x1p-8 + 0x1p-20, 1 + 0x1p-7), (1 + 3 * 0x1p-8, 1 + 0x1p-6),
      (-1 - 3 * 0x1p-8, -1 - 0x1p-6), (0x1p-127, 0), (0x1p-126, 0x1p-126), (.infinity, .infinity),
      (.greatestFiniteMagnitude, .infinity), (0x1.fep127, 0x1.fep127),
    ]
    let left = Matrix(rows: cases.count + 1, columns: 1, values: cases.map(\.0) + [.nan])
    let one = Matrix(rows: 1, columns: 1, values: [1])
    let result = Matrix(rows: cases.count + 1, columns: 1)
    fast.multiply(.plain(left.view), .plain(one.view), into: result.view, scale: 1, accumulate: false)
    #expect(Array(result.values.dropLast()) == cases.map(\.1))
    #expect(result[cases.count, 0].isNaN)
    let reference = Matrix(rows: cases.count + 1, columns: 1)
    ReferenceKernels(precision: .bf16)
      .multiply(.plain(left.view), .plain(one.view), into: reference.view, scale: 1, accumulate: false)
    #expect(Array(reference.values.dropLast()) == cases.map(\.1))
  }

  @Test("work on blocks inside larger matrices, and touch nothing beside them")
  func blocks() {
    var samples = KernelSamples()
    let (a, b, c) = (samples.matrix(9, 30), samples.matrix(30, 30), samples.matrix(12, 40))
    let before = c.copied
    let left = Operand.plain(a.view.columns(3..<20))
    let right = Operand.plain(b.view.rows(5..<22).columns(1..<12))
    let block = c.view.rows(2..<11).columns(20..<31)
    fast.multiply(left, right, into: block, scale: 1, accumulate: false)
    let worst = errors(left, right, block, before: Matrix(rows: 9, columns: 11), scale: 1)
    #expect(worst.ofRounded <= 1)
    for row in 0..<12 {
      for column in 0..<40 where !(2..<11).contains(row) || !(20..<31).contains(column) {
        #expect(c[row, column] == before[row, column])
      }
    }
  }

  @Test("have an element's bits whatever rows and columns come with it")
  func company() {
    var samples = KernelSamples()
    let (a, b) = (samples.matrix(61, 300), samples.matrix(300, 150))
    let (whole, parts) = (Matrix(rows: 61, columns: 150), Matrix(rows: 61, columns: 150))
    fast.multiply(.plain(a.view), .plain(b.view), into: whole.view, scale: 0.3, accumulate: false)
    for rows in [0..<7, 7..<8, 8..<61] {
      for columns in [0..<1, 1..<67, 67..<150] {
        fast.multiply(
          .plain(a.view.rows(rows)),
          .plain(b.view.columns(columns)),
          into: parts.view.rows(rows).columns(columns),
          scale: 0.3,
          accumulate: false
        )
      }
    }
    #expect(whole.values.map(\.bitPattern) == parts.values.map(\.bitPattern))
  }

  /// Towers with layers, recurrence and interests, and losses of every form.
  static let models: [(String, @Sendable (inout TwoTowerShape) -> Void)] = [
    ("layers", { _ in }),
    (
      "no layers",
      {
        $0.hiddenUnits = []
        $0.usesUserID = false
        $0.usesCategory = false
      }
    ), ("gru", { $0.pooling = .gru }),
    ("attention", { $0.pooling = .attention }), ("dot", { $0.similarity = .dot }),
  ]

  /// Every product rounds both factors, which moves it by 2^-7 of its terms at most. A gradient goes through some 8 of them
  /// here (two layers, the scores, and back): 8 x 2^-7 of its length. What Float32 leaves, 3e-5, is far below that.
  @Test("give gradients that are off by what rounding may do", arguments: models.indices, LossForm.allCases)
  func gradients(model: Int, form: LossForm) throws {
    guard form.usesTemperature || Self.models[model].0 != "dot" else { return }
    var test = try ModelCase(
      ModelGradientTests.shape(Self.models[model].1),
      rows: 10,
      candidates: 17,
      compute: Compute().multiplying(in: .bf16)
    )
    (test.oracle.form, test.oracle.sides) = (form, .queries)
    test.oracle.numbers.margin = 0.1
    test.oracle.numbers.negativeWeight = 1.5
    test.oracle.numbers.positivePower = 0.3
    (test.oracle.numbers.topK, test.oracle.numbers.itemCount) = (12, 40)
    test.oracle.numbers.weightTemperature = 0.4
    let loss = test.forwardBackward()
    let tolerance = 8 * 0x1p-7
    #expect(abs(loss - test.oracle.loss) < tolerance * max(1, loss))
    let errors = test.model.parameters.map { test.gradientError($0) }
    #expect(errors.allSatisfy { $0 < tolerance }, "\(errors)")
    #expect((errors.max() ?? 0) > 3e-5, "something was rounded")
  }

  private func trained(_ precision: Precision, threads: Int) throws -> TwoTowerModel {
    let model = try TrainingTests.model(threads: threads)
    let options = TrainingTests.options { $0.precision = precision }
    try Trainer(model: model, samples: TrainingTests.samples(), options: options).run()
    return model
  }

  @Test("train to the same bytes with any number of threads, and to others than Float32")
  func threads() throws {
    let weights = try [1, 2, 5].map { threads in
      try trained(.bf16, threads: threads).parameters.map { $0.value.values.map(\.bitPattern) }
    }
    #expect(weights[0] == weights[1] && weights[0] == weights[2])
    let plain = try trained(.float32, threads: 2)
    #expect(plain.parameters.map { $0.value.values.map(\.bitPattern) } != weights[0])
  }

  @Test("learn what can be learned, and leave all but training in Float32")
  func learns() throws {
    let model = try TrainingTests.model()
    let options = TrainingTests.options {
      $0.precision = .bf16
      $0.epochs = 12
    }
    try Trainer(model: model, samples: TrainingTests.samples(), options: options).run()
    #expect(try TrainingTests.hitRate(model) > 0.9)
    #expect(model.compute.kernels.precision == .float32)
  }

  @Test("go on from the end of any epoch to the same bytes")
  func resumes() throws {
    let options = TrainingTests.options { $0.precision = .bf16 }
    let whole = try TrainingTests.model()
    let through = try Trainer(model: whole, samples: TrainingTests.samples(), options: options)
    var saved: [TrainingState] = []
    try through.run(
      TrainingObserver(onEpoch: { _, model in
        let now = try through.stateCopy(of: model)
        saved.append(now)
        return .proceed
      })
    )
    #expect(saved.count == 4)
    for state in saved {
      let model = try TrainingTests.model(seed: 99)
      let trainer = try Trainer(model: model, samples: TrainingTests.samples(), options: options)
      try trainer.restore(state)
      try trainer.run()
      #expect(model.parameters.map { $0.value.values } == whole.parameters.map { $0.value.values })
    }
  }
}

@Suite("precision")
struct PrecisionSupportTests {
  @Test("a processor without the instructions is told what to set instead")
  func refused() {
    #expect(
      Precision.bf16.problem(isSupported: false)
        == "'bf16' takes a processor with AVX-512 BF16 or AMX, which this one has not; set 'precision: float32', or run this "
        + "on another machine"
    )
    #expect(Precision.bf16.problem(isSupported: true) == nil)
    #expect(Precision.float32.problem == nil && Precision.float32.isSupported)
  }

  @Test(
    "a training in bfloat16 is refused there before it begins",
    .enabled(if: !Precision.bf16.isSupported, "this processor has AVX-512 BF16")
  )
  func trainer() throws {
    #expect(throws: TrainingError.self) {
      try Trainer(
        model: try TrainingTests.model(),
        samples: TrainingTests.samples(),
        options: TrainingTests.options { $0.precision = .bf16 }
      )
    }
  }
}
