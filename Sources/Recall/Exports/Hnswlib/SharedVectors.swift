import Numerics

/// Which rows of a matrix have one and the same vector, as all items have that a model knows nothing of.
struct SharedVectors {
  /// The first row of each vector, ascending.
  private(set) var distinct: [Int32] = []
  /// The other rows that have it, by that first row, ascending.
  private(set) var repeats: [Int32: [Int32]] = [:]

  /// Compares all rows of `vectors`, which are finite.
  init(_ vectors: Matrix) {
    var first: [Row: Int32] = [:]
    first.reserveCapacity(vectors.rows)
    for row in 0..<vectors.rows {
      let place = first[Row(values: vectors.row(row)), default: Int32(row)]
      if place == row {
        first[Row(values: vectors.row(row))] = place
        distinct.append(place)
      } else {
        repeats[place, default: []].append(Int32(row))
      }
    }
  }

  /// A row by its values, among which 0 and -0 are one.
  private struct Row: Hashable {
    let values: UnsafeMutableBufferPointer<Float>

    static func == (one: Row, other: Row) -> Bool { one.values.elementsEqual(other.values) }
    func hash(into hasher: inout Hasher) {
      for value in values { hasher.combine(value) }
    }
  }
}
