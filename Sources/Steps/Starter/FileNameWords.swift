import Files

/// What the name of a file says it holds.
enum FileNameWords {
  /// What a table is for.
  enum Role: String, CaseIterable, Sendable {
    case log = "click log"
    case items = "item table"
    case users = "user table"
  }

  /// How strongly a file's name speaks for a role: 1 where a word says so, ½ where it may, -1 where it says another.
  static func score(_ path: String, _ role: Role) -> Double {
    let words = words(of: path)
    func says(_ role: Role) -> Bool { words.contains { word in (self.words[role] ?? []).contains(word) } }
    // A log of users, as user_log, and one of items are logs.
    switch role {
    case .log where says(.log): return 1
    case .items where says(.items) && !says(.log): return 1
    case .users where says(.users) && !says(.log) && !says(.items): return 1
    case .log where words.contains("data") || words.contains("train"): return 0.5
    default: return Role.allCases.contains { $0 != role && says($0) } ? -1 : 0
    }
  }

  /// Whether a file is called as one to test on.
  static func isTest(_ path: String) -> Bool { words(of: path).contains("test") }

  /// Whether a file is called as one that is kept apart, or as an example.
  static func isAside(_ path: String) -> Bool {
    words(of: path).contains {
      ["test", "valid", "validation", "val", "dev", "sample", "submission", "example"].contains($0)
    }
  }

  /// The words of a file's name in lower case, in the singular, without endings that say how it is written.
  static func words(of path: String) -> [String] {
    // Folders such as day=2017-10-03 say nothing of what is in them.
    let parts = path.split(separator: "/").filter { !$0.contains("=") }
    return (parts.last ?? "").lowercased().split { !$0.isLetter }.map(String.init)
      .filter { !["csv", "tsv", "txt", "dat", "gz", "zst", "parquet", "jsonl", "json"].contains($0) }
      .map {
        $0.count > 3 && $0.hasSuffix("s") && !["news", "series"].contains($0) ? String($0.dropLast()) : $0
      }
  }

  private static let words: [Role: Set<String>] = [
    .log: [
      "click", "rating", "event", "interaction", "inter", "log", "behavior", "behaviour", "view", "purchase",
      "transaction", "review", "session", "history", "sequence", "order", "play", "listen", "watch", "action",
      "feedback", "visit", "checkin", "scrobble",
    ],
    .items: [
      "item", "article", "movie", "product", "meta", "metadata", "book", "track", "song", "news", "catalog",
      "catalogue", "video", "game", "anime", "attribute", "artist", "film", "content", "sku", "offer",
      "document", "recipe", "listing", "business", "businesse",
    ],
    .users: ["user", "customer", "member", "visitor", "profile", "people", "reader", "client", "account"],
  ]
}
