import Testing

@testable import Clicks

@Suite("Clicks held out at random")
struct RandomSplitTests {
  /// Users 1 to 5 with 4 to 12 clicks on items of their own.
  private static let log: ClickLog = {
    var (users, items): ([Int64], [Int64]) = ([], [])
    for user in 1...5 {
      for turn in 0..<2 + 2 * user {
        users.append(Int64(user))
        items.append(Int64(100 * user + turn))
      }
    }
    return ClickLog(users: users, items: items, times: nil)
  }()

  private static func split(_ log: ClickLog = log) throws -> SplitData {
    var options = SplitOptions()
    options.strategy = .random(0.3)
    return try ClickSplitter.split(log, options)
  }

  private func turns(_ clicks: UserSequences) -> [[Int64]] {
    clicks.users.indices.map { user in clicks.items[clicks.range(user)].map { $0 - 100 * clicks.users[user] }
    }
  }

  @Test("those that NumPy draws, the others in their order")
  func drawn() throws {
    let data = try Self.split()
    // default_rng(SeedSequence(42, spawn_key=[6, *b"random"])).choice(n, max(1, floor(.3 n)), replace=False), user by user
    #expect(turns(data.heldOut) == [[0], [2], [0, 2], [0, 6, 9], [5, 8, 11]])
    for (user, held) in turns(data.heldOut).enumerated() {
      let all = (0..<Int64(4 + 2 * user)).filter { !held.contains($0) }
      #expect(turns(data.history)[user] == all)
    }
  }

  @Test("likewise for validation; a request sees both")
  func validation() throws {
    var data = try Self.split()
    let before = data.history
    data.holdOutRandomForValidation(share: 0.2, seed: 42)
    #expect(turns(try #require(data.validation)) == [[1], [0], [3], [7], [3, 10]])
    #expect(data.requestHistory == before)
    #expect(data.history.clickCount + (data.validation?.clickCount ?? 0) == before.clickCount)
  }

  @Test("where only some clicks can be held out, the share is one of these, and the others stay")
  func someClicks() throws {
    // Of 4, 6, 8, 10 and 12 clicks every second counts 0.
    var log = Self.log
    log.weights = log.items.map { Float(1 - $0 % 2) }
    var data = try Self.split(log)
    // 0.3 of 2, 3, 4, 5 and 6 clicks, rounded down, one at least.
    #expect(turns(data.heldOut).map(\.count) == [1, 1, 1, 1, 1])
    #expect(turns(data.heldOut).joined().allSatisfy { $0 % 2 == 0 } && data.history.clickCount == 35)
    let before = data.history
    data.holdOutRandomForValidation(share: 0.5, seed: 42, of: try log.canBeHeldOut([]))
    // Half of 1, 2, 3, 4 and 5 clicks, to the nearest, halves up.
    let validation = try #require(data.validation)
    #expect(turns(validation).map(\.count) == [1, 1, 2, 2, 3])
    #expect(turns(validation).joined().allSatisfy { $0 % 2 == 0 } && data.requestHistory == before)
  }

  @Test("who has one click goes, and so does what was drawn of them")
  func single() throws {
    let log = ClickLog(users: [1, 2, 2, 2], items: [1, 1, 2, 3], times: nil)
    let data = try Self.split(log)
    #expect(data.history.users == [2] && data.heldOut.users == [2] && data.heldOut.clickCount == 1)
    #expect(data.facts.usersWithoutHistory == 1 && data.facts.clicksWithoutHistory == 1)
  }
}
