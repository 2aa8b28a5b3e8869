import Files
import Notebook
import Recipe
import Report

/// The recipe again: with nothing changed, with other cutoffs, with other prose.
struct RepeatsMeasurement: Measurement {
  func blocks(in session: BenchmarkSession) throws -> [Block] {
    let run = try session.finishedRun()
    var rows = [row("nothing", try seconds(run, session) { _, recipe in recipe })]
    var remarks: [String] = []
    if let position = session.position(of: "eval") {
      let cell = session.plan.cells[position]
      let cutoffs = Self.cutoffs(of: cell)
      let taken = try seconds(run, session) { round, recipe in
        let changed = Self.changed(cutoffs, round: round).map(String.init).joined(separator: ",")
        return recipe.overriding(["\(cell.id).k=[\(changed)]"])
      }
      rows.append(row("`\(cell.id).k` alone", taken))
    } else {
      remarks.append("The recipe has no `eval`, so that its cutoffs could not be changed.")
    }
    let first = session.plan.cells.first?.id ?? "config"
    rows.append(
      row(
        "prose alone",
        try seconds(run, session) { round, recipe in
          recipe.overriding(["\(first).text=Run \(round) of a benchmark."])
        }
      )
    )
    let table = Table(columns: [.init("Changed"), .init("Seconds", .trailing)], rows: rows)
    let explanation = "Wall-clock seconds of `towerbook run` after a run of the same recipe, its cache kept."
    return [
      .heading(level: 2, text: BenchmarkSection.repeats.title), .table(table),
      .prose(([explanation] + remarks).joined(separator: " ")),
    ]
  }

  private func row(_ name: String, _ seconds: [Double]) -> [Table.Cell] {
    [.markdown(name), .real(Median.of(seconds), digits: 2)]
  }

  /// The seconds of each round, in which the recipe is changed as `change` says; rounds count from 1.
  private func seconds(
    _ run: FinishedRun,
    _ session: BenchmarkSession,
    change: (Int, PreparedRecipe) -> PreparedRecipe
  ) throws -> [Double] {
    try (1...session.options.runs).map { round in
      try session.tool.run(change(round, run.recipe), outputs: run.outputs).seconds
    }
  }

  private static func cutoffs(of cell: PlannedCell) -> [Int] {
    guard case .list(let listed)? = Setting.section(cell.settings)["k"] else { return [] }
    return listed.compactMap { if case .int(let value) = $0 { value } else { nil } }
  }

  /// The cutoffs and one more, another in each round: below the largest where there is room, so that reports that
  /// quote the old ones still can.
  static func changed(_ cutoffs: [Int], round: Int) -> [Int] {
    let largest = cutoffs.max() ?? 1
    let free = (1..<max(largest, 1)).reversed().filter { !cutoffs.contains($0) }
    let added = round <= free.count ? free[round - 1] : largest + round - free.count
    return (cutoffs + [added]).sorted()
  }
}
