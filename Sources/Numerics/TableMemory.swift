import Files

/// Where the tables of a model lie, and what an optimiser remembers of their rows: in memory, or the large ones in mapped files,
/// which the system keeps in memory as far as there is room. Values, and what is computed of them, are the same.
package final class TableMemory {
  /// The folder of the files; nil for memory.
  private let folder: String?
  /// Why there was no room; nil where there always was.
  private var failure: FileError?

  /// From so many bytes on something lies in a file.
  private let least: Int
  /// What that is where nobody says otherwise.
  package static let usualLeast = 1 << 30

  /// Tables in memory, or with `folder` in files without names there, where they have `least` bytes or more: rows of smaller
  /// ones are needed all the time, and memory of the process has larger pages than a file's, so that they are found sooner.
  package init(folder: String? = nil, least: Int = usualLeast) { (self.folder, self.least) = (folder, least) }

  /// Whether there is no more room than memory.
  var isBounded: Bool { folder == nil }

  /// A matrix of zeros; an empty one where there is no room, which ``check()`` tells of.
  func matrix(rows: Int, columns: Int) -> Matrix {
    let byteCount = rows * columns * MemoryLayout<Float>.stride
    guard let folder, byteCount >= least else { return Matrix(rows: rows, columns: columns) }
    guard let scratch = scratch(byteCount, in: folder) else {
      return Matrix(rows: 0, columns: 0)
    }
    return Matrix(rows: rows, columns: columns, in: scratch)
  }

  /// Room for `capacity` numbers; none where there is no room, which ``check()`` tells of.
  func storage(capacity: Int) -> Storage<Float> {
    let byteCount = capacity * MemoryLayout<Float>.stride
    guard let folder, byteCount >= least else { return Storage(capacity: capacity) }
    guard let scratch = scratch(byteCount, in: folder) else { return Storage() }
    return Storage(capacity: capacity, in: scratch)
  }

  /// A copy of `matrix`.
  /// - Throws: `FileError` where there is no room.
  func copy(of matrix: Matrix) throws -> Matrix {
    let copy = self.matrix(rows: matrix.rows, columns: matrix.columns)
    try check()
    copy.copy(from: matrix)
    return copy
  }

  /// Looks whether there was room for all that was asked for.
  /// - Throws: the first `FileError` where there was not.
  func check() throws {
    if let failure { throw failure }
  }

  private func scratch(_ byteCount: Int, in folder: String) -> ScratchMemory? {
    do { return try ScratchMemory(byteCount: byteCount, in: folder) } catch {
      failure = failure ?? error
      return nil
    }
  }
}
