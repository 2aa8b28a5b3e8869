import Files
import Notebook
import Numerics
import Steps

/// Looks into a finished run: what each cell took, and what the machine could do.
struct StagesProbe: Probe {
  /// What it finds.
  struct Answer: Codable {
    /// The cells in order.
    var cells: [CellFacts]
    /// The limits, where they were asked for.
    var limits: MachineLimits?
  }

  var run: FinishedRun
  var threads: Int
  /// Whether the machine's limits are measured too.
  var measuresLimits: Bool

  var request: ProbeRequest { .stages(self) }

  func answer() throws -> Answer {
    let record = try RunRecord(run)
    let limits = measuresLimits ? try self.limits(record) : nil
    var work = limits.map { CellWork(record: record, limits: $0, threads: threads) }
    let cells = try record.plan.cells.indices.map { position in
      try facts(of: position, record, demands: try work?.demands(of: position) ?? [])
    }
    return Answer(cells: cells, limits: limits)
  }

  private func limits(_ record: RunRecord) throws -> MachineLimits {
    let cells = record.plan.cells
    let model = cells.indices.last { cells[$0].cell.header.step == TrainArtifact.kind }
    return try MachineLimits.measure(
      files: cells.indices.flatMap { record.plan.files(of: $0).map(\.absolute) },
      folder: run.outputs,
      dimension: try model.map { try record.artifact(TrainArtifact.self, of: $0).model.shape.vectorDimension }
        ?? 32,
      threads: threads
    )
  }

  private func facts(of position: Int, _ record: RunRecord, demands: [Demand]) throws -> CellFacts {
    let cell = record.plan.cells[position]
    let entry = try record.entry(position)
    let step = cell.cell.header.step
    let metrics = Dictionary(
      entry.metrics.compactMap { metric in
        metric.value.flatMap { $0.isFinite ? (metric.name, $0) : nil }
      }
    ) { first, _ in first }
    let amount = try amount(step, position, metrics, record)
    let read = record.plan.files(of: position).reduce(0) { $0 + (FilePaths.size(of: $1.absolute) ?? 0) }
    return CellFacts(
      id: cell.id,
      step: step,
      seconds: entry.seconds,
      metrics: metrics,
      amount: amount.count,
      unit: amount.unit,
      fileBytes: Double(read + entry.files.reduce(0) { $0 + $1.size }),
      demands: demands
    )
  }

  /// What a cell gets through, in its own unit.
  private func amount(_ step: String, _ position: Int, _ metrics: [String: Double], _ record: RunRecord)
    throws
    -> (count: Double, unit: String)
  {
    switch step {
    case "config": (metrics["clicks", default: 0] + metrics["catalogue_items", default: 0], "rows")
    case "split": (try record.clicks(above: position), "rows")
    case "encode": (metrics["samples", default: 0], "samples")
    case "train": (try record.samples(above: position) * metrics["epochs", default: 0], "samples")
    case "index": (metrics["items", default: 0], "items")
    case "eval": (metrics["users", default: 0], "queries")
    case "recall": (metrics["candidates", default: 0], "rows")
    default: (0, "")
    }
  }
}

extension RunRecord {
  /// The clicks of the log that the cell at `position` reads.
  func clicks(above position: Int) throws -> Double {
    try producer(of: "config", for: position).map { try metric("clicks", of: $0) } ?? 0
  }

  /// The samples that the cell at `position` reads.
  func samples(above position: Int) throws -> Double {
    try producer(of: "encode", for: position).map { try metric("samples", of: $0) } ?? 0
  }
}
