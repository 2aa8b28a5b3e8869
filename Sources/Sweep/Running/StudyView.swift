import Files
import Notebook
import Report

/// A study as it stands, for who looks at it while it goes.
package struct StudyView: Sendable {
  /// What the study is.
  package var info: StudyInfo
  /// All trials of the search, in order.
  package var trials: [Trial]
  /// The trials on fresh seeds, in order.
  package var confirming: [Trial]
  /// How many workers live.
  package var workers: Int
  /// Whether they are asked to stop.
  package var isStopping: Bool
  /// How many trials the search runs at most; nil where the recipe is not what it was.
  package var cap: Int?
  /// Why nobody can go on with it, or nil.
  package var problem: String?
  /// The result so far in words.
  package var summary: [Block]
  /// What was found so far: tables and plots.
  package var blocks: [Block]
  private let facts: StudyFacts

  /// Looks at the study in `folder`. Where its recipe is not what it was, its ledger is all there is to see.
  /// - Throws: `LedgerError`.
  package init(_ folder: StudyFolder, tools: StudyTools) throws {
    let ledger = try Ledger(opening: folder.ledger)
    info = ledger.info
    trials = try ledger.trials()
    confirming = try ledger.trials(purpose: .confirm)
    workers = try ledger.workers().count
    isStopping = try ledger.isStopRequested
    let facts: StudyFacts
    do {
      let study = try Study(opening: folder, tools: tools)
      facts = try StudyWriter(study, tools: tools).facts(trials, [], workers > 0 ? .complete : .stopped)
      cap = study.definition.cap * study.definition.settings.seeds
    } catch {
      facts = Self.bareFacts(ledger.info, trials)
      problem = "\(error)"
    }
    self.facts = facts
    summary = StudyReport(facts).summary.filter { if case .note = $0 { false } else { true } }
    blocks = trials.isEmpty ? [] : StudyReport(facts).liveBlocks
  }

  private static func bareFacts(_ info: StudyInfo, _ trials: [Trial]) -> StudyFacts {
    var facts = StudyFacts(
      title: "Sweep: \(info.name)",
      recipe: info.name,
      goals: info.goals,
      space: info.space
    )
    facts.trials = trials
    facts.importance = info.goals.first.flatMap {
      ParameterImportance.known(of: Proposals.groups(trials), in: info.space, $0)
    }
    return facts
  }

  /// Whether all that was asked for is there.
  package var isComplete: Bool {
    guard let cap else { return false }
    let isSettled = facts.savings?.notBegun != nil
    return (trials.count >= cap || isSettled)
      && !(trials + confirming).contains { [.waiting, .running].contains($0.state) }
  }

  /// All trials, the newest first: what each tries, what came of it, and what a pruned one would still have cost.
  package var trialTable: Table {
    let study = StudyDigest(facts)
    let pruned = PrunedCost(among: trials)
    let parameters = study.byImportance
    let titles: [Table.Column] =
      [
        .init("trial", .trailing), .init("state"), .init(study.goal.metric, .trailing),
        .init("epochs", .trailing), .init("took", .trailing), .init("would still have cost", .trailing),
      ] + parameters.map { .init(study.name($0.name), .trailing) }
    let rows = trials.reversed().map { trial -> [Table.Cell] in
      let value = trial.values?.first.flatMap { $0.isFinite ? $0 : nil }
      let saved = pruned.seconds(trial)
      let row: [Table.Cell] = [
        .int(trial.number), .text(trial.state.rawValue),
        value.map { .text(NumberFormat.significant($0, digits: 4)) } ?? .empty,
        trial.intermediates.last.map { .int($0.step) } ?? .empty,
        trial.seconds > 0 ? .text(NumberFormat.duration(seconds: trial.seconds)) : .empty,
        saved > 0 ? .text(NumberFormat.duration(seconds: saved)) : .empty,
      ]
      return row + parameters.map { .text(study.text($0, of: trial.assignment)) }
    }
    return Table(columns: titles, rows: rows)
  }
}
