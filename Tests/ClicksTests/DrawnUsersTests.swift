import Testing

@testable import Clicks

@Suite("Users drawn out of sequences")
struct DrawnUsersTests {
  /// Users 10, 20, … of 0, 1, 2, 0, 1, … clicks, each on an item that tells whose it is.
  private static func sequences(_ count: Int) -> UserSequences {
    var (offsets, items): ([Int], [Int64]) = ([0], [])
    for user in 0..<count {
      items += (0..<user % 3).map { Int64(1000 * user + $0) }
      offsets.append(items.count)
    }
    return UserSequences(
      users: (0..<count).map { Int64(10 * ($0 + 1)) },
      offsets: offsets,
      items: items,
      times: items.map { $0 + 7 },
      rows: items.indices.map { Int32($0) },
      weights: items.map { Float($0) / 2 }
    )
  }

  private func drawn(_ count: Int, of all: Int, seed: Int = 1, stream: String = "a") -> UserSequences {
    Self.sequences(all).drawn(count, seed: seed, stream: stream)
  }

  @Test("so many different users, ascending, each with all that was known of their clicks")
  func clicks() throws {
    let all = Self.sequences(50)
    let some = drawn(20, of: 50)
    #expect(some.users.count == 20 && some.users == Set(some.users).sorted())
    for place in some.users.indices {
      let old = all.range(try #require(all.place(of: some.users[place])))
      let new = some.range(place)
      #expect(Array(some.items[new]) == Array(all.items[old]))
      #expect(some.times.map { Array($0[new]) } == all.times.map { Array($0[old]) })
      #expect(Array(some.rows[new]) == Array(all.rows[old]))
      #expect(some.weights.map { Array($0[new]) } == all.weights.map { Array($0[old]) })
    }
  }

  @Test("all where there are no more, none where none are asked for")
  func bounds() {
    #expect(drawn(50, of: 50) == Self.sequences(50) && drawn(51, of: 50) == Self.sequences(50))
    #expect(drawn(0, of: 50).users.isEmpty && drawn(0, of: 50).clickCount == 0)
  }

  @Test("a seed and a stream give one draw, others another")
  func seeds() {
    #expect(drawn(20, of: 50) == drawn(20, of: 50))
    #expect(drawn(20, of: 50) != drawn(20, of: 50, seed: 2))
    #expect(drawn(20, of: 50) != drawn(20, of: 50, stream: "b"))
  }

  @Test("every user is as likely as any other")
  func uniform() {
    let trials = 4000
    var counts = [Double](repeating: 0, count: 12)
    for seed in 0..<trials {
      for user in drawn(3, of: 12, seed: seed).users { counts[Int(user) / 10 - 1] += 1 }
    }
    // A count is binomial: 4000 trials of 3/12 give 1000 with a standard deviation of 27.4.
    #expect(counts.allSatisfy { abs($0 - 1000) < 5 * 27.4 }, "\(counts)")
  }
}
