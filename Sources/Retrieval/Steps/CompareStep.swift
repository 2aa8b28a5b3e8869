import Notebook
import Recipe
import Report

/// `compare`: puts evaluations of one recipe side by side.
package struct CompareStep: Step {
  /// The name.
  package static let name = "compare"
  /// One sentence.
  package static let summary = "Puts evaluations side by side, each with its difference to another."
  /// The revision.
  package static let revision = 1

  private enum Reference: String, CaseIterable, Sendable {
    case previous, first
  }

  private let cells: [String]
  private let reference: Reference
  private let k: Int
  private let bootstrap: BootstrapOptions

  /// Reads the settings.
  package init(_ fields: inout Fields) {
    cells = fields.strings("cells", default: [], "The 'eval' cells above that are compared, in this order.")
    reference = fields.choice(
      "reference",
      default: Reference.previous,
      "What each evaluation is held against: the 'previous' one of the list, or the 'first'."
    )
    k = fields.int(
      "headline_k",
      default: 20,
      in: 1...10_000,
      "The k of the hit rate whose differences are shown: one of the 'k' of every cell."
    )
    bootstrap = BootstrapOptions(&fields)
    guard !fields.isDescribing else { return }
    if cells.count < 2 {
      fields.fail(
        "cells",
        "expected two 'eval' cells at least, as in [eval, without_time], got \(cells.count)"
      )
    }
    if Set(cells).count != cells.count { fields.fail("cells", "a cell stands here twice") }
  }

  private var inputs: [ArtifactInput] { cells.map { ArtifactInput(kind: EvalArtifact.kind, cell: $0) } }
  /// What it reads.
  package var reads: [ArtifactInput] { inputs }
  /// What it measures.
  package var metrics: [String] { cells.dropFirst().map { "\($0).difference" } }

  /// The hit rate must be measured at the headline's k.
  package func preflight(_ check: Preflight) {
    for input in inputs {
      guard let step = check.step(behind: input) as? EvalStep, !step.cutoffs.contains(k) else { continue }
      check.fail("headline_k", "'\(input.cell ?? "")' does not measure at \(k); add \(k) to its 'k'")
    }
  }

  /// Compares.
  package func run(in context: RunContext) throws -> [Block] {
    let evaluations = try inputs.map { try context.read($0, as: EvalArtifact.self) }
    let comparison = try Comparison(
      zip(cells, evaluations).map { (name: $0, evaluation: $1) },
      k: k,
      reference: reference == .first ? { _ in 0 } : { $0 - 1 },
      bootstrap,
      threads: context.threads
    )
    for (cell, difference) in zip(cells.dropFirst(), comparison.differences) {
      context.metric("\(cell).difference", difference.difference)
    }
    context.summarize("\(cells.count) evaluations")
    return ComparisonReport(comparison, isByFirst: reference == .first).blocks
  }
}
