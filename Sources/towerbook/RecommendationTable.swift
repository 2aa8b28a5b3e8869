import Recall
import Report

/// Recommended items for a terminal.
enum RecommendationTable {
  /// How many clicks are shown of each item's explanation: those that did most.
  private static let shownClicks = 5

  /// The items as a table, with what the clicks did where that `explains`.
  static func text(_ items: [Recommendation.Item], explains: Bool) -> String {
    let hasTitles = items.contains { $0.title != nil }
    var columns: [Table.Column] = [
      .init("Rank", .trailing), .init("Item", .trailing), .init("Score", .trailing),
    ]
    if hasTitles { columns.append(.init("Title")) }
    if explains { columns.append(.init("Score without a click, less by")) }
    let rows = items.enumerated().map { place, item in
      var row: [Table.Cell] = [.int(place + 1), .text(item.id), .text("\(item.score)")]
      if hasTitles { row.append(.text(item.title ?? "")) }
      if explains { row.append(.text(effects(item))) }
      return row
    }
    return TextTableRenderer.render(Table(columns: columns, rows: rows))
  }

  /// `157507 +0.1234, 30760 -0.0012`: the largest first.
  private static func effects(_ item: Recommendation.Item) -> String {
    let effects = (item.effects ?? []).enumerated().sorted { a, b in
      let (first, second) = (a.element.change.magnitude, b.element.change.magnitude)
      return first != second ? first > second : a.offset > b.offset
    }
    let shown = effects.prefix(shownClicks).map { _, effect in
      "\(effect.clicked) \(effect.change < 0 ? "-" : "+")\(NumberFormat.grouped(Double(effect.change.magnitude), digits: 4))"
    }
    return shown.joined(separator: ", ") + (effects.count > shownClicks ? ", …" : "")
  }
}
