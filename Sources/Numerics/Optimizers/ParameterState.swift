import CKernels

/// What an optimiser remembers of one parameter.
///
/// Of a table it remembers only the rows that ever had a gradient, in slots in the order of their first one. The
/// state of all other rows is what it was at the start, and with zero moments a row does not move: leaving them
/// out is exact.
final class ParameterState {
  let parameter: Parameter
  /// `[rows, arrays, columns]` of a dense parameter, `[slots, arrays, columns]` of a table: what belongs to a row lies
  /// together.
  private let states: Storage<Float>
  private let stateCount: Int
  /// How many rows have state.
  private(set) var slots: Int
  /// How many there were before the coming step.
  private var firstNewSlot = 0
  /// The step that last moved each slot of a table.
  let steps: Storage<Int32>
  private let initialState: Float
  private let slotOfRow: Storage<Int32>?
  private let rowOfSlot: Storage<Int32>?
  /// The slots of the rows that the step touches.
  private let touched = Storage<Int32>()

  init(_ parameter: Parameter, rule: any UpdateRule, tables: TableMemory = TableMemory()) {
    let (rows, columns) = (parameter.value.rows, parameter.value.columns)
    self.parameter = parameter
    initialState = rule.initialState
    stateCount = rule.stateNames.count
    guard parameter.kind == .embedding else {
      states = Storage(capacity: rows * stateCount * columns)
      slots = rows
      (slotOfRow, rowOfSlot, steps) = (nil, nil, Storage())
      states.start.initialize(repeating: initialState, count: rows * stateCount * columns)
      return
    }
    states = tables.storage(capacity: rows * stateCount * columns)
    slots = 0
    slotOfRow = Storage(repeating: -1, count: rows)
    rowOfSlot = Storage(capacity: rows)
    steps = Storage(capacity: rows)
  }

  private var columns: Int { parameter.value.columns }

  /// How many rows the step moves by their gradients.
  var entries: Int {
    switch parameter.gradient {
    case .dense: slots
    case .rows(let gradient): gradient.count
    }
  }

  /// Makes room for the slots of the rows that the coming step touches.
  func makeRoomForTouched() {
    guard case .rows(let gradient) = parameter.gradient else { return }
    touched.reserve(gradient.count)
  }

  /// Finds the slots of the touched rows in `range`; -1 for rows that have none.
  func findSlots(_ range: Range<Int>) {
    guard case .rows(let gradient) = parameter.gradient, let slotOfRow else { return }
    tb_pick(
      slotOfRow.start,
      gradient.rows + range.lowerBound,
      Int64(range.count),
      touched.start + range.lowerBound
    )
  }

  /// Gives a slot to the touched rows that have none, in their order; its state is `fillNewSlots`'s to write.
  func addSlots(afterStep step: Int) {
    firstNewSlot = slots
    guard case .rows(let gradient) = parameter.gradient else { return }
    for index in 0..<gradient.count where touched[index] < 0 {
      touched[index] = Int32(slots)
      addSlot(row: Int(gradient.rows[index]), afterStep: step)
    }
  }

  /// How many slots the coming step brought.
  var newSlots: Int { slots - firstNewSlot }

  /// Writes the first state of those of the new slots that are in `range`.
  func fillNewSlots(_ range: Range<Int>) {
    let width = stateCount * columns
    (states.start + (firstNewSlot + range.lowerBound) * width)
      .initialize(repeating: initialState, count: range.count * width)
  }

  /// The touched rows in `range` were moved in step `step`.
  func mark(_ range: Range<Int>, step: Int) {
    guard parameter.kind == .embedding else { return }
    for index in range { steps[Int(touched[index])] = Int32(step) }
  }

  /// The update of the touched rows in `range`, or of those rows of a dense parameter.
  func update(_ range: Range<Int>, gradientScale: Float) -> ParameterUpdate {
    var update = update(slots: range)
    update.gradientScale = gradientScale
    switch parameter.gradient {
    case .dense(let gradient): update.gradient = UnsafePointer(gradient.sum.start)
    case .rows(let gradient):
      update.gradient = UnsafePointer(gradient.values.start)
      update.rows = gradient.rows
      update.slots = UnsafePointer(touched.start)
    }
    return update
  }

  /// An update of the slots in `range` that takes no gradient.
  func update(slots range: Range<Int>) -> ParameterUpdate {
    ParameterUpdate(
      values: parameter.value.start,
      gradient: nil,
      states: stateCount > 0 ? states.start : nil,
      stateCount: stateCount,
      rows: rowOfSlot.map { UnsafePointer($0.start) },
      slots: nil,
      entries: range,
      columns: columns,
      gradientScale: 1
    )
  }

  /// What is remembered of `slots` is needed soon.
  func expect(_ slots: Range<Int>) {
    let width = stateCount * columns
    states.expect(slots.lowerBound * width..<slots.upperBound * width)
  }

  private func addSlot(row: Int, afterStep step: Int) {
    guard let slotOfRow, let rowOfSlot else { return }
    slotOfRow[row] = Int32(slots)
    rowOfSlot[slots] = Int32(row)
    steps[slots] = Int32(step)
    slots += 1
  }
}

extension ParameterState {
  /// The rows that have state, in slot order; empty for dense parameters, whose rows all have.
  var rows: [Int32] {
    guard let rowOfSlot else { return [] }
    return Array(UnsafeBufferPointer(start: rowOfSlot.start, count: slots))
  }

  /// A copy of state array `index`, `[slots, columns]`, that lies where `tables` has room.
  /// - Throws: `FileError` where there is none.
  func matrix(_ index: Int, in tables: TableMemory) throws -> Matrix {
    let copy = tables.matrix(rows: slots, columns: columns)
    try tables.check()
    for slot in 0..<slots {
      (copy.start + slot * columns).update(from: array(index, slot), count: columns)
    }
    return copy
  }

  /// Takes over rows and arrays that `rows` and `matrix` gave; false where their shapes do not fit.
  func restore(rows: [Int32], arrays matrices: [Matrix], afterStep step: Int) -> Bool {
    let count = parameter.kind == .embedding ? rows.count : parameter.value.rows
    guard matrices.count == stateCount, matrices.allSatisfy({ $0.rows == count && $0.columns == columns })
    else {
      return false
    }
    if let slotOfRow {
      slotOfRow.start.update(repeating: -1, count: parameter.value.rows)
      slots = 0
      for row in rows {
        guard row >= 0 && row < parameter.value.rows && slotOfRow[Int(row)] < 0 else { return false }
        addSlot(row: Int(row), afterStep: step)
      }
    }
    for (index, matrix) in matrices.enumerated() {
      for slot in 0..<count {
        array(index, slot).update(from: matrix.start + slot * columns, count: columns)
      }
    }
    return true
  }

  /// The row of state array `index` that belongs to slot `slot`.
  private func array(_ index: Int, _ slot: Int) -> UnsafeMutablePointer<Float> {
    states.start + (slot * stateCount + index) * columns
  }
}
