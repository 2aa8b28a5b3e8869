import Clicks
import Notebook
import Recall
import Report

/// What the model that a training begins with knows of the clicks that are held out here.
struct LearnedBefore {
  /// Some clicks that are held out, and those of them that the model knows.
  struct Known {
    /// How many the model knows, of how many.
    var count = 0
    var all = 0
    /// One of them, in words; "" where there is none.
    var example = ""

    /// `12 of 300 (4.0 %), such as that of user 'u1' on item 'i2'`.
    var words: String {
      let share = NumberFormat.percent(Double(count) / Double(max(1, all)))
      return "\(NumberFormat.grouped(count)) of \(NumberFormat.grouped(all)) (\(share)), such as \(example)"
    }
  }

  /// The clicks held out for the test.
  let test: Known
  /// Those held out for validation, where the model is known to have learned from all that it keeps; it may else have held out
  /// the same ones.
  let validation: Known
  /// Whether it learned from all clicks that it keeps, and was chosen by none of them.
  private let isLearned: Bool
  /// The model's digest.
  private let model: String

  /// Looks into the model that `from` names; nil where there is none, it keeps no histories, or knows no click that is held out.
  /// - Throws: what reading the model throws.
  init?(_ from: WarmStartSettings?, _ split: SplitData, _ log: ClickLog) throws {
    guard let path = from?.path else { return nil }
    let saved = try SavedModel(path: path, verifies: false)
    guard let learned = try LearnedClicks(saved) else { return nil }
    isLearned = TrainedWith(saved)?.learnsHistories ?? false
    model = saved.digest.map { String("\($0)".prefix(12)) } ?? ""
    test = Self.known(split.heldOut, learned, split, log)
    validation = isLearned ? split.validation.map { Self.known($0, learned, split, log) } ?? Known() : Known()
    guard test.count + validation.count > 0 else { return nil }
  }

  private static func known(
    _ heldOut: UserSequences,
    _ learned: LearnedClicks,
    _ split: SplitData,
    _ log: ClickLog
  ) -> Known {
    var known = Known(count: 0, all: heldOut.clickCount)
    for place in heldOut.users.indices {
      let user = log.userID(heldOut.users[place])
      for click in heldOut.range(place) {
        let item = split.itemID(heldOut.items[click], in: log)
        let time = heldOut.times.map { (ticks: $0[click], perSecond: log.timeUnit.ticksPerSecond) }
        guard learned.contains(user: user, item: item, at: time) else { continue }
        if known.count == 0 {
          known.example = "that of user \(MarkdownText.code(user)) on item \(MarkdownText.code(item))"
        }
        known.count += 1
      }
    }
    return known
  }

  /// What is warned of where figures on held-out clicks stand.
  var warning: String {
    var parts: [String] = []
    if test.count > 0 { parts.append("of the clicks held out for the test \(test.words)") }
    if validation.count > 0 { parts.append("of those held out for validation \(validation.words)") }
    return """
      **The model that training begins with, `\(model)`, knows what is held out here: \(parts.joined(separator: "; "))**. \
      \(isLearned ? "It learned from them" : "It learned from them, or was chosen by them"): figures on these clicks say \
      nothing of clicks that nobody knows yet. Begin with a model that ends before them.
      """
  }

  /// The same as a block of a report; nothing where there is none.
  static func blocks(_ before: LearnedBefore?) -> [Block] {
    before.map { [.note(kind: .warning, text: $0.warning)] } ?? []
  }
}
