import Files
import Notebook
import Recipe
import Report

/// The recipe from a cold cache beside the notebook as a script, in both of its forms.
struct NotebookRace {
  /// The script.
  let script: String

  /// All rounds of both sides.
  private struct Rounds {
    var outcomes: [ChildProcess.Outcome] = []
    var cells: [[CellFacts]] = []
    var peers: [NotebookPeer.Form: [NotebookPeer.Run]] = [:]
    var fits: [FitPeer.Answer] = []
    var trouble: [String] = []
  }

  func blocks(in session: BenchmarkSession) throws -> [Block] {
    guard let data = try dataFolder(session) else {
      throw NotMeasured("The recipe reads no files that the notebook could read too.")
    }
    let rounds = try race(session, data: data)
    guard let cells = rounds.cells.last else { return [] }
    return [.table(jobTable(rounds, cells)), .table(stageTable(rounds, cells))]
      + [.prose(explanation(rounds, cells))]
  }

  private func dataFolder(_ session: BenchmarkSession) throws -> String? {
    guard let position = session.position(of: "config") else { return nil }
    return session.plan.files(of: position).first.map { FilePaths.parent(of: $0.absolute) }
  }

  private func race(_ session: BenchmarkSession, data: String) throws -> Rounds {
    let (python, threads) = (session.options.python, session.options.threads)
    let peer = NotebookPeer(script: script, python: python, threads: threads)
    let fit = FitPeer(script: script, python: python, threads: threads)
    var rounds = Rounds()
    for round in 1...session.options.runs {
      session.progress("    run \(round) of \(session.options.runs)")
      let (run, outcome) = try session.coldRun()
      rounds.outcomes.append(outcome)
      let probe = StagesProbe(run: run, threads: threads, measuresLimits: false)
      rounds.cells.append(try session.ask(probe).cells)
      let forms = NotebookPeer.Form.allCases.filter { $0 != .written || round <= session.options.writtenRuns }
      for form in forms {
        session.progress("    \(form.rawValue)")
        let output = session.workspace.fresh("notebook")
        rounds.peers[form, default: []].append(try peer.run(form, data: data, output: output))
      }
      do {
        session.progress("    its fit alone")
        rounds.fits.append(try fit.run(data: data, output: session.workspace.fresh("notebook")))
      } catch let reason as NotMeasured {
        rounds.trouble.append("Its epochs once compiled were not measured. \(reason)")
      }
    }
    return rounds
  }

  private func jobTable(_ rounds: Rounds, _ cells: [CellFacts]) -> Table {
    func metric(_ step: String, _ name: String) -> Double {
      cells.first { $0.step == step }?.metrics[name] ?? .nan
    }
    let ours = (seconds: rounds.outcomes.map(\.seconds), bytes: rounds.outcomes.map { Double($0.peakBytes) })
    var rows: [[Table.Cell]] = [
      [
        .text("towerbook, cold cache"), .text(Figures.seconds(Median.of(ours.seconds))), .empty,
        .text(NumberFormat.bytes(Int(Median.of(ours.bytes)))), .empty,
        .real(metric("train", "loss"), digits: 3),
        .real(metric("eval", "hit_rate@20"), digits: 4),
      ]
    ]
    for form in NotebookPeer.Form.allCases {
      guard let runs = rounds.peers[form], let last = runs.last else { continue }
      let name =
        runs.count < ours.seconds.count
        ? "\(form.rawValue), in \(runs.count) of \(ours.seconds.count) runs" : form.rawValue
      let bytes = Median.of(runs.map { Double($0.peakBytes) })
      rows.append([
        .text(name), .text(Figures.seconds(Median.of(runs.map(\.seconds)))),
        .text(Figures.times(PairedRatio(ours: ours.seconds, theirs: runs.map(\.seconds)))),
        .text(NumberFormat.bytes(Int(bytes))), .real(Median.of(ours.bytes) / bytes, digits: 2),
        .real(last.answer.loss.last ?? .nan, digits: 3),
        .real(last.answer.metrics["hit_rate@20"] ?? .nan, digits: 4),
      ])
    }
    return Table(
      caption: "The whole job:",
      columns: [
        .init(""), .init("Wall-clock", .trailing), .init("Over towerbook", .trailing),
        .init("Peak memory", .trailing),
        .init("towerbook's share of it", .trailing), .init("Last loss", .trailing),
        .init("Hit rate@20", .trailing),
      ],
      rows: rows
    )
  }

  /// The stages as the script calls them, and the cell that does the same.
  private static let stages = [
    ("load", "config"), ("split", "split"), ("encode", "encode"), ("train", "train"), ("index", "index"),
    ("eval", "eval"), ("recall", "recall"), ("save", "save"),
  ]

  private func stageTable(_ rounds: Rounds, _ cells: [CellFacts]) -> Table {
    let rows: [[Table.Cell]] = Self.stages.map { stage, step in
      let ours = ownSeconds(step, rounds)
      let theirs = NotebookPeer.Form.allCases.map { form in
        (rounds.peers[form] ?? []).compactMap { $0.answer.stages[stage] }
      }
      let shown = ([ours] + theirs).map { Table.Cell.text(Figures.seconds(Median.of($0))) }
      let ratio = Median.of(theirs[theirs.count - 1]) / Median.of(ours)
      return [.text(stage)] + shown + [.text(Figures.times(ratio))]
    }
    return Table(
      caption: "Stage by stage:",
      columns: [
        .init("Stage"), .init("towerbook", .trailing), .init("as written", .trailing),
        .init("vectorised", .trailing),
        .init("vectorised over towerbook", .trailing),
      ],
      rows: rows
    )
  }

  private func ownSeconds(_ step: String, _ rounds: Rounds) -> [Double] {
    rounds.cells.compactMap { cells in cells.first { $0.step == step }?.seconds }
  }

  private func explanation(_ rounds: Rounds, _ cells: [CellFacts]) -> String {
    var words = [
      "Both read the same files with the same number of threads, in turns. A stage of the script is what it prints "
        + "itself; its `import` and `model` have no counterpart."
    ]
    let own = ownSeconds("train", rounds)
    let epochs = cells.first { $0.step == "train" }?.metrics["epochs"] ?? 1
    if let fit = rounds.fits.last {
      let fits = rounds.fits.map(\.fit)
      let further = rounds.fits.map { Median.of($0.further) }
      let perEpoch = own.map { $0 / max(epochs, 1) }
      words.append(
        "Training alone: the script's `fit` of \(fit.epochs) epochs, compilation counted, takes "
          + "\(Figures.seconds(Median.of(fits))), `train` of \(Int(epochs)) takes \(Figures.seconds(Median.of(own))): "
          + "\(Figures.times(PairedRatio(ours: own, theirs: fits))). Once compiled (the script's model trained three "
          + "epochs more, one at a time, in a run of its own) an epoch takes \(Figures.seconds(Median.of(further))), one "
          + "of ours on average \(Figures.seconds(Median.of(perEpoch))): "
          + "\(Figures.times(PairedRatio(ours: perEpoch, theirs: further)))."
      )
    }
    return (words + rounds.trouble).joined(separator: "\n\n")
  }
}
