import Recipe

/// Where a step puts the problems it sees before anything runs.
package struct Preflight {
  private let fields: Fields
  private let edges: [PlannedCell.Edge]
  private let above: [PlannedCell]
  /// Whether cells may run on other machines, as trials of a sweep do that an engine launches: what this one lacks is no error then.
  package let isForOtherMachines: Bool

  init(fields: Fields, edges: [PlannedCell.Edge], above: [PlannedCell], isForOtherMachines: Bool) {
    self.isForOtherMachines = isForOtherMachines
    self.fields = fields
    self.edges = edges
    self.above = above
  }

  /// What the steps behind the cell's inputs say of what they write.
  package var outlines: ArtifactOutlines { ArtifactOutlines(edges, in: above) }

  /// What the step that writes an artifact of this kind says of it, where the cell behind `input` reads it; nil where none does.
  package func outline<A: Artifact>(_ type: A.Type, behind input: ArtifactInput) -> A.Outline? {
    guard let edge = edges.first(where: { $0.input == input }) else { return nil }
    return above[edge.producer].edges.lazy.compactMap { above[$0.producer].step.outline as? A.Outline }.first
  }

  /// Whether a setting, named by its dotted path, is written in the recipe or on the command line.
  package func has(_ key: String) -> Bool { fields.has(key) }

  /// Reports a problem at a setting, named by its dotted path inside the cell.
  /// `correction` is what mends it for certain.
  package func fail(_ key: String, _ message: String, correction: Correction? = nil) {
    fields.fail(key, message, correction: correction)
  }
  /// What a word written in a setting must have meant, given the names that it could be; nil where that is not certain.
  package func correction(of word: String, in key: String, among known: [String]) -> Correction? {
    Correction(word, at: fields.valuePlace(of: key, holding: word), among: known)
  }
  /// Reports at a setting what does not stop the run.
  package func warn(_ key: String, _ message: String) { fields.warn(key, message) }
}
