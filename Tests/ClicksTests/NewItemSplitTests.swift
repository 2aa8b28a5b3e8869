import ClickFixtures
import Testing

@testable import Clicks

@Suite("Items held out whole")
struct NewItemSplitTests {
  /// Six users, each with eight clicks on every third of 19 items.
  private static let log: ClickLog = {
    var (users, items, times): ([Int64], [Int64], [Int64]) = ([], [], [])
    for user in 0..<6 {
      for turn in 0..<8 {
        users.append(Int64(user))
        items.append(Int64((user + 3 * turn) % 19) * 10 + 10)
        times.append(Int64(turn * 10 + user % 2))
      }
    }
    return ClickLog(users: users, items: items, times: times)
  }()

  private func split(_ share: Double) throws -> SplitData {
    var options = SplitOptions()
    options.strategy = .items(share)
    return try ClickSplitter.split(Self.log, options)
  }

  @Test("all clicks on the items that NumPy draws are held out, and those on no others")
  func items() throws {
    let data = try split(0.2)
    // numpy: Generator(PCG64(SeedSequence(42, spawn_key=(5, ...)))).choice(19, 4, replace=False), of the items 10, 20, … 190
    let drawn: Set<Int64> = [10, 80, 90, 120]
    let clicked = Set(Self.log.items)
    #expect(clicked.count == 19)
    #expect(Set(data.heldOut.items) == drawn)
    #expect(Set(data.history.items) == clicked.subtracting(drawn))
    #expect(data.history.clickCount + data.heldOut.clickCount == 48)
    for user in data.heldOut.users.indices {
      let times = data.heldOut.times?[data.heldOut.range(user)]
      #expect(times.map { zip($0, $0.dropFirst()).allSatisfy(<=) } == true)
    }
    #expect(data.facts.seesFuture)
  }

  @Test(
    "validation holds out items of its own; a request sees all of its clicks but the test's, in the order of time"
  )
  func validation() throws {
    var data = try split(0.2)
    let before = data.history
    try data.holdOutItemsForValidation(share: 0.2, seed: 42)
    let validation = try #require(data.validation)
    let drawn: Set<Int64> = [20, 50, 180]
    #expect(Set(validation.items) == drawn)
    #expect(Set(data.history.items).isDisjoint(with: drawn))
    #expect(data.requestHistory == before)
  }

  @Test("of clicks on the items of validation those that cannot be held out are seen at the test alone")
  func validationOfSome() throws {
    var data = try split(0.2)
    let before = data.history
    let isTarget = (0..<48).map { $0 % 3 > 0 }
    try data.holdOutItemsForValidation(share: 0.2, seed: 42, of: isTarget)
    let drawn: Set<Int64> = [20, 50, 180]
    let (validation, after) = (try #require(data.validation), try #require(data.afterValidation))
    #expect(validation.rows.allSatisfy { isTarget[Int($0)] } && after.rows.allSatisfy { !isTarget[Int($0)] })
    #expect(Set(validation.items + after.items) == drawn && Set(data.history.items).isDisjoint(with: drawn))
    #expect(data.requestHistory == before)
  }

  @Test("who clicked nothing but new items goes, from all three")
  func nothingLeft() throws {
    // Items 1 and 2 are clicked by everybody but user 3, who has 4 alone and, held out, 5.
    var data = SplitData(
      history: UserSequences(
        users: [1, 2, 3],
        offsets: [0, 2, 4, 5],
        items: [1, 4, 1, 2, 4],
        times: nil,
        rows: [0, 1, 2, 3, 4]
      ),
      heldOut: UserSequences(users: [2, 3], offsets: [0, 1, 2], items: [5, 5], times: nil, rows: [5, 6])
    )
    for seed in 0..<40 {
      var trial = data
      try? trial.holdOutItemsForValidation(share: 0.3, seed: seed)
      guard let validation = trial.validation, validation.items.contains(4) else { continue }
      #expect(trial.history.users == [1, 2] && trial.heldOut.users == [2])
      #expect(validation.users == [1] && trial.facts.usersWithoutHistory == 1)
      // The click on 4 and the one on 5.
      #expect(trial.facts.clicksWithoutHistory == 2)
      data = trial
    }
    #expect(data.validation != nil, "no seed drew item 4")
  }

  @Test("shares outside of 0 to 1 are told")
  func badShare() {
    for share in [0, 1, -0.5, .nan] {
      #expect(
        dataMessage { _ = try split(share) }.hasPrefix("expected a held-out share above 0 and below 1")
      )
    }
  }
}
