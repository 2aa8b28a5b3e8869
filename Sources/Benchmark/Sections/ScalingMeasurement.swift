import Files
import Notebook
import Recipe
import Report

/// Time and memory over growing logs: one epoch on made-up clicks, with as many users as a tenth of them.
struct ScalingMeasurement: Measurement {
  /// The samples of a step.
  static let batchSize = 1024

  /// What one size came to.
  struct Size {
    /// One run.
    struct Run {
      /// From start to end.
      var seconds: Double
      /// The most memory at once.
      var peakBytes: Double
      /// Seconds by step.
      var stages: [String: Double]
      /// What rows of tables took, measured after it.
      var rows: RowsProbe.Answer

      /// What is left of the run when the least that rows of tables take is taken from it.
      var secondsWithoutRows: Double { seconds - rows.secondsPerEpoch }
    }

    var dimension: Int
    var clicks: Int
    /// One in each round.
    var runs: [Run] = []

    /// The whole run, a median.
    var seconds: Double { Median.of(runs.map(\.seconds)) }
    /// The most memory of any run.
    var peakBytes: Double { runs.map(\.peakBytes).max() ?? 0 }
    /// Seconds a million clicks.
    var secondsPerMillion: Double { seconds / (Double(clicks) / 1e6) }
    /// Bytes a million clicks.
    var bytesPerMillion: Double { peakBytes / (Double(clicks) / 1e6) }
  }

  func blocks(in session: BenchmarkSession) throws -> [Block] {
    let folder = session.workspace.fresh("scale")
    defer { try? Folders.remove(folder) }
    var sizes: [Size] = []
    for clicks in session.options.scale.sorted() {
      session.progress("  \(NumberFormat.grouped(clicks)) clicks, made up")
      let (users, items) = (max(1, clicks / 10), max(1, clicks / session.options.scaleClicksPerItem))
      let log = Self.logFolder(folder, clicks)
      _ = try session.ask(
        LogProbe(folder: log, clicks: clicks, users: users, items: items, threads: session.options.threads)
      )
      sizes += session.options.scaleDimensions.map { Size(dimension: $0, clicks: clicks) }
    }
    // Sizes take turns, so that what else a machine does meets all of them.
    for round in 1...session.options.runs {
      session.progress("  run \(round) of \(session.options.runs)")
      for index in sizes.indices {
        session.progress(
          "    \(NumberFormat.grouped(sizes[index].clicks)) clicks, dimension \(sizes[index].dimension)"
        )
        sizes[index].runs.append(try run(sizes[index], folder, session))
      }
    }
    return [.heading(level: 2, text: BenchmarkSection.scaling.title)] + Self.report(sizes, session.options)
  }

  private static func logFolder(_ folder: String, _ clicks: Int) -> String {
    FilePaths.join(folder, "\(clicks)")
  }

  private func run(_ size: Size, _ folder: String, _ session: BenchmarkSession) throws -> Size.Run {
    let log = Self.logFolder(folder, size.clicks)
    let path = FilePaths.join(log, "scale-\(size.dimension).yaml")
    try AtomicFile.write(Self.recipe(folder: log, dimension: size.dimension), to: path)
    var recipe = PreparedRecipe(path: path, overrides: session.options.scaleOverrides)
    recipe.environment = session.recipe.environment
    let run = FinishedRun(recipe: recipe, outputs: session.workspace.fresh("outputs"))
    defer { try? Folders.remove(run.outputs) }
    let outcome = try session.tool.run(recipe, outputs: run.outputs)
    let threads = session.options.threads
    let cells = try session.ask(StagesProbe(run: run, threads: threads, measuresLimits: false)).cells
    let rows = try session.ask(
      RowsProbe(run: run, batchSize: Self.batchSize, dimension: size.dimension, threads: threads)
    )
    return Size.Run(
      seconds: outcome.seconds,
      peakBytes: Double(outcome.peakBytes),
      stages: Dictionary(cells.map { ($0.step, $0.seconds) }) { first, _ in first },
      rows: rows
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
    train: { epochs: 1, batch_size: \(batchSize) }
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
        + steps.map { step in .text(Figures.seconds(Median.of(size.runs.compactMap { $0.stages[step] }))) }
        + [
          .text(Figures.seconds(size.seconds)), .text(Figures.seconds(size.secondsPerMillion)),
          .text(NumberFormat.bytes(Int(size.peakBytes))),
          .text(NumberFormat.bytes(Int(size.bytesPerMillion))),
        ]
    }
    let table = Table(columns: columns, rows: rows)
    let plots: [Block] = options.output == nil ? [] : [.plot(timePlot(sizes)), .plot(memoryPlot(sizes))]
    let growth = byDimension(sizes).compactMap { self.growth($0) }
    let words = growth + (options.output == nil ? ["With `--output` two plots stand here."] : [])
    return [
      .table(table), .prose(explanation(options)), .table(rowsTable(sizes)),
      .prose(([rowsExplanation] + words).joined(separator: "\n\n")),
    ] + plots
  }

  /// What rows of tables take, wherever they lie.
  private static func rowsTable(_ sizes: [Size]) -> Table {
    let columns = ["Dimension", "Clicks", "Rows of tables", "Rows a step", "One row", "Twice in all steps"]
    let rows: [[Table.Cell]] = sizes.sorted { ($0.dimension, $0.clicks) < ($1.dimension, $1.clicks) }.map {
      size in
      let rows = size.runs.map(\.rows)
      return [
        .int(size.dimension), .int(size.clicks), .int(rows.first?.tableRows ?? 0),
        .int(Int((rows.first?.rowsPerStep ?? 0).rounded())),
        .text("\(NumberFormat.significant(1e9 * Median.of(rows.map(\.secondsPerRow)), digits: 3)) ns"),
        .text(Figures.seconds(Median.of(rows.map(\.secondsPerEpoch)))),
      ]
    }
    return Table(columns: columns.map { .init($0, .trailing) }, rows: rows)
  }

  /// `10 times the clicks cost 9.8 times the time and 9.1 times the memory.`
  static func growth(_ sizes: [Size]) -> String? {
    let ascending = sizes.sorted { $0.clicks < $1.clicks }
    guard let first = ascending.first, let last = ascending.last, first.clicks < last.clicks else {
      return nil
    }
    let (ours, theirs) = (first.runs, last.runs)
    let whole = PairedRatio(ours: ours.map(\.seconds), theirs: theirs.map(\.seconds))
    let rest = PairedRatio(
      ours: ours.map(\.secondsWithoutRows),
      theirs: theirs.map(\.secondsWithoutRows)
    )
    return
      "Dimension \(first.dimension): \(Figures.times(Double(last.clicks) / Double(first.clicks))) the clicks cost "
      + "\(Figures.times(whole)) the time and \(Figures.times(last.peakBytes / first.peakBytes)) the memory; "
      + "the time without that of the rows, \(Figures.times(rest))."
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
      series: byDimension(sizes).map { own in
        .init("dimension \(own[0].dimension)", .line, x: own.map { Double($0.clicks) }, y: own.map(y))
      }
    )
  }

  /// The sizes of each dimension, the smallest first; none is empty.
  private static func byDimension(_ sizes: [Size]) -> [[Size]] {
    Set(sizes.map(\.dimension)).sorted().map { dimension in sizes.filter { $0.dimension == dimension } }
  }

  static func explanation(_ options: BenchmarkOptions) -> String {
    let settings = options.scaleOverrides.map { "`\($0)`" }
    return """
      Made-up clicks in CSV files, a tenth as many users and an item for \
      \(options.scaleClicksPerItem == 1 ? "each click" : "every \(options.scaleClicksPerItem) clicks"); every sample is \
      trained on once, from files to index, from a cold cache, each run in a process of its own\
      \(settings.isEmpty ? "" : ", with \(settings.joined(separator: ", "))"). Memory is all that a process had at once, \
      files that it mapped included.
      """
  }

  private static let rowsExplanation = """
    A step reads and writes some rows of the tables of users and items with their two moments, wherever they lie: once \
    to bring them up to date and once to move them. How long one takes is measured beside each run, alone, by the loop \
    that training moves rows with, on as many rows of a table as large. In larger tables fewer rows are in a cache, and \
    batches have fewer rows in common: what that costs is the memory's, and no program's that moves as many rows.
    """
}
