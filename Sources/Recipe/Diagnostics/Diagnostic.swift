/// One problem found in a recipe, with the place it stands at.
package struct Diagnostic: Sendable, Equatable {
  /// Whether the problem stops the run.
  package enum Severity: String, Sendable {
    /// Nothing can be run.
    case error
    /// The recipe runs, but is likely not what was meant.
    case warning
  }

  /// Whether the problem stops the run.
  package var severity: Severity
  /// What was expected, then what came.
  package var message: String
  /// The short name by which a recipe can allow it; nil for what it cannot.
  package var name: String?
  /// The id of the cell it is about, if it is about one.
  package var cell: String?
  /// Where, if it stands anywhere: a missing file has no place.
  package var place: Place?
  /// The text of the line at `place`, cut to a window around the caret where it is long.
  package var sourceLine: String?
  /// Where the caret stands in `sourceLine`, from 1: `place.column`, unless the line was cut.
  package var sourceColumn: Int?
  /// What mends it for certain; nil where that is not known.
  package var correction: Correction?

  /// A problem at `place`; `sourceColumn` is the place's column unless given.
  package init(
    severity: Severity,
    message: String,
    name: String? = nil,
    cell: String? = nil,
    place: Place? = nil,
    sourceLine: String? = nil,
    sourceColumn: Int? = nil
  ) {
    self.severity = severity
    self.message = message
    self.name = name
    self.cell = cell
    self.place = place
    self.sourceLine = sourceLine
    self.sourceColumn = sourceColumn ?? (sourceLine == nil ? nil : place?.column)
  }
}
