import Recall
import Report

/// The users that an evaluation shows as examples, as histories to begin with: of a long one its newest clicks, as the
/// report has them.
enum LiveExamples {
  /// How many are taken.
  private static let most = 4

  static func of(_ document: ReportDocument) -> [LiveModel.Example] {
    let blocks = document.cells.filter { $0.step == EvalStep.name }.flatMap(\.blocks)
    return Array(blocks.lazy.compactMap(example).prefix(most))
  }

  private static func example(_ block: Block) -> LiveModel.Example? {
    guard case .details(let summary, let blocks) = block else { return nil }
    let newestFirst = blocks.lazy.compactMap(items).first { !$0.isEmpty }
    guard let newestFirst else { return nil }
    return LiveModel.Example(name: summary, history: newestFirst.reversed())
  }

  /// The ids of a history as ``EvalExamples`` shows it: the first column of a table, or a line where there is nothing
  /// but ids.
  private static func items(_ block: Block) -> [String]? {
    switch block {
    case .table(let table) where table.caption?.hasPrefix(EvalExamples.historyCaption) == true:
      return table.rows.compactMap { row in
        guard case .text(let id)? = row.first else { return nil }
        return id
      }
    case .prose(let text) where text.hasPrefix(EvalExamples.historyCaption):
      guard let colon = text.firstRange(of: ": "), text.hasSuffix(".") else { return nil }
      let ids = text[colon.upperBound...].dropLast().split(separator: ",")
      // Signs that Markdown reads are escaped: such ids are found on no page.
      return ids.map { String($0.drop { $0 == " " }) }
    default: return nil
    }
  }
}
