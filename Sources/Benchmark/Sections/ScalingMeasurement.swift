import Files
import Notebook
import Recipe
import Report

/// Time and memory over growing logs: one epoch on made-up clicks, with as many users and items as a tenth of them.
struct ScalingMeasurement: Measurement {
  /// The dimensions of the models.
  static let dimensions = [32, 128]

  /// What one size came to.
  struct Size {
    var dimension: Int
    var clicks: Int
    /// The whole run, a median.
    var seconds: Double
    /// The most memory of any run.
    var peakBytes: Double
    /// Seconds by step, medians.
    var stages: [String: Double]

    /// Seconds a million clicks.
    var secondsPerMillion: Double { seconds / (Double(clicks) / 1e6) }
    /// Bytes a million clicks.
    var bytesPerMillion: Double { peakBytes / (Double(clicks) / 1e6) }
  }

  func blocks(in session: BenchmarkSession) throws -> [Block] {
    var sizes: [Size] = []
    for clicks in session.options.scale.sorted() {
      let folder = session.workspace.fresh("scale")
      defer { try? Folders.remove(folder) }
      session.progress("  \(NumberFormat.grouped(clicks)) clicks")
      let users = max(1, clicks / 10)
      let threads = session.options.threads
      _ = try session.ask(
        LogProbe(folder: folder, clicks: clicks, users: users, items: users, threads: threads)
      )
      for dimension in Self.dimensions {
        sizes.append(try measure(clicks, dimension, folder, session))
      }
    }
    return [.heading(level: 2, text: BenchmarkSection.scaling.title)] + Self.report(sizes, session.options)
  }

  private func measure(_ clicks: Int, _ dimension: Int, _ folder: String, _ session: BenchmarkSession) throws
    -> Size
  {
    let path = FilePaths.join(folder, "scale-\(dimension).yaml")
    try AtomicFile.write(Self.recipe(folder: folder, dimension: dimension), to: path)
    var recipe = PreparedRecipe(path: path)
    recipe.environment = session.recipe.environment
    var outcomes: [ChildProcess.Outcome] = []
    var stages: [String: [Double]] = [:]
    for round in 1...session.options.runs {
      session.progress("    dimension \(dimension), run \(round) of \(session.options.runs)")
      let run = FinishedRun(recipe: recipe, outputs: session.workspace.fresh("outputs"))
      defer { try? Folders.remove(run.outputs) }
      outcomes.append(try session.tool.run(recipe, outputs: run.outputs))
      let probe = StagesProbe(run: run, threads: session.options.threads, measuresLimits: false)
      for cell in try session.ask(probe).cells { stages[cell.step, default: []].append(cell.seconds) }
    }
    return Size(
      dimension: dimension,
      clicks: clicks,
      seconds: Median.of(outcomes.map(\.seconds)),
      peakBytes: Double(outcomes.map(\.peakBytes).max() ?? 0),
      stages: stages.mapValues(Median.of)
    )
  }

  /// From the files to an index, one epoch.
  static func recipe(folder: String, dimension: Int) -> String {
    """
    config:
      data: { path: "\(folder)", folders: ["."], clicks: \(LogProbe.clicksName), items: \(LogProbe.itemsName) }
      columns: { user: user_id, item: click_article_id, time: click_timestamp }
      item_columns: { item: article_id, category: category_id }
    split: { strategy: last_click }
    encode: { max_seq_len: 30 }
    model: { embedding_dim: \(dimension), hidden_units: [128, 64, \(dimension)] }
    train: { epochs: 1, batch_size: 1024 }
    index: { type: Flat }

    """
  }

  static func report(_ sizes: [Size], _ options: BenchmarkOptions) -> [Block] {
    let steps = ["config", "split", "encode", "train", "index"]
    let columns: [Table.Column] =
      [.init("Dimension", .trailing), .init("Clicks", .trailing)]
      + (steps + ["whole run", "a million clicks", "Peak memory", "a million clicks"]).map {
        .init($0, .trailing)
      }
    let rows: [[Table.Cell]] = sizes.sorted { ($0.dimension, $0.clicks) < ($1.dimension, $1.clicks) }.map {
      size in
      [.int(size.dimension), .int(size.clicks)]
        + steps.map { .text(Figures.seconds(size.stages[$0] ?? .nan)) }
        + [
          .text(Figures.seconds(size.seconds)), .text(Figures.seconds(size.secondsPerMillion)),
          .text(NumberFormat.bytes(Int(size.peakBytes))),
          .text(NumberFormat.bytes(Int(size.bytesPerMillion))),
        ]
    }
    let table = Table(columns: columns, rows: rows)
    let plots: [Block] = options.output == nil ? [] : [.plot(timePlot(sizes)), .plot(memoryPlot(sizes))]
    let growth = dimensions.compactMap { dimension in self.growth(sizes.filter { $0.dimension == dimension })
    }
    let words = growth + (options.output == nil ? ["With `--output` two plots stand here."] : [])
    return [.table(table), .prose(([explanation] + words).joined(separator: "\n\n"))] + plots
  }

  /// `10 times the clicks cost 9.8 times the time and 9.1 times the memory.`
  static func growth(_ sizes: [Size]) -> String? {
    let ascending = sizes.sorted { $0.clicks < $1.clicks }
    guard let first = ascending.first, let last = ascending.last, first.clicks < last.clicks else {
      return nil
    }
    return
      "Dimension \(first.dimension): \(Figures.times(Double(last.clicks) / Double(first.clicks))) the clicks cost "
      + "\(Figures.times(last.seconds / first.seconds)) the time and "
      + "\(Figures.times(last.peakBytes / first.peakBytes)) the memory."
  }

  private static func timePlot(_ sizes: [Size]) -> Plot {
    plot("scaling-time", "Seconds a million clicks", "seconds a million clicks", sizes) {
      $0.secondsPerMillion
    }
  }

  private static func memoryPlot(_ sizes: [Size]) -> Plot {
    plot("scaling-memory", "Peak memory a million clicks", "GB a million clicks", sizes) {
      $0.bytesPerMillion / 1e9
    }
  }

  private static func plot(
    _ name: String,
    _ title: String,
    _ label: String,
    _ sizes: [Size],
    _ y: (Size) -> Double
  )
    -> Plot
  {
    Plot(
      name: name,
      title: title,
      description: "\(title), over growing logs, for each dimension.",
      x: .init("clicks", isLogarithmic: true),
      y: .init(label),
      series: dimensions.map { dimension in
        let own = sizes.filter { $0.dimension == dimension }
        return .init("dimension \(dimension)", .line, x: own.map { Double($0.clicks) }, y: own.map(y))
      }
    )
  }

  private static let explanation = """
    Made-up clicks in CSV files, with as many users and as many items as a tenth of the clicks; every sample is trained \
    on once, from files to index, from a cold cache, each run in a process of its own.
    """
}
