import Files
import Recipe

/// One cell of a checked recipe: its step, made from its settings, and where its inputs come from.
package struct PlannedCell: Sendable {
  /// An input, and the place in the plan of the cell that writes it.
  package struct Edge: Sendable {
    /// What was asked for.
    package var input: ArtifactInput
    /// The position of the writing cell in the plan.
    package var producer: Int
  }

  /// The recipe's cell.
  package var cell: Cell
  /// The step.
  package var step: any Step
  /// All settings with defaults filled in, in declared order.
  package var settings: [SettingEntry]
  /// The inputs.
  package var edges: [Edge]

  /// The cell's id.
  package var id: String { cell.header.id }
}

/// A recipe in which every setting and every artifact edge has been checked.
package struct Plan: Sendable {
  /// The recipe it was made from.
  package let recipe: RecipeDocument
  /// The cells in the order they run.
  package let cells: [PlannedCell]
  /// The metrics that its steps say they give.
  package let metricNames: MetricNames
  private let positions: [String: Int]
  /// Problems that do not stop a run.
  package internal(set) var warnings: [Diagnostic] = []

  /// A plan of `cells`, which come out of `recipe`, and are checked.
  package init(recipe: RecipeDocument, cells: [PlannedCell]) {
    (self.recipe, self.cells) = (recipe, cells)
    metricNames = MetricNames(cells)
    positions = Dictionary(cells.indices.map { (cells[$0].id, $0) }) { first, _ in first }
  }

  /// The position of the cell with that id.
  package func position(of id: String) -> Int? { positions[id] }

  /// The cell with that id.
  package func cell(_ id: String) -> PlannedCell? { positions[id].map { cells[$0] } }

  /// The positions of the cells that read what the cell at `position` writes.
  package func readers(of position: Int) -> [Int] {
    cells.indices.filter { cells[$0].edges.contains { $0.producer == position } }
  }

  /// What the cell `id` tells on the way, or nil.
  package func progressMetric(of id: String) -> ProgressMetric? {
    cell(id)?.step.progressMetric
  }

  /// The names that a setting of the cell at `position` could take: ``Step/names(for:_:)``.
  package func names(for setting: String, at position: Int) -> [String] {
    cells[position].step.names(for: setting, ArtifactOutlines(cells[position].edges, in: cells))
  }

  /// The files that the cell at `position` reads.
  package func files(of position: Int) -> [InputFile] {
    cells[position].step.files(ArtifactOutlines(cells[position].edges, in: cells))
  }

  /// Lines that say of which files cells read where these are more than their settings name.
  package var fileSummary: [String] {
    cells.flatMap { planned in
      planned.step.fileSummary(ArtifactOutlines(planned.edges, in: cells)).map {
        Secrets.masked("\(planned.id) reads \($0)")
      }
    }
  }
}
