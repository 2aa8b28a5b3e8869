/// One cell of a recipe: a step with its settings, and what is said around it.
public struct Cell: Sendable {
  /// Which step, under which id.
  public var header: CellHeader
  /// Markdown shown before it.
  public var text: String?
  /// Markdown shown after it; may quote results as `{{ eval.hit_rate@20 }}`.
  public var note: String?
  /// What must hold when it has run.
  public var expectations: [Expectation]
  /// The warnings that are not to be shown of it.
  public var allowed: [AllowedWarning]
  /// The settings as written, references replaced.
  var settings: [NodeEntry]

  /// The keys every cell takes besides its step's settings.
  static let commonKeys = ["text", "note", "expect", "allow"]
}

/// A warning that a cell allows, by its short name.
public struct AllowedWarning: Sendable, Equatable {
  /// The name as written.
  public var name: String
  /// Where it stands.
  public var place: Place
}
