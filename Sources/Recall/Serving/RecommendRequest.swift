/// What is asked of a saved model for one user: who they are or what they clicked, when and in which context.
package struct RecommendRequest: Sendable, Equatable {
  /// The user's id; nil for somebody unknown.
  package var user: String?
  /// The ids of the items that were clicked, the oldest first; nil for what the model keeps of the user.
  package var history: [String]?
  /// When the request comes, in the log's unit, which then sees no later click of the user; nil for when the model was told that it
  /// does, else for the user's last click, or where there is none for the newest click that the model learned from.
  package var time: Int64?
  /// The values of the request's context by column; what is missing is that of the user's last click, or unknown.
  package var contexts: [String: String]
  /// How many items are asked for.
  package var k: Int
  /// What becomes of the items that the user clicked.
  package var seen: SeenItems
  /// The only items that may be recommended; nil for all.
  package var allow: ItemSelection?
  /// Items that may not be recommended.
  package var block: ItemSelection?
  /// Whether the answer says what each click did.
  package var explains: Bool

  /// Asks for `k` items that the user has not clicked.
  package init(
    user: String? = nil,
    history: [String]? = nil,
    time: Int64? = nil,
    contexts: [String: String] = [:],
    k: Int = 100,
    seen: SeenItems = .leaveOut,
    allow: ItemSelection? = nil,
    block: ItemSelection? = nil,
    explains: Bool = false
  ) {
    self.user = user
    self.history = history
    self.time = time
    self.contexts = contexts
    self.k = k
    self.seen = seen
    self.allow = allow
    self.block = block
    self.explains = explains
  }
}

/// Items of a model, as ``Recommender/items(_:)`` finds them.
package struct ItemSelection: Sendable, Equatable {
  /// Their keys, ascending and distinct.
  package let keys: [Int64]
  /// The ids that the model does not know, in the order in which they came.
  package let unknown: [String]
}

/// What a saved model recommends to one user.
package struct Recommendation: Sendable, Equatable {
  /// One item.
  package struct Item: Sendable, Equatable {
    /// The item's key in the model.
    package var key: Int64
    /// Its id.
    package var id: String
    /// What it is called; nil where nobody said.
    package var title: String?
    /// Its score, larger is better.
    package var score: Float
    /// For each click of the history that the model reads, the oldest first: how much the score falls when the click is
    /// left out; nil where nobody asked.
    package var effects: [Effect]?
  }

  /// What a click does to an item's score.
  package struct Effect: Sendable, Equatable {
    /// The id of the clicked item.
    package var clicked: String
    /// The item's score less what it is without the click.
    package var change: Float
  }

  /// The items, best first.
  package var items: [Item]
  /// What of the request could not be taken as it was meant.
  package var notes: [RequestNote]

  /// Puts an answer together.
  package init(items: [Item], notes: [RequestNote]) {
    self.items = items
    self.notes = notes
  }
}

/// What of a request could not be taken as it was meant.
package enum RequestNote: Sendable, Equatable, CustomStringConvertible {
  /// The model knows no such user.
  case unknownUser(String, nearest: String?)
  /// The model knows the user, but not what they clicked: it was saved without histories.
  case noHistories(String)
  /// There are no clicks: this is what the model gives an empty history.
  case emptyHistory
  /// The model knows no such items, which count for nothing.
  case unknownItems([String], nearest: String?)
  /// The model knows no such user; what came of them as events is their history.
  case newUser(String)
  /// The model knows the user by their features alone: it learned from no click of theirs.
  case featuresAlone(String)
  /// The items came after training: as clicks they count for nothing.
  case newItems([String])
  /// The context has no such value.
  case unknownValue(String, column: String, nearest: String?)
  /// The model takes no such column.
  case unknownColumn(String, known: [String])
  /// There are fewer items for the request than were asked for.
  case fewerItems(Int, asked: Int)
  /// So many clicks of the user come after the time of the request, which therefore does not see them.
  case laterClicks(Int)
  /// By the model's conditions the item is a candidate at no time.
  case noCandidate(String)
  /// Nothing is said of a new item in these columns, by which the model narrows its candidates.
  case unsaid([String])
  /// Of clicks without times the request's time is not known: the newest training click's stands for it.
  case noTime

  /// A word for programs.
  package var code: String {
    switch self {
    case .unknownUser: "unknown_user"
    case .noHistories: "no_histories"
    case .emptyHistory: "empty_history"
    case .unknownItems: "unknown_items"
    case .newUser: "new_user"
    case .featuresAlone: "features_alone"
    case .newItems: "new_items"
    case .unknownValue: "unknown_value"
    case .unknownColumn: "unknown_column"
    case .fewerItems: "fewer_items"
    case .laterClicks: "later_clicks"
    case .noCandidate: "no_candidate"
    case .unsaid: "unsaid_columns"
    case .noTime: "no_time"
    }
  }

  /// The note in words.
  package var description: String {
    switch self {
    case .unknownUser(let user, let nearest):
      return "the model knows no user '\(user)'\(Self.hint(nearest))"
    case .noHistories(let user):
      return "the model was saved without histories: what user '\(user)' clicked has to come with the request"
    case .newUser(let user):
      return "the model knows no user '\(user)': the clicks that came of them since are their history"
    case .featuresAlone(let user):
      return "the model knows user '\(user)' by their features alone: it learned from no click of theirs"
    case .newItems(let items):
      return
        "\(Self.list(items)) came after training: as \(items.count == 1 ? "a click it counts" : "clicks they count") for "
        + "nothing, and \(items.count == 1 ? "it is" : "they are") not given again"
    case .emptyHistory: return "there are no clicks: this is what the model gives an empty history"
    case .unknownItems(let items, let nearest):
      return
        "the model knows no \(Self.list(items))\(Self.hint(nearest)); \(items.count == 1 ? "it counts" : "they count") for "
        + "nothing"
    case .unknownValue(let value, let column, let nearest):
      return "'\(column)' was never '\(value)' in training\(Self.hint(nearest)); it counts as unknown"
    case .unknownColumn(let column, let known):
      let names = known.isEmpty ? "it takes none" : "it takes \(known.joined(separator: ", "))"
      return "the model takes no context '\(column)': \(names)"
    case .fewerItems(let count, let asked):
      return "\(count) items were found for the request, fewer than the \(asked) that were asked for"
    case .laterClicks(let count):
      return
        "\(count == 1 ? "a click of the user comes" : "\(count) clicks of the user come") after the time of the request, and "
        + "\(count == 1 ? "is" : "are") left out: it is answered by what was known then"
    case .noCandidate(let item):
      return "by the model's candidates the item '\(item)' is given at no time"
    case .unsaid(let columns):
      return
        "nothing is said of \(columns.map { "'\($0)'" }.joined(separator: ", ")), by which the model narrows its candidates: "
        + "of a new item that counts as empty"
    case .noTime: return "no time was given: the newest click that the model learned from stands for it"
    }
  }

  /// As in `items 'a', 'b'`.
  private static func list(_ items: [String]) -> String {
    let shown = items.prefix(5).map { "'\($0)'" }.joined(separator: ", ") + (items.count > 5 ? ", …" : "")
    return "\(items.count == 1 ? "item" : "items") \(shown)"
  }

  private static func hint(_ nearest: String?) -> String {
    nearest.map { "; did you mean '\($0)'?" } ?? ""
  }
}

/// What was asked of a model and cannot be answered.
package struct RequestFailure: Error, Equatable, CustomStringConvertible {
  /// What part of the request is at fault: `item`, `k`.
  package var place: String
  /// What was expected, and what came.
  package var message: String
  /// The message.
  package var description: String { message }

  /// Makes a failure.
  package init(_ place: String, _ message: String) {
    self.place = place
    self.message = message
  }
}
