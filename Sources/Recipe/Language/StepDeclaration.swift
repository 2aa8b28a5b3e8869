/// What the recipe language knows of a step: its name, its settings, and how they are read.
package struct StepDeclaration: Sendable {
  /// The key of its cells.
  package var name: String
  /// One sentence for users.
  package var summary: String
  /// Its settings, as collected by describing.
  package var fields: [FieldSpec]
  /// Reads a cell for its problems only; nil where the caller does that.
  var reader: (@Sendable (inout Fields) -> Void)?

  /// A step whose settings are known; its cells are checked when the caller reads them.
  package init(name: String, summary: String, fields: [FieldSpec]) {
    self.name = name
    self.summary = summary
    self.fields = fields
  }

  /// A step that is described by reading nothing; loading a recipe then reads each of its cells once, so that
  /// all problems of all cells are reported together. `reading` must have no effect but on the `Fields`.
  package init(name: String, summary: String, reading: @escaping @Sendable (inout Fields) -> Void) {
    var fields = Fields.describing(step: name)
    reading(&fields)
    self.name = name
    self.summary = summary
    self.fields = fields.specs
    self.reader = reading
  }

  /// The declaration at a dotted path such as `data.dir`.
  func spec(at path: some Collection<Substring>) -> FieldSpec? {
    var fields = self.fields
    var found: FieldSpec?
    for part in path {
      guard let spec = fields.first(where: { $0.name == part }) else { return nil }
      found = spec
      fields = spec.fields
    }
    return found
  }
}
