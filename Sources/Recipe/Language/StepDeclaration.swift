/// What the recipe language knows of a step: its name, its settings, and how they are read.
package struct StepDeclaration: Sendable {
  /// The key of its cells.
  package var name: String
  /// One sentence for users.
  package var summary: String
  /// Its settings, as collected by describing.
  package var fields: [FieldSpec]

  /// A step with these settings.
  package init(name: String, summary: String, fields: [FieldSpec]) {
    self.name = name
    self.summary = summary
    self.fields = fields
  }

  /// The declaration at a dotted path such as `data.dir`.
  package func spec(at path: some Collection<Substring>) -> FieldSpec? {
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
