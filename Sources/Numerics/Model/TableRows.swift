/// Where the rows of a table come from in another table of the same width: the same values, met under other numbers.
package struct TableRows: Sendable, Equatable {
  /// For each row of the new table a row of the other one; -1 for a row that has none there.
  package var rows: [Int32]
  /// How far from that row to the next one the new row lies, 0 ..< 1, `[rows]`; empty where all are rows as they are.
  package var shares: [Float]

  /// Puts both together.
  package init(_ rows: [Int32], shares: [Float] = []) {
    precondition(shares.isEmpty || shares.count == rows.count, "one share a row, or none")
    self.rows = rows
    self.shares = shares
  }

  /// Rows at the places `places` of a line: between two rows by distance, and the last one, `count - 1`, beyond it.
  /// - Parameter count: how many rows the other table has, 1 or more.
  package init(places: [Double], of count: Int) {
    let held = places.map { min(max($0.isNaN ? 0 : $0, 0), Double(max(count, 1) - 1)) }
    let whole = held.map { Int32($0) }
    let shares = zip(held, whole).map { Float($0 - Double($1)) }
    self.init(whole, shares: shares.contains { $0 != 0 } ? shares : [])
  }

  /// Whether every row is one of the other table, or none.
  package var isExact: Bool { shares.isEmpty }

  /// How many rows are taken over.
  package var taken: Int { rows.count { $0 >= 0 } }

  /// The rows of the other table, of `count`, that no row comes from.
  package func dropped(of count: Int) -> Int {
    var isUsed = [Bool](repeating: false, count: count)
    for (place, row) in rows.enumerated() where row >= 0 && Int(row) < count {
      isUsed[Int(row)] = true
      if !shares.isEmpty, shares[place] > 0, Int(row) + 1 < count { isUsed[Int(row) + 1] = true }
    }
    return isUsed.count { !$0 }
  }

  /// Whether all of it lies within a table of `count` rows.
  func fits(_ count: Int) -> Bool {
    rows.indices.allSatisfy { place in
      Int(rows[place]) < count && (shares.isEmpty || shares[place] == 0 || Int(rows[place]) + 1 < count)
    }
  }

  /// Writes the rows that come from `other` into `matrix`; the others stay as they are.
  func copy(_ other: Matrix, into matrix: Matrix) {
    for (row, source) in rows.enumerated() where source >= 0 {
      let target = matrix.row(row)
      let low = other.row(Int(source))
      let share = shares.isEmpty ? 0 : shares[row]
      guard share > 0 else {
        _ = target.update(fromContentsOf: low)
        continue
      }
      let high = other.row(Int(source) + 1)
      for column in target.indices { target[column] = low[column] + share * (high[column] - low[column]) }
    }
  }
}

extension TwoTowerModel {
  /// Begins with weights of another model: tables in `tables` row by row, all else whole. What that model does not have, and
  /// rows that come from none, keep the values they have.
  /// - Parameters:
  ///   - weights: those of an ensemble of as many models where this is one.
  ///   - tables: by their names in a single model.
  /// - Throws: `ModelError.weights` where shapes do not fit; then nothing was changed.
  package func begin(with weights: [NamedMatrix], tables: [String: TableRows]) throws {
    guard members.isEmpty else {
      // All have one shape: what does not fit does not fit the first.
      for (place, member) in members.enumerated() {
        try member.begin(with: Self.own(place, weights, \.name), tables: tables)
      }
      return
    }
    let given = Dictionary(weights.map { ($0.name, $0.matrix) }) { first, _ in first }
    for parameter in parameters {
      guard let matrix = given[parameter.name] else { continue }
      let value = parameter.value
      if let rows = tables[parameter.name] {
        guard rows.rows.count == value.rows, rows.fits(matrix.rows), matrix.columns == value.columns else {
          throw ModelError.weights(
            "\(parameter.name) has rows of \(matrix.columns) numbers in the other model, and \(value.columns) here"
          )
        }
      } else if matrix.rows != value.rows || matrix.columns != value.columns {
        throw ModelError.weights(
          "\(parameter.name) is [\(matrix.rows), \(matrix.columns)] in the other model, and "
            + "[\(value.rows), \(value.columns)] here"
        )
      }
    }
    for parameter in parameters {
      guard let matrix = given[parameter.name] else { continue }
      if let rows = tables[parameter.name] {
        rows.copy(matrix, into: parameter.value)
      } else {
        parameter.value.copy(from: matrix)
      }
    }
  }
}

extension OptimizerState {
  /// The state of a parameter whose rows come from those that this one is of: rows that are none of it have no state, nor
  /// have rows between two of it.
  package func moved(to rows: TableRows) -> OptimizerState {
    var placeOfRow: [Int32: Int] = [:]
    for (place, row) in self.rows.enumerated() { placeOfRow[row] = place }
    var (kept, places): ([Int32], [Int]) = ([], [])
    // A row that several begin with has one history, and that is the first one's.
    var isTaken: Set<Int> = []
    for (row, source) in rows.rows.enumerated() where source >= 0 {
      guard rows.shares.isEmpty || rows.shares[row] == 0, let place = placeOfRow[source],
        isTaken.insert(place).inserted
      else { continue }
      kept.append(Int32(row))
      places.append(place)
    }
    let moved = arrays.map { array in
      let matrix = Matrix(rows: places.count, columns: array.matrix.columns)
      for (row, place) in places.enumerated() {
        _ = matrix.row(row).update(fromContentsOf: array.matrix.row(place))
      }
      return NamedMatrix(name: array.name, matrix: matrix)
    }
    return OptimizerState(parameter: parameter, rows: kept, arrays: moved)
  }
}
