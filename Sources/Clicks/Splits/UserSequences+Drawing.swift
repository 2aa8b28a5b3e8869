import Memory

extension UserSequences {
  /// `count` users drawn uniformly without replacement, with their clicks, in the order of their ids; all users where there
  /// are no more of them.
  ///
  /// Ids are often given by when somebody came or how much they did, so that the first so many are no picture of all.
  /// - Parameters:
  ///   - count: how many, 0 or more.
  ///   - seed: draws them.
  ///   - stream: the name of the draw, which keeps it apart from others of the same seed.
  package func drawn(_ count: Int, seed: Int, stream: String) -> UserSequences {
    guard count < users.count else { return self }
    var generator = NumpyGenerator(seed: seed, stream: stream)
    let places = generator.choice(users.count, size: count).sorted()
    var ends = [0]
    var clicks: [Int] = []
    for place in places {
      clicks += range(place)
      ends.append(clicks.count)
    }
    return UserSequences(
      users: places.map { users[$0] },
      offsets: ends,
      items: clicks.map { items[$0] },
      times: times.map { times in clicks.map { times[$0] } },
      rows: clicks.map { rows[$0] },
      weights: weights.map { weights in clicks.map { weights[$0] } }
    )
  }
}
