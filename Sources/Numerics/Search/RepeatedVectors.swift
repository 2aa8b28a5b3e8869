import Files

/// Which of many items share one vector, bit for bit.
///
/// An approximate index holds each vector once, and finds with it all items that have it. Items that a model knows nothing of
/// may be most of a catalogue and have one vector: put in one by one they would be each other's only neighbours in a graph, and
/// all of a cell that every search then looks through.
package struct RepeatedVectors {
  /// The rows that stand for all: of each vector the one with the lowest id, in the order of the rows.
  package let rows: [Int]
  /// The further ids of a vector, ascending, by the lowest id that has it.
  package let others: [Int64: [Int64]]
  private let rowOfVector: [Digest: Int]

  /// Looks through `vectors` `[items, dimension]` and their ids, one a row.
  package init(_ vectors: Matrix, ids: [Int64]) {
    precondition(vectors.rows == ids.count, "there is one id a vector")
    let digests = (0..<vectors.rows).map { Self.digest(vectors.row($0)) }
    var first: [Digest: Int] = [:]
    first.reserveCapacity(vectors.rows)
    for (row, digest) in digests.enumerated() {
      if let other = first[digest], (ids[other], other) < (ids[row], row) { continue }
      first[digest] = row
    }
    var (rows, others): ([Int], [Int64: [Int64]]) = ([], [:])
    for (row, digest) in digests.enumerated() {
      guard let standing = first[digest] else { continue }
      if standing == row { rows.append(row) } else { others[ids[standing], default: []].append(ids[row]) }
    }
    (self.rows, rowOfVector) = (rows, first)
    self.others = others.mapValues { $0.sorted() }
  }

  /// The row of ``rows`` that has the bits of `vector`; nil where none has.
  package func row(of vector: UnsafeMutableBufferPointer<Float>) -> Int? { rowOfVector[Self.digest(vector)] }

  private static func digest(_ vector: UnsafeMutableBufferPointer<Float>) -> Digest {
    Digest(UnsafeRawBufferPointer(vector))
  }
}
