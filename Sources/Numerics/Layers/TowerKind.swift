/// How a tower makes one vector of its features.
package enum TowerKind: String, Sendable, CaseIterable, Codable {
  /// Dense layers over the features side by side, as in the notebook.
  case mlp
  /// The sum of the features, which are all as wide as an item's embedding.
  case identity
  /// That sum, and dense layers over the features side by side whose output is added to it through a map that
  /// begins at zero.
  case residual = "residual_mlp"
}
