import Notebook
import Recipe
import Report

/// The recipe from a cold cache: every cell against what the machine can do.
struct StagesMeasurement: Measurement {
  func blocks(in session: BenchmarkSession) throws -> [Block] {
    var outcomes: [ChildProcess.Outcome] = []
    var seconds: [[Double]] = []
    var answer: StagesProbe.Answer?
    for round in 1...session.options.runs {
      session.progress("  run \(round) of \(session.options.runs)")
      let (run, outcome) = try session.coldRun()
      outcomes.append(outcome)
      let isLast = round == session.options.runs
      let probe = StagesProbe(run: run, threads: session.options.threads, measuresLimits: isLast)
      let facts = try session.ask(probe)
      seconds.append(facts.cells.map(\.seconds))
      answer = facts
    }
    guard let answer, let limits = answer.limits else { return [] }
    let medians = answer.cells.indices.map { cell in Median.of(seconds.map { $0[cell] }) }
    let wall = outcomes.map(\.seconds)
    let rest = zip(wall, seconds).map { $0 - $1.reduce(0, +) }
    return [
      .heading(level: 2, text: BenchmarkSection.stages.title),
      .table(Self.limitTable(limits)),
      .table(
        Self.stageTable(
          zip(answer.cells, medians).map { (cell: $0, seconds: $1) },
          rest: Median.of(rest),
          wall: Median.of(wall)
        )
      ),
      .prose(Self.explanation(peak: Median.of(outcomes.map { Double($0.peakBytes) }))),
    ]
  }

  /// What the machine can do.
  static func limitTable(_ limits: MachineLimits) -> Table {
    let rows: [(String, String)] = [
      ("Products of 1024 × 1024 matrices", Figures.operationRate(limits.product)),
      ("Products at the search's shapes", Figures.operationRate(limits.searchProduct)),
      ("Memory, copy", Figures.byteRate(limits.copy)), ("Memory, triad", Figures.byteRate(limits.triad)),
      ("Mapped files, read once", Figures.byteRate(limits.fileRead)),
      ("A file, written", Figures.byteRate(limits.fileWrite)),
      ("A file, written and on the disk", Figures.byteRate(limits.diskWrite)),
    ]
    return Table(
      caption: "What the machine can do, measured after the last run:",
      columns: [.init("Limit"), .init("Rate", .trailing)],
      rows: rows.map { [.text($0.0), .text($0.1)] }
    )
  }

  /// One row a cell, what lies outside of the cells, and all of it.
  static func stageTable(_ stages: [(cell: CellFacts, seconds: Double)], rest: Double, wall: Double) -> Table
  {
    var rows: [[Table.Cell]] = stages.map { cell, seconds in
      [
        .text(cell.id), .text(Figures.seconds(seconds)), .text(throughput(cell, seconds)),
        .text(cell.demands.map(described).joined(separator: "; ")),
        .text(cell.demands.isEmpty ? "" : Figures.seconds(cell.demands.reduce(0) { $0 + $1.seconds })),
        .text(cell.share(of: seconds).map(Figures.percent) ?? ""),
      ]
    }
    rows.append([.text("outside of cells"), .text(Figures.seconds(rest)), .empty, .empty, .empty, .empty])
    rows.append([.text("whole run"), .text(Figures.seconds(wall)), .empty, .empty, .empty, .empty])
    return Table(
      caption: "Cell by cell, from a cold cache:",
      columns: [
        .init("Stage"), .init("Time", .trailing), .init("Throughput", .trailing), .init("Held against"),
        .init("Least time", .trailing), .init("Share", .trailing),
      ],
      rows: rows
    )
  }

  /// The work in the cell's own unit, and operations or bytes where that is what it is made of.
  private static func throughput(_ cell: CellFacts, _ seconds: Double) -> String {
    guard seconds > 0 else { return "" }
    var parts: [String] = []
    if cell.amount > 0 { parts.append(Figures.countRate(cell.amount / seconds, cell.unit)) }
    let operations = cell.demands.filter { $0.kind == .operations }.reduce(0) { $0 + $1.amount }
    if operations > 0 { parts.append(Figures.operationRate(operations / seconds)) }
    let touchesFiles = cell.demands.contains { $0.kind == .read || $0.kind == .written }
    if touchesFiles { parts.append(Figures.byteRate(cell.fileBytes / seconds)) }
    return parts.joined(separator: ", ")
  }

  private static func described(_ demand: Demand) -> String {
    switch demand.kind {
    case .operations: "\(Figures.operations(demand.amount)) at \(Figures.operationRate(demand.rate))"
    case .read: "\(NumberFormat.bytes(Int(demand.amount))) read at \(Figures.byteRate(demand.rate))"
    case .moved: "\(NumberFormat.bytes(Int(demand.amount))) moved at \(Figures.byteRate(demand.rate))"
    case .written: "\(NumberFormat.bytes(Int(demand.amount))) written at \(Figures.byteRate(demand.rate))"
    }
  }

  private static func explanation(peak: Double) -> String {
    """
    Peak memory \(NumberFormat.bytes(Int(peak))). `config` is the load. The least time is what the counted work takes \
    at the rates measured in this run; the share is it over the time taken. Counted by hand are:

    - `config`: the bytes of its files, read once.
    - `split`: 48 bytes a click: user, item and time read and written once.
    - `encode`: 12 bytes a click (an item's id read, its code written), 28 a sample written, 24 an item of the catalogue.
    - `train`: the matrix products of each step, 2 m n k operations each: for a layer of i inputs and o outputs and a \
    batch of B, 2 B i o forward and twice that backward (by weights and by inputs); for the logits 2 B C d with C \
    candidates of d dimensions, and twice that backward. Each is held against the rate of products of its own shape and \
    precision.
    - `index`: the item tower's products for every item, and the files written.
    - `eval`, `recall`: the query tower's products, 2 d operations for each user and item, and the files written. A \
    search that serves both cells is counted with the first.
    - `save`: the files written.

    Sorting, softmax, embeddings, the optimiser, selection and formatting are not counted: they are what is missing \
    from a share of 100 %, beside waiting. A search has a share above it where most items are left out by their scores \
    in 8 bits.
    """
  }
}
