import FoundationEssentials
import Numerics

/// Vectors in whole numbers of 8 or 16 bits, each vector with a scale of its own: `value = scale * number`.
///
/// Coded for a page: numbers and scales are base64 of little-endian bytes.
package struct PackedVectors: Codable, Equatable {
  /// How many bits a number has.
  package enum Precision: Int, CaseIterable, Codable, Sendable {
    case eight = 8
    case sixteen = 16

    /// The largest number.
    fileprivate var most: Float { self == .eight ? 127 : 32767 }
  }

  /// The scale of a vector that stands for nothing: an item that has no embedding of its own.
  private static let noVector: Float = -1

  /// The number of vectors.
  package var rows: Int
  /// Their width.
  package var columns: Int
  /// How many bits a number has.
  package var bits: Precision
  /// A scale a vector, Float32.
  package var scales: String
  /// The numbers, vector after vector.
  package var values: String

  /// Packs `vectors`.
  /// - Parameter isMissing: which of them stand for nothing.
  package init(_ vectors: Matrix, bits: Precision, isMissing: (Int) -> Bool = { _ in false }) {
    (rows, columns, self.bits) = (vectors.rows, vectors.columns, bits)
    var scales: [Float] = []
    var bytes = Data(capacity: vectors.elements.count * bits.rawValue / 8)
    for row in 0..<vectors.rows {
      let (scale, numbers) = Self.numbers(vectors.row(row), bits)
      scales.append(isMissing(row) ? Self.noVector : scale)
      for number in numbers {
        bytes.append(UInt8(truncatingIfNeeded: number))
        if bits == .sixteen { bytes.append(UInt8(truncatingIfNeeded: number >> 8)) }
      }
    }
    values = bytes.base64EncodedString()
    self.scales = PackedMatrix.base64(scales)
  }

  /// What is left of `vectors` when they are packed and read again.
  package static func rounded(_ vectors: Matrix, bits: Precision) -> Matrix {
    let result = Matrix(rows: vectors.rows, columns: vectors.columns)
    for row in 0..<vectors.rows {
      let (scale, numbers) = numbers(vectors.row(row), bits)
      for (column, number) in numbers.enumerated() { result[row, column] = scale * Float(number) }
    }
    return result
  }

  private static func numbers(_ vector: UnsafeMutableBufferPointer<Float>, _ bits: Precision)
    -> (scale: Float, numbers: [Int])
  {
    let largest = vector.reduce(0) { max($0, abs($1)) }
    let scale = largest / bits.most
    guard scale > 0 else { return (0, vector.map { _ in 0 }) }
    return (scale, vector.map { Int(max(-bits.most, min(bits.most, ($0 / scale).rounded()))) })
  }

  /// How many characters `rows` such vectors take.
  package static func characters(rows: Int, columns: Int, bits: Precision) -> Int {
    (rows * (columns * bits.rawValue / 8 + 4) * 4 + 2) / 3
  }
}

/// A matrix as it is, Float32, coded for a page: base64 of little-endian bytes, row after row.
package struct PackedMatrix: Codable, Equatable {
  package var rows: Int
  package var columns: Int
  package var values: String

  package init(_ matrix: Matrix) {
    (rows, columns) = (matrix.rows, matrix.columns)
    values = Self.base64(matrix.elements)
  }

  static func base64(_ values: some Collection<Float>) -> String {
    var bytes = Data(capacity: values.count * 4)
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes.base64EncodedString()
  }
}
