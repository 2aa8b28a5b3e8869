import Clicks
import Notebook
import Recall
import Report

/// What a page says of the model in it: how to ask it, and what it leaves out.
struct LiveWords {
  let source: LiveSource
  let items: LiveItems
  let bits: PackedVectors.Precision
  /// The share of places on which rounded vectors give the same lists.
  let agreement: Double
  /// Whether the page offers the report's examples.
  let hasExamples: Bool

  private var saved: SavedModel { source.model }
  private func number(_ value: Int) -> String { NumberFormat.grouped(value) }

  /// What stands over it.
  var introduction: [Block] {
    var text =
      "This page holds the model itself. Put a history together, and it says what it would recommend next: "
      + "its best \(LiveAgreement.k) of \(number(items.places.count)) items, without those in the history."
    if items.leftOut > 0 {
      text +=
        " These are **the \(number(items.places.count)) items clicked most, and no others**: "
        + "\(number(items.leftOut)) more have vectors of their own and are not on this page."
    }
    if agreement < LiveReport.enough {
      text +=
        " **Its vectors are rounded so far that only \(percent) % of places are as the model has them**; with fewer "
        + "items (`--live-items`) there is room to round them less."
    }
    return [.prose(text + " Nothing is sent anywhere; it works without a network.")]
  }

  /// What stands under it.
  var notes: [Block] {
    let lines = [rounding, candidates, leftOut, shared, request, examples, users].compactMap { $0 }
    return [
      .details(summary: "What this page leaves out", blocks: [.prose(lines.map { "- \($0)\n" }.joined())])
    ]
  }

  /// Rounded down: 99.96 % is not all of them.
  private var percent: String {
    agreement == 1 ? "100" : NumberFormat.fixed((agreement * 1000).rounded(.down) / 10, digits: 1)
  }

  private var rounding: String {
    """
    Vectors are rounded to \(bits.rawValue) bits. For \(number(LiveAgreement.requests)) made-up histories the first \
    \(LiveAgreement.k) items are the model's own on \(percent) % of places; the others are mostly neighbours that \
    changed places.
    """
  }

  private var candidates: String {
    let text = "The model alone is asked, and all items are compared: no baselines, no merged lists"
    guard let index = source.index, let type = source.setting("\(index.id).type") else { return text + "." }
    let name = "the index '\(MarkdownText.escaped(index.id))'"
    guard type != "Flat" else { return text + ". That is what \(name) does." }
    return text + ". In the run \(name), \(MarkdownText.escaped(type)), is approximate and may miss items."
  }

  private var leftOut: String? {
    guard items.leftOut > 0 else { return nil }
    return """
      \(number(items.leftOut)) items that were clicked less are left out: they are never recommended here, though the \
      model may, and cannot be put into a history.
      """
  }

  private var shared: String? {
    guard let shared = items.shared else { return nil }
    return """
      \(number(shared.count)) items that the model has not learned share one vector. They are no candidates here; \
      where one of them would come next, the list ends and says so.
      """
  }

  private var request: String {
    let shape = saved.model.shape
    var parts: [String] = []
    if !shape.timeWidths.isEmpty {
      parts.append(
        "The request comes at the time of the newest training click unless another is set; in the recipe it comes when "
          + "its own cell says."
      )
    }
    if !shape.contexts.isEmpty { parts.append("Contexts are unknown until they are chosen.") }
    if shape.itemAge != nil { parts.append("Items are as old as the index takes them.") }
    parts.append(
      "Of a history the newest \(number(shape.maxSeqLen)) clicks count; all of its items are left out of the list."
    )
    return parts.joined(separator: " ")
  }

  private var examples: String? {
    guard hasExamples else { return nil }
    return """
      The histories offered are those of the report's examples, with their newest \(EvalExamples.rows) clicks at most \
      and without their users, contexts and times: their lists may differ from the report's.
      """
  }

  private var users: String? {
    guard saved.model.shape.usesUserID else { return nil }
    return """
      The model has an embedding of each user: the ids of \(number(saved.users.count)) users are in this file, for \
      whoever has it.
      """
  }
}
