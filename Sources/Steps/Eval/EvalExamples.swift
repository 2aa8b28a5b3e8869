import Clicks
import Recall
import Report

/// Some users with what they clicked, what they got and what was held out, for people to judge.
struct EvalExamples {
  private let evaluation: Evaluation
  /// The model's lists, then those of the baselines and the fused one.
  private let lists: [(name: String, lists: RankedLists)]
  private let data: ConfigArtifact
  private let examples: [ExampleUsers.Example]
  private let labels: ItemLabels

  /// How many items of a history and of a list are shown.
  static let rows = 10
  /// What a history begins with.
  static let historyCaption = "Clicked, newest first"

  init(
    _ evaluation: Evaluation,
    _ lists: [(name: String, lists: RankedLists)],
    _ data: ConfigArtifact
  ) {
    self.evaluation = evaluation
    self.lists = lists
    self.data = data
    let settings = evaluation.settings
    let found = lists.first.map { evaluation.targets.found(in: $0.lists, k: settings.headlineK) } ?? []
    var isFound = [Bool](repeating: false, count: evaluation.targets.userCount)
    for (user, hit) in zip(evaluation.targets.users, found) where hit > 0 { isFound[user] = true }
    let users = evaluation.split.heldOut.users
    let history = evaluation.requestHistory
    let lengths = users.map { user in history.place(of: user).map { history.range($0).count } ?? 0 }
    examples = ExampleUsers.draw(
      settings.examples,
      isFound: isFound,
      historyLengths: lengths,
      seed: settings.bootstrap.seed
    )
    labels = ItemLabels(data.items)
  }

  /// One foldable block for each user.
  var blocks: [Block] {
    guard !examples.isEmpty else { return [] }
    return [.prose("Some users, drawn by `seed`; ✓ marks what was held out.")]
      + examples.enumerated().map(block)
  }

  /// The baseline whose lists are shown beside the model's: ItemCF where it is measured, else popularity, else any.
  private var baseline: (name: String, lists: RankedLists)? {
    let others = lists.dropFirst().filter { $0.name != FusedLists.name }
    return [Baseline.itemCF, .popularity].lazy.compactMap { wanted in
      others.first { $0.name == wanted.rawValue }
    }.first ?? others.first
  }

  private func block(_ number: Int, _ example: ExampleUsers.Example) -> Block {
    let user = evaluation.split.heldOut.users[example.user]
    let history = history(of: user)
    let kind =
      switch example.kind {
      case .hit: "Found"
      case .miss: "Missed"
      case .longHistory: "A long history"
      case .newUser: "A new user"
      }
    let clicks = history.count == 1 ? "one click" : "\(NumberFormat.grouped(history.count)) clicks"
    var blocks: [Block] = [.prose(heldOutWords(of: example.user))]
    blocks.append(shown(history: history))
    if let own = lists.first {
      blocks.append(.table(table(own, of: example.user, name: "example_\(number + 1)", showsScores: true)))
    }
    if let baseline {
      blocks.append(
        .table(
          table(
            baseline,
            of: example.user,
            name: "example_\(number + 1)_\(baseline.name)",
            showsScores: false
          )
        )
      )
    }
    return .details(summary: "\(kind): user \(data.log.userID(user)), \(clicks) before", blocks: blocks)
  }

  /// What a request sees of a user, newest first.
  private func history(of user: Int64) -> [Int64] {
    let sequences = evaluation.requestHistory
    guard let place = sequences.place(of: user) else { return [] }
    return sequences.items[sequences.range(place)].reversed()
  }

  private func heldOut(of user: Int) -> [Int64] {
    let heldOut = evaluation.split.heldOut
    return distinctInOrder(heldOut.items[heldOut.range(user)])
  }

  /// Each held-out item and the rank at which the model has it.
  private func heldOutWords(of user: Int) -> String {
    let list = lists.first.map { $0.lists[user] } ?? []
    let items = heldOut(of: user)
    let words = items.prefix(Self.rows).map { item -> String in
      let rank = list.firstIndex(of: item).map { $0 - list.startIndex + 1 }
      let found = rank.map { "found at rank \($0)" } ?? "not among the first \(list.count)"
      return "**\(MarkdownText.escaped(text(of: item)))** (\(found))"
    }
    let more = items.count > Self.rows ? " and \(items.count - Self.rows) more" : ""
    return "Held out: " + words.joined(separator: "; ") + more + "."
  }

  private func text(of item: Int64) -> String {
    let id = evaluation.split.itemID(item, in: data.log)
    let further = [labels.title(of: item), labels.category(of: item)].compactMap { $0 }
    return ([id] + further).joined(separator: ", ")
  }

  private var labelColumns: [Table.Column] {
    [.init("Item", .trailing)]
      + (labels.hasTitles ? [.init("Title")] : []) + (labels.hasCategories ? [.init("Category")] : [])
  }

  private func labelCells(_ item: Int64) -> [Table.Cell] {
    [.text(evaluation.split.itemID(item, in: data.log))]
      + (!labels.hasTitles ? [] : [.text(labels.title(of: item) ?? "")])
      + (labels.hasCategories ? [.text(labels.category(of: item) ?? "")] : [])
  }

  /// A table, or one line where there is nothing but ids.
  private func shown(history: [Int64]) -> Block {
    let shown = history.prefix(Self.rows)
    let caption =
      history.count > shown.count
      ? "\(Self.historyCaption), the last \(shown.count) of \(NumberFormat.grouped(history.count))"
      : Self.historyCaption
    guard labels.hasTitles || labels.hasCategories else {
      let ids = shown.map { MarkdownText.escaped(evaluation.split.itemID($0, in: data.log)) }
      return .prose("\(caption): \(ids.joined(separator: ", ")).")
    }
    return .table(Table(caption: "\(caption).", columns: labelColumns, rows: shown.map(labelCells)))
  }

  private func table(
    _ ranked: (name: String, lists: RankedLists),
    of user: Int,
    name: String,
    showsScores: Bool
  ) -> Table {
    let targets = Set(heldOut(of: user))
    let hasScores = showsScores && !ranked.lists.scores.isEmpty
    let rows = ranked.lists[user].prefix(Self.rows).enumerated().map { rank, item -> [Table.Cell] in
      let score: [Table.Cell] =
        hasScores ? [.real(Double(ranked.lists.scores[user * ranked.lists.width + rank]), digits: 4)] : []
      return [.int(rank + 1)] + labelCells(item) + score + [.text(targets.contains(item) ? "✓" : "")]
    }
    return Table(
      name: name,
      caption: rows.isEmpty ? "\(ranked.name) gives nothing." : "The first \(rows.count) of \(ranked.name).",
      columns: [.init("Rank", .trailing)] + labelColumns + (hasScores ? [.init("Score", .trailing)] : [])
        + [.init("Held out", .center)],
      rows: rows
    )
  }
}

/// The distinct items, each where it first stands.
private func distinctInOrder(_ items: some Sequence<Int64>) -> [Int64] {
  var known = Set<Int64>()
  return items.filter { known.insert($0).inserted }
}
