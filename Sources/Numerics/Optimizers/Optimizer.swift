/// Moves parameters by their gradients, step after step.
///
/// Rows of tables that a step does not touch are left as they are, and brought up to date before they are read again:
/// by `catchUpTouched` those of a batch, by `catchUpAll` all of them. Work is cut into pieces of fixed size: the same
/// bytes for any number of threads.
final class Optimizer {
  /// The settings it was made with.
  let settings: OptimizerSettings
  /// How many steps it has made.
  private(set) var steps = 0
  private let rule: any UpdateRule
  private let states: [ParameterState]
  private let tables: TableMemory
  /// How many numbers the tables have together.
  private let elements: Int
  private var backlog: (any Backlog)?
  private var takenSteps = -1
  private var pieces: [(state: ParameterState, entries: Range<Int>)] = []

  /// Makes an optimiser of `parameters`, with fresh state; what it remembers of tables lies in `tables`, which is to be
  /// checked then.
  /// - Parameter elements: how many numbers the tables are taken to have together; nil for as many as they have.
  init(
    _ settings: OptimizerSettings,
    parameters: [Parameter],
    tables: TableMemory = TableMemory(),
    elements: Int? = nil
  ) {
    self.settings = settings
    self.tables = tables
    let rule = settings.rule
    self.rule = rule
    self.elements =
      elements
      ?? parameters.filter { $0.kind == .embedding }.reduce(0) { $0 + $1.value.elements.count }
    states = parameters.map { ParameterState($0, rule: rule, tables: tables) }
    backlog = rule.backlog(after: 0, elements: self.elements)
  }

  /// Brings the rows up to date that the coming step touches, as the tables' gradients name them; to be called before
  /// they are read.
  func catchUpTouched(on compute: Compute) {
    takenSteps = steps
    for state in states { state.makeRoomForTouched() }
    cutPieces { $0.parameter.kind == .embedding ? $0.entries : 0 }
    compute.threads.forEach(pieces.count) { index in
      let (state, entries) = pieces[index]
      state.findSlots(entries)
      let update = state.update(entries, gradientScale: 1)
      backlog?.catchUp(update, steps: state.steps.start, with: compute.kernels)
    }
    for state in states { state.addSlots(afterStep: steps) }
    cutPieces { $0.newSlots }
    compute.threads.forEach(pieces.count) { pieces[$0].state.fillNewSlots(pieces[$0].entries) }
  }

  /// Brings all rows up to date; to be called before weights or state are read.
  func catchUpAll(on compute: Compute) {
    guard let backlog else { return }
    cutPieces { $0.parameter.kind == .embedding ? $0.slots : 0 }
    compute.threads.forEach(pieces.count) { index in
      if index % Self.expectedPieces == 0 { expect(after: index) }
      let state = pieces[index].state
      backlog.catchUp(
        state.update(slots: pieces[index].entries),
        steps: state.steps.start,
        with: compute.kernels
      )
    }
    backlog.clear()
  }

  /// Of tables in files so many pieces, some megabytes, are read ahead.
  private static let expectedPieces = 64

  private func expect(after index: Int) {
    let first = index == 0 ? 0 : index + Self.expectedPieces
    for piece in pieces[min(first, pieces.count)..<min(index + 2 * Self.expectedPieces, pieces.count)] {
      piece.state.expect(piece.entries)
    }
  }

  /// Moves all parameters by their gradients.
  ///
  /// With `clipNorm` the gradients are first multiplied by min(1, clipNorm / norm), `norm` the L2 norm over all of
  /// them. Source: R. Pascanu et al., ICML 2013; `tf.clip_by_global_norm`.
  /// - Returns: the norm before clipping, or nil where it was not asked for.
  @discardableResult
  func step(learningRate: Double, clipNorm: Double? = nil, on compute: Compute) -> Double? {
    if takenSteps != steps { catchUpTouched(on: compute) }
    steps += 1
    let norm = clipNorm.map { _ in gradientNorm(on: compute) }
    var scale: Float = 1
    if let clipNorm, let norm, norm > clipNorm { scale = Float(clipNorm / norm) }
    cutPieces { $0.entries }
    compute.threads.forEach(pieces.count) { index in
      let state = pieces[index].state
      let update = state.update(pieces[index].entries, gradientScale: scale)
      rule.apply(update, step: steps, learningRate: learningRate, with: compute.kernels)
      state.mark(pieces[index].entries, step: steps)
    }
    backlog?.add(learningRate: learningRate)
    if let backlog, backlog.isFull { catchUpAll(on: compute) }
    return norm
  }

  /// The L2 norm of all gradients together.
  func gradientNorm(on compute: Compute) -> Double {
    var sum = 0.0
    for state in states {
      switch state.parameter.gradient {
      case .dense(let gradient):
        sum += compute.kernels.sumOfSquares(gradient.sum.start, count: gradient.sum.elements.count)
      case .rows(let gradient):
        sum += compute.kernels.sumOfSquares(gradient.values.start, count: gradient.count * gradient.columns)
      }
    }
    return sum.squareRoot()
  }

  /// Elements of a piece of work, about: enough to outweigh handing it to a thread.
  static let pieceElements = 16_384

  /// Cuts what `count` says of each parameter into pieces.
  private func cutPieces(_ count: (ParameterState) -> Int) {
    pieces.removeAll(keepingCapacity: true)
    for state in states {
      let size = max(1, Self.pieceElements / max(1, state.parameter.value.columns))
      let count = count(state)
      for start in stride(from: 0, to: count, by: size) {
        pieces.append((state, start..<min(start + size, count)))
      }
    }
  }
}

extension Optimizer {
  /// A copy of all state, in the order of the parameters; all rows must be up to date.
  /// - Throws: `FileError` where there is no room for it.
  func export() throws -> [OptimizerState] {
    try states.map { state in
      OptimizerState(
        parameter: state.parameter.name,
        rows: state.rows,
        arrays: try rule.stateNames.enumerated().map {
          NamedMatrix(name: $0.element, matrix: try state.matrix($0.offset, in: tables))
        }
      )
    }
  }

  /// Goes on from saved state after `steps` steps.
  /// - Throws: `TrainingError.stateDoesNotFit` where it is of another optimiser or other shapes.
  func restore(_ saved: [OptimizerState], steps: Int) throws {
    guard saved.count == states.count else {
      throw TrainingError.stateDoesNotFit(
        "the optimiser has \(states.count) parameters, the saved state has \(saved.count)"
      )
    }
    for (state, saved) in zip(states, saved) {
      guard state.parameter.name == saved.parameter, saved.arrays.map(\.name) == rule.stateNames,
        state.restore(rows: saved.rows, arrays: saved.arrays.map(\.matrix), afterStep: steps)
      else {
        throw TrainingError.stateDoesNotFit(
          "the saved state of \(saved.parameter) does not fit this optimiser"
        )
      }
    }
    self.steps = steps
    backlog = rule.backlog(after: steps, elements: elements)
  }
}
