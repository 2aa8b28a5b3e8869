import Files
import Notebook
import Numerics
import Recall
import Report

/// The evaluations of several runs held against each other user by user, from the hits that the runs keep.
package struct PairedEvaluations {
  /// One measure of one list.
  package struct Row {
    /// Its full name: `eval.fused.ndcg@20`.
    package var name: String
    /// Its mean in each run.
    package var values: [Double]
    /// How much more each run but the first has than the first.
    package var comparisons: [PairedComparison]
  }

  /// The measures, in the order of the cells.
  package private(set) var rows: [Row] = []
  /// The full names of all metrics that ``rows`` stand for, those of lists that are the same in all runs too.
  package private(set) var covered: Set<String> = []
  /// What there is to be said: what could not be paired and why, which lists are the same.
  package private(set) var remarks: [String] = []
  /// How the intervals and tests are drawn.
  package let options: BootstrapOptions
  private let threads: Int

  /// Compares the evaluations that all of `runs` (two or more) have.
  /// - Parameter metrics: the full names that are wanted; nil for all that say something of their own.
  /// - Throws: `FileError`, `FormatFailure` where hits are there and cannot be read, or are not those of the run's record.
  package init(_ runs: [StoredRun], _ options: BootstrapOptions, metrics: [String]? = nil, threads: Int)
    throws
  {
    self.options = options
    self.threads = threads
    for cell in runs.first?.document.cells ?? [] where cell.step == EvalStep.name {
      let places = runs.map { run in run.document.cells.first { $0.id == cell.id && $0.step == cell.step } }
      guard places.allSatisfy({ $0 != nil }) else { continue }
      let paths = zip(runs, places).map { run, cell in
        FilePaths.join(FilePaths.join(run.directory, cell?.folder ?? ""), EvaluationHits.file)
      }
      guard let missing = zip(runs, paths).first(where: { !FilePaths.exists($1) })?.0 else {
        let hits = try zip(runs, paths).map { run, path in
          let hits = try EvaluationHits(reading: path)
          try Self.check(hits, at: path, against: run, cell.id)
          return hits
        }
        add(cell.id, hits, metrics)
        continue
      }
      remarks.append(
        "'\(missing.id)' keeps no hits of '\(cell.id)' by user ('\(EvaluationHits.file)'): its figures are not paired; run "
          + "its recipe again to have them"
      )
    }
  }

  /// Hits from which other means follow than the record has are of another run, or were changed.
  private static func check(_ hits: EvaluationHits, at path: String, against run: StoredRun, _ cell: String)
    throws
  {
    for (record, prefix) in [(hits.test, "\(cell)."), (hits.validation, "\(cell).validation.")] {
      guard let record else { continue }
      let cutoffs = hits.cutoffs.filter { $0 <= record.depth }
      for list in record.lists {
        let scores = RankingScores(list, in: record, metrics: RankingMetric.allCases, cutoffs: cutoffs)
        for metric in RankingMetric.allCases {
          for k in cutoffs {
            let name = "\(listPrefix(list.name, prefix))\(metric.rawValue)@\(k)"
            guard let own = scores.mean(metric, at: k), let recorded = run.metric(name),
              abs(own - recorded) > 1e-9
            else { continue }
            throw FormatFailure(
              path: path,
              problem: "the hits are not those of the run's record: by them '\(name)' is \(own), in "
                + "'\(ReportDocument.file)' it is \(recorded)"
            )
          }
        }
      }
    }
  }

  private static func listPrefix(_ list: String, _ prefix: String) -> String {
    list == EvalStep.modelName ? prefix : "\(prefix)\(list)."
  }

  private mutating func add(_ cell: String, _ hits: [EvaluationHits], _ metrics: [String]?) {
    add(hits.map(\.test), hits.map(\.cutoffs), prefix: "\(cell).", metrics)
    let validation = hits.compactMap(\.validation)
    if validation.count == hits.count {
      add(validation, hits.map(\.cutoffs), prefix: "\(cell).validation.", metrics)
    }
  }

  private mutating func add(
    _ records: [HitRecord],
    _ cutoffs: [[Int]],
    prefix: String,
    _ metrics: [String]?
  ) {
    let first = records[0]
    guard records.allSatisfy({ $0.heldOut == first.heldOut && $0.users == first.users }) else {
      remarks.append("the clicks held out for '\(prefix.dropLast())' differ: its figures are not paired")
      return
    }
    let depth = records.map(\.depth).min() ?? 0
    let all = Set(cutoffs.joined()).filter { $0 <= depth }.sorted()
    let shown = RankingMetric.allCases.filter {
      metrics != nil || !first.isOnePerUser || $0.isOwnForOneTarget
    }
    var same: [String] = []
    var lists: [(prefix: String, scores: [RankingScores])] = []
    for list in first.lists {
      let own = records.compactMap { $0.list(list.name) }
      guard own.count == records.count else { continue }
      let listPrefix = Self.listPrefix(list.name, prefix)
      covered.formUnion(
        RankingMetric.allCases.flatMap { m in all.map { "\(listPrefix)\(m.rawValue)@\($0)" } }
      )
      if own.allSatisfy({ $0 == list }) {
        same.append(list.name)
        if metrics == nil { continue }
      }
      lists.append(
        (
          listPrefix, zip(own, records).map { RankingScores($0, in: $1, metrics: shown, cutoffs: all) }
        )
      )
    }
    if !same.isEmpty, metrics == nil {
      remarks.append(
        "the hits of \(same.joined(separator: ", ")) in '\(prefix.dropLast())' are the same for every user"
      )
    }
    let wanted = shown.flatMap { metric in all.map { (metric: metric, k: $0) } }
    rows += compared(lists, wanted, only: metrics)
  }

  private func compared(
    _ lists: [(prefix: String, scores: [RankingScores])],
    _ wanted: [(metric: RankingMetric, k: Int)],
    only metrics: [String]?
  ) -> [Row] {
    let scores = lists.flatMap(\.scores)
    let bootstrap = BootstrapMeans(scores, options, threads: threads)
    let runs = lists.first?.scores.count ?? 0
    return lists.enumerated().flatMap { place, list in
      wanted.compactMap { metric, k -> Row? in
        let name = "\(list.prefix)\(metric.rawValue)@\(k)"
        guard metrics?.contains(name) ?? true else { return nil }
        let values = list.scores.compactMap { $0.mean(metric, at: k) }
        let comparisons = (1..<runs).compactMap { run in
          PairedComparison(
            metric,
            at: k,
            of: place * runs + run,
            over: place * runs,
            in: scores,
            bootstrap: bootstrap,
            options
          )
        }
        guard values.count == runs, comparisons.count == runs - 1 else { return nil }
        return Row(name: name, values: values, comparisons: comparisons)
      }
    }
  }
}

extension PairedEvaluations {
  /// Whether there are intervals and tests.
  private var isTested: Bool { options.samples > 0 }

  /// How the differences were come by, in a sentence.
  package var method: String {
    guard isTested else { return "Differences are paired by user, without intervals and tests." }
    let level = NumberFormat.significant(100 * options.level, digits: 4)
    return
      "Differences are paired by user, with \(level) % intervals of the paired bootstrap (\(options.samples) "
      + "resamples) and p-values of the paired randomisation test."
  }

  /// The measures as a table; nil where there are none.
  package var table: Table? {
    guard let first = rows.first else { return nil }
    var columns: [Table.Column] = [.init("by user"), .init("A", .trailing)]
    for place in first.values.indices.dropFirst() {
      let letter = RunDifference.letter(place)
      columns += [.init(letter, .trailing), .init("\(letter) − A", .trailing)]
      if isTested { columns.append(.init("p", .trailing)) }
    }
    return Table(
      columns: columns,
      rows: rows.map { row in
        [.text(row.name), .real(row.values[0], digits: 4)]
          + zip(row.values.dropFirst(), row.comparisons).flatMap { value, paired -> [Table.Cell] in
            [.real(value, digits: 4), .text(Self.difference(paired))]
              + (isTested ? [.text(Self.shown(p: paired.pValue))] : [])
          }
      }
    )
  }

  /// `+0.0123 [+0.0050, +0.0196]`.
  static func difference(_ paired: PairedComparison) -> String {
    func signed(_ value: Double) -> String {
      let text = NumberFormat.fixed(value.magnitude, digits: 4)
      return text == "0.0000" ? text : (value < 0 ? "−" : "+") + text
    }
    guard let interval = paired.interval else { return signed(paired.difference) }
    return "\(signed(paired.difference)) [\(signed(interval.low)), \(signed(interval.high))]"
  }

  private static func shown(p: Double?) -> String {
    p.map { $0 < 0.001 ? "< 0.001" : NumberFormat.fixed($0, digits: 3) } ?? ""
  }
}
