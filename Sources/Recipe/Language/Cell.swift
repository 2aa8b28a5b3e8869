/// One cell of a recipe: a step with its settings, and what is said around it.
package struct Cell: Sendable {
  /// Which step, under which id.
  package var header: CellHeader
  /// Markdown shown before it.
  package var text: String?
  /// Markdown shown after it; may quote results as `{{ eval.hit_rate@20 }}`.
  package var note: String?
  /// What must hold when it has run.
  package var expectations: [Expectation]
  /// What others published, to be held against what it gives.
  package var claims: [Claim]
  /// The warnings that are not to be shown of it.
  package var allowed: [AllowedWarning]
  /// The settings as written, references replaced.
  var settings: [NodeEntry]

  /// Where the value under a key of the cell begins, `text` or a setting's; nil where it is not written.
  package func valuePlace(of key: String) -> Place? { settings.first { $0.key == key }?.value.place }

  /// The keys every cell takes besides its step's settings.
  static let commonKeys = RecipeKeys.cell.map(\.name)
}

/// A warning that a cell allows, by its short name.
package struct AllowedWarning: Sendable, Equatable {
  /// The name as written.
  package var name: String
  /// Where it stands.
  package var place: Place
}
