import Report

/// What the report shows of an evaluation.
struct EvalReport {
  let rows: [EvalRow]
  let cutoffs: [Int]
  let split: SplitData
  let catalogue: Catalogue
  let indexRecall: Double?
  let queryMilliseconds: Double

  var blocks: [Block] {
    var blocks: [Block] = rows.map { .table(metrics($0)) } + [.plot(plot), .table(counts)]
    if let own = rows.first?.scores.mean(.hitRate, at: cutoffs.last ?? 0), own == 0 {
      blocks.append(.note(kind: .warning, text: "The model finds none of the held-out clicks."))
    }
    if let widest = cutoffs.last, widest > catalogue.count {
      let text =
        "There are only \(catalogue.count) items, fewer than k = \(widest): longer lists hold all of them."
      blocks.append(.note(kind: .note, text: text))
    }
    return blocks
  }

  private func metrics(_ row: EvalRow) -> Table {
    let lines: [[Table.Cell]] = RankingMetric.allCases.map { metric in
      [.text(metric.rawValue)]
        + cutoffs.map { k in row.scores.mean(metric, at: k).map { .real($0, digits: 4) } ?? .empty }
    }
    return Table(
      caption: rows.count > 1 ? "\(row.name)" : nil,
      columns: [.init("Metric")] + cutoffs.map { .init("@\($0)", .trailing) },
      rows: lines
    )
  }

  private var plot: Plot {
    let places = cutoffs.indices.map(Double.init)
    return Plot(
      name: "hit-rate",
      title: "Hit rate by k",
      description: "The share of users whose held-out clicks are among their best k items, by k.",
      x: .init("k", categories: cutoffs.map(String.init)),
      y: .init("hit rate"),
      series: rows.map { row in
        .init(row.name, .bars, x: places, y: cutoffs.map { row.scores.mean(.hitRate, at: $0) ?? 0 })
      }
    )
  }

  private var counts: Table {
    let facts = split.facts
    let unknown = split.heldOut.items.count { !catalogue.knownItems.contains($0) }
    var lines: [[Table.Cell]] = [[.text("Users evaluated"), .int(split.heldOut.users.count)]]
    func add(_ text: String, _ count: Int) { if count > 0 { lines.append([.text(text), .int(count)]) } }
    add("Users not evaluated: no history", facts.usersWithoutHistory)
    add("Users not evaluated: not drawn", facts.usersNotSampled)
    add("Users not evaluated: nothing held out", facts.usersWithoutHeldOut)
    add("Held-out clicks on items outside of the catalogue, which nothing can find", unknown)
    lines.append([.text("Milliseconds a query"), .real(queryMilliseconds, digits: 3)])
    if let indexRecall {
      lines.append([
        .text("Share of the exact best \(cutoffs.last ?? 0) that the index finds"),
        .real(indexRecall, digits: 4),
      ])
    }
    return Table(columns: [.init("Evaluation"), .init("", .trailing)], rows: lines)
  }
}
