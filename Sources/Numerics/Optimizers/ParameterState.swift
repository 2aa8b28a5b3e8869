/// What an optimiser remembers of one parameter.
///
/// Of a table it remembers only the rows that ever had a gradient, in slots in the order of their first one. The
/// state of all other rows is what it was at the start, and with zero moments a row does not move: leaving them
/// out is exact.
final class ParameterState {
  let parameter: Parameter
  /// One array a state name: `[rows]` of a dense parameter, `[slots]` of a table, times columns.
  let arrays: [Storage<Float>]
  /// How many rows have state.
  private(set) var slots: Int
  private let initialState: Float
  private let slotOfRow: Storage<Int32>?
  private let rowOfSlot: Storage<Int32>?
  private let gradientOfSlot: Storage<Int32>?

  init(_ parameter: Parameter, rule: any UpdateRule) {
    let (rows, columns) = (parameter.value.rows, parameter.value.columns)
    self.parameter = parameter
    initialState = rule.initialState
    arrays = rule.stateNames.map { _ in Storage(capacity: rows * columns) }
    guard parameter.kind == .embedding else {
      slots = rows
      (slotOfRow, rowOfSlot, gradientOfSlot) = (nil, nil, nil)
      for array in arrays { array.start.initialize(repeating: initialState, count: rows * columns) }
      return
    }
    slots = 0
    slotOfRow = Storage(repeating: -1, count: rows)
    rowOfSlot = Storage(capacity: rows)
    gradientOfSlot = Storage(capacity: rows)
  }

  private var columns: Int { parameter.value.columns }

  /// Gives each row that the step touched its slot.
  func takeGradient() {
    guard case .rows(let gradient) = parameter.gradient, let slotOfRow, let gradientOfSlot else { return }
    for index in 0..<gradient.count {
      let row = Int(gradient.rows[index])
      if slotOfRow[row] < 0 { addSlot(row: row) }
      gradientOfSlot[Int(slotOfRow[row])] = Int32(index)
    }
  }

  /// Forgets which slots have a gradient.
  func dropGradient() {
    guard case .rows(let gradient) = parameter.gradient, let slotOfRow, let gradientOfSlot else { return }
    for index in 0..<gradient.count { gradientOfSlot[Int(slotOfRow[Int(gradient.rows[index])])] = -1 }
  }

  /// The update of the slots in `range`.
  func update(_ range: Range<Int>, gradientScale: Float) -> ParameterUpdate {
    let gradient =
      switch parameter.gradient {
      case .dense(let gradient): UnsafePointer(gradient.sum.start)
      case .rows(let gradient): UnsafePointer(gradient.values.start)
      }
    return ParameterUpdate(
      values: parameter.value.start,
      gradient: gradient,
      states: (arrays.first?.start, arrays.count > 1 ? arrays[1].start : nil),
      rows: rowOfSlot.map { UnsafePointer($0.start) },
      gradientRows: gradientOfSlot.map { UnsafePointer($0.start) },
      slots: range,
      columns: columns,
      gradientScale: gradientScale
    )
  }

  private func addSlot(row: Int) {
    guard let slotOfRow, let rowOfSlot, let gradientOfSlot else { return }
    slotOfRow[row] = Int32(slots)
    rowOfSlot[slots] = Int32(row)
    gradientOfSlot[slots] = -1
    for array in arrays {
      (array.start + slots * columns).initialize(repeating: initialState, count: columns)
    }
    slots += 1
  }
}

extension ParameterState {
  /// The rows that have state, in slot order; empty for dense parameters, whose rows all have.
  var rows: [Int32] {
    guard let rowOfSlot else { return [] }
    return Array(UnsafeBufferPointer(start: rowOfSlot.start, count: slots))
  }

  /// A copy of state array `index`, `[slots, columns]`.
  func matrix(_ index: Int) -> Matrix {
    let copy = Matrix(rows: slots, columns: columns)
    copy.start.update(from: arrays[index].start, count: slots * columns)
    return copy
  }

  /// Takes over rows and arrays that `rows` and `matrix` gave; false where their shapes do not fit.
  func restore(rows: [Int32], arrays matrices: [Matrix]) -> Bool {
    let count = parameter.kind == .embedding ? rows.count : parameter.value.rows
    guard matrices.count == arrays.count, matrices.allSatisfy({ $0.rows == count && $0.columns == columns })
    else {
      return false
    }
    if let slotOfRow {
      slotOfRow.start.update(repeating: -1, count: parameter.value.rows)
      slots = 0
      for row in rows {
        guard row >= 0 && row < parameter.value.rows && slotOfRow[Int(row)] < 0 else { return false }
        addSlot(row: Int(row))
      }
    }
    for (array, matrix) in zip(arrays, matrices) {
      array.start.update(from: matrix.start, count: count * columns)
    }
    return true
  }
}
