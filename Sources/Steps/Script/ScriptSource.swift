/// What a program can read: what cells of a kind have made.
enum ScriptSource: String, CaseIterable, Sendable {
  case split, index, eval, recall, save, script

  /// Whether there are ids in it, whose names and columns the log knows.
  var needsNames: Bool { self != .save && self != .script }

  private var words: String {
    switch self {
    case .split:
      "all clicks as 'clicks.parquet' (user, item, time, part: train, validation, after_validation or test)"
    case .index: "the items' vectors as 'item_vectors.npy', a row an item, and their ids as 'item_ids.json'"
    case .eval: "its 'metrics.json', and 'by_user.csv', a row for each user, list and part"
    case .recall: "the files that it writes: candidates, samples"
    case .save: "the folder of the saved model"
    case .script: "what that program wrote"
    }
  }

  /// All of them, in words.
  static var help: String { allCases.map { "'\($0)', \($0.words)" }.joined(separator: "; ") }
}
