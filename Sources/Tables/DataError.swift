/// What is wrong with a data file or with what was asked of it, as a message that names the place.
package struct DataError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file as the user named it, or nil where no one file is at fault.
  package var file: String?
  /// The line at fault, from 1, or nil where the whole file is.
  package var line: Int?
  /// What was expected and what came.
  package var message: String
  /// Whether all that is wrong is that the file has no rows, which among several files is nothing.
  package var isOfNoRows = false

  /// Makes an error about `file`, at `line` where one line is at fault.
  package init(_ message: String, file: String? = nil, line: Int? = nil) {
    self.message = message
    self.file = file
    self.line = line
  }

  /// `file:line: message`, without the parts that are not known.
  package var description: String {
    guard let file else { return message }
    guard let line else { return "\(file): \(message)" }
    return "\(file):\(line): \(message)"
  }
}
