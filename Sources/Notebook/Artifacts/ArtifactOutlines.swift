/// What the steps behind a cell's inputs say of what they write.
package struct ArtifactOutlines {
  private let step: (ArtifactInput) -> (any Step)?

  /// What `cells` say to a cell that reads them by `edges`.
  init(_ edges: [PlannedCell.Edge], in cells: [PlannedCell]) {
    step = { input in edges.first { $0.input == input }.map { cells[$0.producer].step } }
  }

  /// The outline of the artifact behind `input`; nil where there is none, or where the step behind it says nothing.
  package func of<A: Artifact>(_ input: ArtifactInput, _ type: A.Type) -> A.Outline? {
    step(input)?.outline as? A.Outline
  }
}

/// How much a cell will make of an input: `index`, "ranked items", 100.
package struct ArtifactDemand: Sendable, Equatable {
  /// The input.
  package var input: ArtifactInput
  /// What is wanted of it.
  package var what: String
  /// How much.
  package var amount: Int

  /// Makes a demand.
  package init(_ amount: Int, _ what: String, of input: ArtifactInput) {
    self.input = input
    self.what = what
    self.amount = amount
  }
}
