import Notebook
import Recall
import Recipe
import Report

/// `compare`: puts evaluations of one recipe side by side.
package struct CompareStep: Step {
  package static let name = "compare"
  package static let summary = "Puts evaluations side by side, each with its difference to another."
  /// The revision.
  package static let revision = 3

  private enum Reference: String, CaseIterable, Sendable {
    case previous, first
  }

  /// What is compared: the id of a cell, or one of its lists, as in `eval.popularity`.
  private struct Subject {
    let name: String
    let cell: String
    /// The list; nil for that which the evaluation is of.
    let list: String?

    init(_ name: String) {
      let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      self.name = name
      cell = parts[0]
      list = parts.count > 1 ? parts[1] : nil
    }

    var input: ArtifactInput { ArtifactInput(kind: EvalArtifact.kind, cell: cell) }

    /// Whether the index found it: what a query took and how large the index is says nothing of other lists.
    var isByIndex: Bool { list == nil || list == CandidateSource.twoTower.rawValue }

    /// The list itself.
    func row(in evaluation: EvalArtifact) -> EvalArtifact.Row? {
      guard let list else { return evaluation.subject }
      return list == CandidateSource.twoTower.rawValue ? evaluation.rows.first : evaluation.row(list)
    }
  }

  private let subjects: [Subject]
  private let reference: Reference
  private let k: Int
  private let bootstrap: BootstrapOptions

  /// Reads the settings.
  package init(_ fields: inout Fields) {
    let cells = fields.strings(
      "cells",
      default: [],
      "The 'eval' cells above that are compared, in this order: each by its fused list where it has one, else by its "
        + "model; 'eval.two_tower', 'eval.popularity' and the like name another list of a cell."
    )
    subjects = cells.map(Subject.init)
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

  /// What it reads: each cell once.
  package var reads: [ArtifactInput] {
    subjects.enumerated().filter { place, subject in
      subjects.firstIndex { $0.cell == subject.cell } == place
    }.map(\.element.input)
  }
  /// What it measures.
  package var metrics: [String] { subjects.dropFirst().map { "\($0.name).difference" } }

  /// The lists must be there, and the hit rate measured at the headline's k.
  package func preflight(_ check: Preflight) {
    for subject in subjects {
      guard let eval = check.outlines.of(subject.input, EvalArtifact.self) else { continue }
      let lists = [CandidateSource.twoTower.rawValue] + eval.others
      if let list = subject.list, !lists.contains(list) {
        let listed = lists.joined(separator: ", ")
        check.fail("cells", "'\(subject.cell)' measures no '\(list)'; it has \(listed)")
      }
      guard !eval.cutoffs.contains(k) else { continue }
      check.fail("headline_k", "'\(subject.cell)' does not measure at \(k); add \(k) to its 'k'")
    }
  }

  /// Compares.
  package func run(in context: RunContext) throws -> [Block] {
    let entries = try subjects.map { subject in
      let evaluation = try context.read(subject.input, as: EvalArtifact.self)
      guard let row = subject.row(in: evaluation) else {
        throw RunFailure("'\(subject.cell)' measures no '\(subject.list ?? "")'")
      }
      return (name: subject.name, row: row, evaluation: evaluation)
    }
    let comparison = try Comparison(
      entries,
      k: k,
      reference: reference == .first ? { _ in 0 } : { $0 - 1 },
      bootstrap,
      threads: context.threads
    )
    for (subject, difference) in zip(subjects.dropFirst(), comparison.differences) {
      context.metric("\(subject.name).difference", difference.difference)
    }
    context.summarize("\(subjects.count) evaluations")
    return ComparisonReport(
      comparison,
      isByFirst: reference == .first,
      isByIndex: subjects.map(\.isByIndex),
      queryMilliseconds: subjects.map { $0.isByIndex ? context.measured("query_ms", by: $0.input) : nil }
    ).blocks
  }
}
