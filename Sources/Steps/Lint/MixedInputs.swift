import Notebook

/// Inputs that were made from different cells of one kind: vectors of one model searched with queries of another.
enum MixedInputs: LintRule {
  static let name = "mixed_inputs"
  static let summary =
    "A cell whose inputs stem from different cells of one kind, as an index of another model."

  static func findings(in plan: Plan) -> [LintFinding] {
    plan.cells.indices.flatMap { position in findings(at: position, in: plan) }
  }

  /// One for each input that another was not made from; the first of those others says it.
  private static func findings(at position: Int, in plan: Plan) -> [LintFinding] {
    let edges = plan.cells[position].edges
    return edges.compactMap { wanted in
      for edge in edges where edge.input.kind != wanted.input.kind {
        guard let source = plan.source(of: wanted.input.kind, behind: edge.producer),
          source != wanted.producer
        else { continue }
        let (read, via, used) = (
          plan.cells[wanted.producer].id, plan.cells[edge.producer].id, plan.cells[source].id
        )
        return LintFinding(
          cell: position,
          key: edge.input.kind,
          "this cell reads '\(read)', but '\(via)', which it reads too, was made from '\(used)'; set "
            + "\(wanted.input.kind): \(used) here, or read another \(edge.input.kind)"
        )
      }
      return nil
    }
  }
}
