import Notebook
import Numerics
import Report

/// Training with products of factors in Float32 and in bfloat16, the two taking turns.
struct PrecisionMeasurement: Measurement {
  /// What training in one precision came to.
  struct Row {
    let precision: Precision
    /// Of each round.
    var seconds: [Double] = []
    /// The cell of the last round, with what it must do at least.
    var cell: CellFacts?
  }

  func blocks(in session: BenchmarkSession) throws -> [Block] {
    guard let position = session.position(of: "train") else {
      throw NotMeasured("The recipe has no `train`.")
    }
    let finished = try session.finishedRun()
    let id = session.plan.cells[position].id
    var rows = Precision.allCases.filter(\.isSupported).map { Row(precision: $0) }
    for round in 1...session.options.runs {
      session.progress("  run \(round) of \(session.options.runs)")
      for place in rows.indices {
        let recipe = finished.recipe.overriding(["\(id).precision=\(rows[place].precision.rawValue)"])
        let run = FinishedRun(recipe: recipe, outputs: finished.outputs)
        // What lies above is in the cache.
        _ = try session.tool.run(recipe, outputs: run.outputs, from: id)
        let isLast = round == session.options.runs
        let probe = StagesProbe(run: run, threads: session.options.threads, measuresLimits: isLast)
        let cell = try session.ask(probe).cells[position]
        rows[place].seconds.append(cell.seconds)
        rows[place].cell = cell
      }
    }
    return [
      .heading(level: 2, text: BenchmarkSection.precision.title), .table(Self.table(rows)),
      .prose(
        [
          "The times of `\(id)` alone, each precision once in every round. The least time is what its products take at the "
            + "rates measured at their shapes and in their precision. Losses differ by what rounding does.",
          Precision.bf16.isSupported
            ? ""
            : "Not measured is `bf16`: it takes AVX-512 BF16 or AMX, which this processor has not, or may not use.",
        ].filter { !$0.isEmpty }.joined(separator: " ")
      ),
    ]
  }

  /// One row a precision; ratios are over the first.
  static func table(_ rows: [Row]) -> Table {
    Table(
      columns: [
        .init("Precision"), .init("Training", .trailing), .init("Throughput", .trailing),
        .init("Least time of products", .trailing), .init("Faster", .trailing), .init("Loss", .trailing),
      ],
      rows: rows.enumerated().map { place, row in
        let seconds = Median.of(row.seconds)
        return [
          .text(row.precision.rawValue), .text(Figures.seconds(seconds)),
          .text(row.cell.map { Figures.countRate($0.amount / seconds, $0.unit) } ?? ""),
          .text(row.cell.map { Figures.seconds($0.demands.reduce(0) { $0 + $1.seconds }) } ?? ""),
          place == 0
            ? .empty : .text(Figures.times(PairedRatio(ours: row.seconds, theirs: rows[0].seconds))),
          row.cell?.metrics["loss"].map { .real($0, digits: 4) } ?? .empty,
        ]
      }
    )
  }
}
