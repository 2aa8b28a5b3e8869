import Clicks
import Files
import Notebook
import Recall
import Report

extension RecallSamples {
  /// What is told of samples.
  func blocks(_ counts: Counts, _ schema: RankingSamples.Schema) -> [Block] {
    LearnedBefore.blocks(learnedBefore) + [.prose(sentences(counts)), .table(table(schema))]
  }

  private func sentences(_ counts: Counts) -> String {
    let (rows, requests) = (NumberFormat.grouped(counts.rows), NumberFormat.grouped(counts.requests))
    var text =
      "Samples for a ranking model: \(rows) rows of \(requests) requests in \(MarkdownText.code(settings.file)). \(origin) "
    let share = counts.requests > 0 ? Double(counts.hits) / Double(counts.requests) : 0
    text +=
      "\(NumberFormat.grouped(counts.positives)) rows have the label 1; \(NumberFormat.percent(share)) of the requests have one "
      + "among their \(k) candidates, and no ranking of these can do better."
    if settings.negatives > 0 {
      text +=
        " \(NumberFormat.grouped(counts.drawn)) rows are negatives, up to \(settings.negatives) a request, drawn by the seed "
        + "\(settings.seed) from \(settings.pool == .clicked ? "the items that were clicked in the history" : "all items")."
    }
    return text
  }

  /// Which clicks the labels are, and what learned from them.
  private var origin: String {
    switch settings.requests {
    case .validation:
      return
        "The requests are those before the clicks that are held out for validation: \(learned)"
        + (isMeasured
          ? "; but while it trained the model was measured on them, so that the epoch that was kept may suit them."
          : ".")
        + later + " The test's clicks are not in the file."
    case .test:
      return
        "The requests are those before the clicks that are held out for the TEST: a ranking model may be tested on them, "
        + "and must not learn from them." + later
    }
  }

  /// What the model and the other sources learned from.
  private var learned: String {
    if let known = learnedBefore?.validation, known.count > 0 {
      return
        "the sources beside the model learned from none of them, and the model began as one that had learned from \(known.words)"
    }
    let isEarlier = future.map { $0.users == 0 } ?? false
    return "the model and the other sources learned from "
      + (isEarlier ? "what came before these and from none of them" : "none of them")
  }

  /// How much of what was learned from comes after requests; nil where the log has no times.
  private var future: FutureClicks? { FutureClicks(SplitData(history: split.history, heldOut: heldOut)) }

  /// What scores know that a live system would not; "" for nothing.
  private var later: String {
    guard let future, future.users > 0 else { return "" }
    let knowing = settings.sources(with: fusion).filter(\.knowsLaterClicks)
    let names = knowing.map { $0 == .twoTower ? "the model" : MarkdownText.code($0.rawValue) }
    return " But scores and ranks of \(Self.list(names)) know clicks of others that came after the request: "
      + "\(NumberFormat.percent(future.meanShare)) of those that they learned from, on average (for "
      + "\(NumberFormat.grouped(future.users)) of \(NumberFormat.grouped(heldOut.users.count)) requests there are some). Nobody knows "
      + "them when a live request comes. Counts and ages of items among the features are those of the request's time."
  }

  /// `a, b and c`.
  private static func list(_ names: [String]) -> String {
    names.count > 1
      ? names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1] : names.joined()
  }

  private func table(_ schema: RankingSamples.Schema) -> Table {
    var rows: [(String, String)] = [
      ("request", "the number of the request, from 0; its rows stand together"), (schema.user, "the user"),
      (schema.item, "the item"),
    ]
    if schema.hasTimes { rows.append(("request_time", "when the request came, as the log counts time")) }
    rows += [
      ("label", "1 where the item was held out, else 0"),
      ("sample", "`candidate`, `missed` (held out, and no candidate) or `negative` (drawn)"),
    ]
    if schema.hasSources { rows.append(("recall_source", "the sources that have the candidate")) }
    rows += [("recall_score, recall_rank", "what the candidate has in the list that this cell writes")]
    rows += settings.sources(with: fusion).map { source in
      (
        "\(source.rawValue)_score, \(source.rawValue)_rank",
        source == .twoTower
          ? "what the model gives the item; its rank where it is among the first \(fusion?.depth ?? k)"
          : "the same of this source, where the item is among its first \(fusion?.depth ?? k)"
      )
    }
    rows += settings.features.map { ($0.rawValue, $0.explanation) }
    rows +=
      settings.items.map { ($0, "of the item table") } + settings.users.map { ($0, "of the user table") }
    return Table(
      name: "samples",
      columns: [.init("Column"), .init("Holds")],
      rows: rows.map { [.text($0.0), .markdown($0.1)] }
    )
  }
}
