import Files

/// NumPy's `.npy` files, versions 1 and 2: C order, little-endian `f4`, `f8`, `i4`, `i8`.
///
/// Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays".
package enum NumpyFile {
  /// An array as it was stored.
  package struct Stored<Element: ArrayElement>: Sendable {
    /// The length of each axis; empty for a single number.
    package let shape: [Int]
    /// All elements, the last axis running fastest.
    package let values: [Element]
  }

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Writes a matrix as `[rows, columns]` of `f4`.
  ///
  /// - Throws: `FileError`.
  package static func write(_ matrix: Matrix, to path: String) throws {
    try AtomicFile.write(to: path) { file in
      try file.append(header(Float.elementKind, shape: [matrix.rows, matrix.columns]))
      try file.append(UnsafeRawBufferPointer(matrix.elements))
    }
  }

  /// Writes `values` as an array of `shape`, whose product is their number; one axis by default.
  ///
  /// - Throws: `FileError`.
  package static func write<Element: ArrayElement>(
    _ values: [Element],
    shape: [Int]? = nil,
    to path: String
  ) throws {
    let shape = shape ?? [values.count]
    precondition(checkedProduct(shape) == values.count, "the shape holds as many elements as there are")
    try AtomicFile.write(to: path) { file in
      try file.append(header(Element.elementKind, shape: shape))
      try file.append(values)
    }
  }

  /// Reads an array whose elements must be of type `Element`.
  ///
  /// - Throws: `FileError` where the file cannot be read, `FormatFailure` where it is damaged, holds
  ///   other elements, or is larger or smaller than its header says.
  package static func read<Element: ArrayElement>(
    _ path: String,
    as type: Element.Type = Element.self
  ) throws -> Stored<Element> {
    let file = try FileReader(path)
    let header = try NumpyHeader(file, expecting: Element.elementKind)
    let values = try file.elements(of: Element.self, count: header.count, at: header.end)
    return Stored(shape: header.shape, values: values)
  }

  /// The shape of an array of `f4` or `f8`, by its header and the size of the file.
  ///
  /// - Throws: as `read`.
  package static func floatShape(_ path: String) throws -> [Int] {
    try NumpyHeader(try FileReader(path), expectingAnyOf: [.float32, .float64]).shape
  }

  /// Reads an array of `f4`, or of `f8` rounded to it.
  ///
  /// - Throws: as `read`.
  package static func readFloats(_ path: String) throws -> Stored<Float> {
    let file = try FileReader(path)
    let header = try NumpyHeader(file, expectingAnyOf: [.float32, .float64])
    guard header.kind == .float64 else { return try read(path) }
    let values = try file.elements(of: Double.self, count: header.count, at: header.end)
    return Stored(shape: header.shape, values: values.map { Float($0) })
  }

  /// Reads a two-dimensional array of `f4`, straight into a matrix.
  ///
  /// - Throws: as `read`; `FormatFailure` also where the array has not two axes; `OutOfMemory`.
  package static func readMatrix(_ path: String) throws -> Matrix {
    let file = try FileReader(path)
    let header = try NumpyHeader(file, expecting: .float32)
    guard header.shape.count == 2 else {
      throw FormatFailure(
        path: path,
        problem: "expected an array of 2 axes, it has \(header.shape.count)"
      )
    }
    let matrix = try Matrix(rows: header.shape[0], columns: header.shape[1], for: "'\(path)'")
    try file.read(into: UnsafeMutableRawBufferPointer(matrix.elements), at: header.end)
    return matrix
  }

  /// The two-dimensional array of `f4` in a file, not copied: what is read of it comes from the file then.
  ///
  /// - Parameter isCopied: whether all is read now, into memory, so that nothing hangs on the file any more.
  /// - Throws: as `readMatrix`.
  package static func mapMatrix(_ path: String, isCopied: Bool = false) throws -> Matrix {
    let header = try NumpyHeader(FileReader(path), expecting: .float32)
    guard header.shape.count == 2 else {
      throw FormatFailure(
        path: path,
        problem: "expected an array of 2 axes, it has \(header.shape.count)"
      )
    }
    let file = try MappedFile(path, isScanned: false, isCopied: isCopied)
    guard file.count == header.end + header.count * MemoryLayout<Float>.stride, header.end % 4 == 0 else {
      throw FormatFailure(path: path, problem: "it changed while it was opened")
    }
    return Matrix(mapped: file, at: header.end, rows: header.shape[0], columns: header.shape[1])
  }

  /// Magic, version, length and the dictionary, filled up so that the array begins at a multiple of 64.
  private static func header(_ kind: ElementKind, shape: [Int]) -> [UInt8] {
    let axes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let text = "{'descr': '<\(kind.numpyName)', 'fortran_order': False, 'shape': (\(axes)), }"
    // Version 1 counts the length in two bytes, version 2 in four.
    let version: UInt8 = text.utf8.count < 65_000 ? 1 : 2
    let lengthBytes = version == 1 ? 2 : 4
    let start = magic.count + 2 + lengthBytes
    let end = (start + text.utf8.count + 1 + 63) / 64 * 64
    let length = end - start
    return magic + [version, 0] + (0..<lengthBytes).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
      + Array(text.utf8) + Array(repeating: 0x20, count: length - text.utf8.count - 1) + [0x0a]
  }
}
