/// Something that cannot be measured here, and why: a sentence of the document, no failure.
struct NotMeasured: Error, CustomStringConvertible {
  /// The reason, as a sentence.
  var description: String
  init(_ reason: String) { description = reason }
}
