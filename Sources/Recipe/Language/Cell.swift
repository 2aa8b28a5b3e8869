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
  /// The settings as written, references replaced.
  var settings: [NodeEntry]

  /// The keys every cell takes besides its step's settings.
  static let commonKeys = ["text", "note", "expect"]
}
