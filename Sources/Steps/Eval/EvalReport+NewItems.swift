import Recall
import Report

extension EvalReport {
  /// The measures that are shown of new items.
  static let newItemMetrics: [RankingMetric] = [.hitRate, .ndcg]

  /// How many held-out items are new, and what is found of them; nothing where nobody asked.
  var newItems: [Block] {
    guard let new = figures.newItems else { return [] }
    func count(_ number: Int) -> String { NumberFormat.grouped(number) }
    guard !new.rows.isEmpty else {
      return [.prose("Every held-out item was clicked in the history: none is new.")]
    }
    let text =
      "\(count(new.targets)) held-out items of \(count(new.users)) users are new: nobody clicked them in the history "
      + "(\(count(new.distinct)) different ones, of \(count(new.catalogue)) new items of \(count(evaluation.catalogue.count)))."
    let metrics = Self.newItemMetrics
    return [
      .prose(text),
      .table(
        Table(
          name: "new_items",
          caption: "New items found among the first \(k), of all candidates and of new ones alone.",
          columns: [.init("")] + metrics.map { .init("\($0.rawValue)@\(k)", .trailing) }
            + metrics.map { .init("\($0.rawValue)@\(k) among new", .trailing) },
          rows: new.rows.map { row in
            [.text(row.name)]
              + [row.all, row.amongNew].flatMap { scores in
                metrics.map { metric in scores.mean(metric, at: k).map { .real($0, digits: 4) } ?? .empty }
              }
          }
        )
      ),
    ]
  }
}
