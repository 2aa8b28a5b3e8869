import Files
import Report

/// What running a plan is likely to take, cell by cell.
package struct PlanForecast {
  /// One cell.
  package struct Cell {
    /// Whether it has to run.
    package var runs: Bool
    /// What it is likely to take; nil where no such step has run here, or its sizes are not known.
    package var estimate: WorkEstimate?
    /// The bytes of memory that its sizes ask for, where no record tells; nil where they do not tell either.
    package var memory: Double?
    /// The bytes of files that it needs while it runs, beside its result.
    package var scratch = 0.0
  }

  /// The cells in order.
  package var cells: [Cell] = []

  /// Forecasts a run of `plan`.
  /// - Parameters:
  ///   - runs: whether the cell at a position has to run; what others measured is in the cache.
  ///   - cache: where results and the history are.
  package init(_ plan: Plan, keys: [CellKeys], runs isRun: (Int) -> Bool, cache: StepCache, threads: Int) {
    let records = WorkHistory(cache: cache.folder).records
    let host = WorkHistory.host
    var sizes = PlanSizes(plan)
    for (position, planned) in plan.cells.enumerated() {
      let forecast = sizes.forecast(position)
      let step = type(of: planned.step).name
      let estimate = forecast.flatMap {
        WorkEstimate(step, $0, host: host, threads: threads, among: records)
      }
      let runs = isRun(position)
      if runs {
        sizes.expect(forecast, estimate, at: position)
      } else {
        let metrics = (try? cache.record(keys[position].compute))?.metrics ?? []
        sizes.measured(metrics, forecast, at: position)
      }
      cells.append(
        Cell(
          runs: runs,
          estimate: runs ? estimate : nil,
          memory: runs ? forecast?.memory : nil,
          scratch: runs ? forecast?.scratch ?? 0 : 0
        )
      )
    }
  }

  /// Those that run, whose time is known.
  private var known: [WorkEstimate] { cells.compactMap(\.estimate) }
  /// The likely seconds of all that is known, and the least and the most.
  package var seconds: (likely: Double, least: Double, most: Double) {
    known.reduce((0, 0, 0)) { ($0.0 + $1.seconds.likely, $0.1 + $1.seconds.least, $0.2 + $1.seconds.most) }
  }
  /// The bytes of memory of the cell that takes most; nil where none is known.
  package var memory: Double? { cells.compactMap { $0.estimate?.memory ?? $0.memory }.max() }
  /// The bytes on disk that all results take, and what the cell that needs most has beside them while it runs.
  package var disk: Double { known.reduce(0) { $0 + $1.disk } + (cells.map(\.scratch).max() ?? 0) }
  /// The positions of cells that run and of whose time nothing is known.
  package var unknown: [Int] { cells.indices.filter { cells[$0].runs && cells[$0].estimate == nil } }
}

/// The sizes of what the cells of a plan give, as they become known from the first cell to the last.
struct PlanSizes {
  private let plan: Plan
  private var known: [Int: [String: Double]] = [:]

  init(_ plan: Plan) { self.plan = plan }

  /// What the step at `position` says it is about to do; nil where it says nothing.
  func forecast(_ position: Int) -> Forecast? {
    let planned = plan.cells[position]
    let bytes = plan.files(of: position).reduce(0) { $0 + (FilePaths.size(of: $1.absolute) ?? 0) }
    let inputs = ForecastInputs(
      fileBytes: Double(bytes),
      outlines: ArtifactOutlines(planned.edges, in: plan.cells)
    ) { [known] input in
      let producer = planned.edges.first { $0.input == input }?.producer
      return producer.flatMap { known[$0] } ?? [:]
    }
    return planned.step.forecast(inputs)
  }

  /// The cell has not run: its sizes are what it says, and beyond that what such cells gave for so much work.
  mutating func expect(_ forecast: Forecast?, _ estimate: WorkEstimate?, at position: Int) {
    known[position] = (estimate?.sizes ?? [:]).merging(forecast?.sizes ?? [:]) { $1 }
  }

  /// The cell has run and measured this.
  mutating func measured(_ metrics: [CacheEntry.Metric], _ forecast: Forecast?, at position: Int) {
    known[position] = (forecast?.sizes ?? [:]).merging(sizes(metrics, at: position)) { $1 }
  }

  /// The metrics that are sizes.
  func sizes(_ metrics: [CacheEntry.Metric], at position: Int) -> [String: Double] {
    let names = type(of: plan.cells[position].step).sizeMetrics
    var sizes: [String: Double] = [:]
    for metric in metrics where names.contains(metric.name) { sizes[metric.name] = metric.value }
    return sizes
  }
}
