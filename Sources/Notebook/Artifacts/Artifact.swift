import Files

/// What one cell hands to the cells below it: it can be put into a ``Bundle`` and taken out again.
package protocol Artifact {
  /// The kind, which is the name of the steps that write it: `split`.
  static var kind: String { get }

  /// What the settings of its step say of an artifact beside its content: known before the step has run, and not
  /// kept with the content, so that settings which only readers use travel in it.
  associatedtype Outline: Sendable = Void

  /// Takes the artifact out of a bundle.
  /// - Throws: ``BundleError`` where the bundle holds something else.
  init(bundle: Bundle) throws

  /// Puts the artifact into a bundle.
  func bundle() throws -> Bundle
}

/// A cell's wish for an artifact: its kind, and the cell it comes from where the recipe names one.
package struct ArtifactInput: Sendable, Equatable {
  /// The kind asked for: `index`.
  package var kind: String
  /// The id of the cell to read from, or nil for what the named ones were made from, else the nearest above that writes the
  /// kind.
  package var cell: String?
  /// Whether the step can do without it.
  package var isOptional: Bool

  /// Makes a wish.
  package init(kind: String, cell: String? = nil, isOptional: Bool = false) {
    self.kind = kind
    self.cell = cell
    self.isOptional = isOptional
  }
}
