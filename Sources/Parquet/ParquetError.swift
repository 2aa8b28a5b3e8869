/// What is wrong with a Parquet file, or with what is asked of one.
package struct ParquetError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was expected and what came.
  package var message: String
  /// Where: `row group 2, column 'user'`; nil where the whole file is at fault.
  package var place: String?

  /// Makes an error about the whole file, or about `place`.
  package init(_ message: String, place: String? = nil) {
    self.message = message
    self.place = place
  }

  /// `row group 2, column 'user': message`.
  package var description: String { place.map { "\($0): \(message)" } ?? message }

  /// The same about `place`, where it names none yet.
  func at(_ place: String) -> ParquetError { ParquetError(message, place: self.place ?? place) }
}
