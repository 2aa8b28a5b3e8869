import Files
import Recipe

/// One cell of a checked recipe: its step, made from its settings, and where its inputs come from.
package struct PlannedCell {
  /// An input, and the place in the plan of the cell that writes it.
  package struct Edge {
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
package struct Plan {
  /// The recipe it was made from.
  package var recipe: RecipeDocument
  /// The cells in the order they run.
  package var cells: [PlannedCell]
  /// Problems that do not stop a run.
  package var warnings: [Diagnostic]

  /// The position of the cell with that id.
  package func position(of id: String) -> Int? { cells.firstIndex { $0.id == id } }

  /// The positions of the cells that read what the cell at `position` writes.
  package func readers(of position: Int) -> [Int] {
    cells.indices.filter { cells[$0].edges.contains { $0.producer == position } }
  }

  /// What the cell `id` tells on the way, or nil.
  package func progressMetric(of id: String) -> ProgressMetric? {
    cells.first { $0.id == id }?.step.progressMetric
  }

  /// The files that the cell at `position` reads.
  package func files(of position: Int) -> [InputFile] {
    cells[position].step.files(ArtifactOutlines(cells[position].edges, in: cells))
  }
}

/// The keys a cell's result is kept under.
package struct CellKeys {
  /// Changes whenever the step must run again.
  package var compute: Digest
  /// Changes whenever what its readers see changes: the above, and settings that only they use.
  package var artifact: Digest
}

extension Plan {
  /// The keys of all cells, in order.
  ///
  /// A key is made of the step's name and revision, its settings with defaults filled in and sorted, the metrics it gives,
  /// the keys of what it reads, and the content of the files it reads. Titles, prose, comments,
  /// places and dates are in no key.
  /// - Throws: `FileError` where a file cannot be read.
  package func keys() throws -> [CellKeys] {
    var keys: [CellKeys] = []
    for (position, planned) in cells.enumerated() {
      let type = Swift.type(of: planned.step)
      var text = "towerbook 3\nstep \(type.name) \(type.revision)\n"
      text += Setting.section(planned.settings).canonical(roles: [.compute])
      // A metric that a step has come to give is not in what it kept before.
      text += "\ngives \(planned.step.metrics.sorted().joined(separator: " "))"
      for edge in planned.edges { text += "\nreads \(edge.input.kind) \(keys[edge.producer].artifact)" }
      for file in files(of: position) { text += "\nfile \(try Digest(contentsOf: file.absolute))" }
      let compute = Digest(text)
      let use = Setting.section(planned.settings).canonical(roles: [.use])
      keys.append(CellKeys(compute: compute, artifact: Digest("\(compute)\n\(use)")))
    }
    return keys
  }
}
