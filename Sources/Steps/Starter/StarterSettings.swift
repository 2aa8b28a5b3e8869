import Recipe

/// Which settings the steps can be told, by their paths, such as `config.columns.event`: a starter recipe writes no other.
package struct StarterSettings: Sendable {
  private let knows: @Sendable (String) -> Bool

  /// Those that steps declare.
  package init(_ steps: [StepDeclaration] = StepList.all.map { $0.declaration }) {
    var paths: Set<String> = []
    func collect(_ fields: [FieldSpec], under path: String) {
      for field in fields {
        paths.insert(path + field.name)
        collect(field.fields, under: path + field.name + ".")
      }
    }
    for step in steps { collect(step.fields, under: step.name + ".") }
    let all = paths
    knows = { all.contains($0) }
  }

  /// Those of which `knows` is true.
  package init(_ knows: @escaping @Sendable (String) -> Bool) { self.knows = knows }

  /// Whether steps take the setting.
  package func have(_ path: String) -> Bool { knows(path) }
}
