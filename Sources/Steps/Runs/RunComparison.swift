import Files
import Notebook
import Recall
import Report

/// Runs or recipes compared: what `towerbook diff` shows.
package struct RunComparison {
  /// What is compared, and how.
  package struct Options {
    /// Whether figures that were measured under different protocols are shown too.
    package var isAnyway = false
    /// Whether metrics that are the same in all runs are shown too.
    package var showsAll = false
    /// The metrics that are shown, by full name; nil for those that differ.
    package var metrics: [String]?
    /// How the intervals and tests are drawn.
    package var bootstrap = BootstrapOptions()
    /// How many threads draw.
    package var threads = 1

    /// The defaults above.
    package init() {}
  }

  /// The most metrics that are listed unasked.
  private static let mostMetrics = 40

  let difference: RunDifference
  /// What differs of the protocols, in words; empty for nothing.
  let protocols: [String]
  /// The evaluations by user; nil where nothing can be paired.
  let paired: PairedEvaluations?
  /// The other metrics that are shown.
  let metrics: [RunDifference.Metric]
  private let hidden: Int
  private let options: Options

  /// Compares `subjects`, two or more.
  /// - Throws: `RunRefusal` where they were measured under different protocols or a metric is unknown; `FileError`,
  ///   `FormatFailure` where hits cannot be read.
  package init(_ subjects: [RunDifference.Subject], _ options: Options) throws {
    difference = RunDifference(subjects)
    self.options = options
    let runs = difference.runs
    protocols = difference.protocolDifferences
    if !protocols.isEmpty, !options.isAnyway {
      throw RunRefusal(
        "the figures of these runs were measured under different protocols and cannot be held against each other: "
          + protocols.joined(separator: "; ") + ". '--anyway' shows them unpaired"
      )
    }
    let isPaired = !runs.isEmpty && protocols.isEmpty
    let paired =
      isPaired
      ? try PairedEvaluations(runs, options.bootstrap, metrics: options.metrics, threads: options.threads)
      : nil
    self.paired = paired
    let all = difference.metrics
    if let unknown = options.metrics?.first(where: { name in !all.contains { $0.name == name } }) {
      let hint = Suggestion.nearest(to: unknown, among: all.map(\.name)).map { "; did you mean '\($0)'?" }
      throw RunRefusal("none of these runs has a metric '\(unknown)'\(hint ?? "")")
    }
    let covered = paired?.covered ?? []
    let wanted = all.filter { metric in
      if let asked = options.metrics {
        return asked.contains(metric.name) && !(paired?.rows.contains { $0.name == metric.name } ?? false)
      }
      return !covered.contains(metric.name) && (options.showsAll || metric.isMoved)
    }
    let isShort = options.metrics == nil && !options.showsAll
    metrics = isShort ? Array(wanted.prefix(Self.mostMetrics)) : wanted
    hidden = wanted.count - metrics.count
  }

  /// The comparison as blocks: tables and what is to be said of them, without plots.
  package var blocks: [Block] {
    var blocks: [Block] = [.table(difference.subjectTable)]
    blocks.append(difference.settingTable.map { .table($0) } ?? .prose("No setting differs."))
    guard !difference.runs.isEmpty else { return blocks }
    if !protocols.isEmpty {
      blocks.append(
        .prose(
          "Measured under different protocols: \(protocols.joined(separator: "; ")). What follows is unpaired, and its "
            + "differences are not those of the settings alone."
        )
      )
    }
    if let paired, let table = paired.table { blocks += [.table(table), .prose(paired.method)] }
    blocks += (paired?.remarks ?? []).map { .prose($0.prefix(1).uppercased() + $0.dropFirst() + ".") }
    if let table = difference.metricTable(metrics) {
      blocks.append(.table(table))
    } else if paired?.table == nil {
      blocks.append(.prose("No metric differs."))
    }
    if hidden > 0 { blocks.append(.prose("\(hidden) more metrics differ; '--all' shows them.")) }
    return blocks + [.table(difference.cellTable)]
  }

  /// The comparison for a terminal.
  package var text: String {
    blocks.map { block in
      switch block {
      case .table(let table): TextTableRenderer.render(table)
      case .prose(let text): text + "\n"
      default: ""
      }
    }.joined(separator: "\n")
  }

  /// Writes the comparison as `diff.md`, with line plots over each other, into a folder, which is made.
  /// - Returns: the path of the page.
  /// - Throws: `FileError`.
  package func write(to folder: String) throws -> String {
    let letters = difference.subjects.indices.map(RunDifference.letter)
    let reports = zip(letters, difference.runs).map { (letter: $0, document: $1.document) }
    let plots = PlotOverlay.plots(of: reports)
    let title = "\(letters.dropFirst().joined(separator: ", ")) against A"
    let page = [.heading(level: 1, text: title)] + blocks + plots.map { .plot($0) }
    try Folders.make(FilePaths.join(folder, "plots"))
    for plot in plots {
      try AtomicFile.write(SVGRenderer().render(plot), to: FilePaths.join(folder, "plots/\(plot.name).svg"))
    }
    let path = FilePaths.join(folder, "diff.md")
    try AtomicFile.write(MarkdownRenderer().render(page) { "plots/\($0.name).svg" }, to: path)
    return path
  }
}
