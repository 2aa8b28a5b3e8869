extension UserSequences {
  /// When each user clicks next, `[users]`: the time of the first of their `later` clicks, or that of the last one here where
  /// there is none; nil where there are no times.
  package func momentsOfNextClicks(_ later: UserSequences) -> [Int64]? {
    guard let times, let laterTimes = later.times else { return nil }
    return users.indices.map { user in
      if let place = later.place(of: users[user]), let first = later.range(place).first {
        return laterTimes[first]
      }
      return range(user).last.map { times[$0] } ?? 0
    }
  }
}
