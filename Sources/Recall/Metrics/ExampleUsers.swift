import Memory

/// Draws users to be looked at one by one.
package enum ExampleUsers {
  /// What a user is an example of.
  package enum Kind: CaseIterable, Sendable {
    /// A held-out item is found.
    case hit
    /// None is.
    case miss
    /// The history is among the longest twentieth.
    case longHistory
    /// No history is shorter.
    case newUser
  }

  /// A user, and what for.
  package struct Example: Sendable, Equatable {
    /// What the user is an example of.
    package let kind: Kind
    /// The user's place.
    package let user: Int
  }

  /// `count` different users, kind after kind in turn; fewer where kinds have no further users.
  /// - Parameters:
  ///   - isFound: whether a held-out item of the user is found, `[users]`.
  ///   - historyLengths: how many clicks the request sees, `[users]`.
  package static func draw(_ count: Int, isFound: [Bool], historyLengths: [Int], seed: Int) -> [Example] {
    precondition(isFound.count == historyLengths.count, "one history a user")
    let sorted = historyLengths.sorted()
    guard let shortest = sorted.first else { return [] }
    let long = max(shortest + 1, sorted[min(sorted.count - 1, sorted.count * 19 / 20)])
    var generator = SplitMix(seed: seed, stream: 0x6578_616D)
    var drawn = Set<Int>()
    var examples: [Example] = []
    while examples.count < count {
      let before = examples.count
      for kind in Kind.allCases where examples.count < count {
        let open = isFound.indices.filter { user in
          guard !drawn.contains(user) else { return false }
          switch kind {
          case .hit: return isFound[user]
          case .miss: return !isFound[user]
          case .longHistory: return historyLengths[user] >= long
          case .newUser: return historyLengths[user] == shortest
          }
        }
        guard !open.isEmpty else { continue }
        let user = open[generator.below(open.count)]
        drawn.insert(user)
        examples.append(Example(kind: kind, user: user))
      }
      if examples.count == before { break }
    }
    return examples
  }
}
