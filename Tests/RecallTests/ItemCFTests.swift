import ClickFixtures
import Glibc
import Testing

@testable import Clicks
@testable import Recall

@Suite("ItemCF")
struct ItemCFTests {
  /// Similarities as the formula has them: every pair of clicks of every user.
  private func similarities(_ history: UserSequences, _ options: ItemCFOptions) -> [Int64: [Int64: Double]] {
    var sums: [Int64: [Int64: Double]] = [:]
    var clicks: [Int64: Double] = [:]
    for item in history.items { clicks[item, default: 0] += 1 }
    for user in history.users.indices {
      let items = Array(history.items[history.range(user)])
      let damping = options.dampsLongHistories ? 1 / log(1 + Double(items.count)) : 1
      for (a, i) in items.enumerated() {
        for (b, j) in items.enumerated() where i != j && abs(a - b) <= options.window {
          let way = b > a ? 1 : options.backward
          sums[i, default: [:]][j, default: 0] += way * pow(options.decay, Double(abs(a - b) - 1)) * damping
        }
      }
    }
    for (i, row) in sums {
      sums[i] = row.reduce(into: [:]) { result, pair in
        let norm = pow((clicks[i] ?? 0), options.alpha) * pow((clicks[pair.key] ?? 0), options.alpha)
        if pair.value > 0 { result[pair.key] = pair.value / norm }
      }
    }
    return sums
  }

  /// What the lists should be, by plain sums over dictionaries.
  private func expected(
    _ history: UserSequences,
    _ requests: UserSequences,
    _ options: ItemCFOptions,
    k: Int
  ) -> [[Int64]] {
    let all = similarities(history, options).mapValues { row in
      let kept = Set(best(options.neighbours, of: row.mapValues { Double(Float($0)) }, without: []))
      return row.filter { kept.contains($0.key) }.mapValues { Double(Float($0)) }
    }
    return requests.users.indices.map { user in
      let range = requests.range(user)
      let last = requests.times?[range.upperBound - 1] ?? 0
      var scores: [Int64: Double] = [:]
      for (back, place) in range.reversed().enumerated() {
        var weight = pow(options.recency, Double(back))
        if let halfLife = options.halfLifeHours, let times = requests.times {
          weight *= pow(0.5, Double(last - times[place]) / 3600 / halfLife)
        }
        for (item, similarity) in all[requests.items[place]] ?? [:] {
          scores[item, default: 0] += weight * similarity
        }
      }
      return best(k, of: scores.mapValues { Double(Float($0)) }, without: requests.items[range])
    }
  }

  private static let variants: [ItemCFOptions] = {
    var variants = [ItemCFOptions](repeating: ItemCFOptions(), count: 5)
    variants[1].window = 2
    variants[1].backward = 0
    variants[2].alpha = 0.3
    variants[2].dampsLongHistories = false
    variants[2].decay = 0.6
    variants[3].neighbours = 4
    variants[3].recency = 0.3
    variants[4].halfLifeHours = 0.02
    return variants
  }()

  @Test("lists are those of the plain formula, for every weight", arguments: variants)
  func formula(options: ItemCFOptions) throws {
    let history = UserSequences.random(users: 400, items: 60, seed: 7)
    // Requests know clicks that were not learned from, one of them on an item that nobody else clicked.
    var requests = history
    requests.items[requests.offsets[3] - 1] = 999_999
    let ranker = try ItemCF(history, options)
    let lists = ranker.top(10, for: history.users, unseenIn: requests, threads: 1)
    let plain = expected(history, requests, options, k: 10)
    var same = 0
    for user in history.users.indices {
      same += Array(lists[user]) == plain[user] ? 1 : 0
      let scores = lists.scores[user * 10..<user * 10 + Int(lists.counts[user])]
      #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 >= $1 } && scores.allSatisfy { $0 > 0 })
    }
    // Sums in another order may differ in the last bit, and swap two items that are equal but for it.
    #expect(same >= 397, "\(same) of 400 lists are the same")
  }

  @Test("two users, worked by hand")
  func byHand() throws {
    let history = UserSequences([[(1, 0), (2, 1), (3, 2)], [(2, 0), (3, 1)], [(1, 5)]])
    let lists = try ItemCF(history, ItemCFOptions()).top(5, for: [3, 2, 77], unseenIn: history, threads: 1)
    // Item 1 has 2 clicks and 2 has 2: forward, neighbours, by a user of 3 clicks; item 3 is one place further.
    #expect(Array(lists[0]) == [2, 3] && lists.counts == [2, 1, 0])
    #expect(abs(lists.scores[0] - Float(1 / log(4.0) / 2)) < 1e-7)
    #expect(abs(lists.scores[1] - Float(0.9 / log(4.0) / 2)) < 1e-7)
    // From 3, the newest, to 1 it is two places back; from 2 one place back, and 2 is the click before.
    #expect(Array(lists[1]) == [1])
    #expect(abs(lists.scores[5] - Float((0.7 * 0.9 + 0.7 * 0.7) / log(4.0) / 2)) < 1e-7)
  }

  /// `history` with each user's clicks in another order, without times.
  private func turned(_ history: UserSequences) -> UserSequences {
    var turned = history
    turned.times = nil
    for user in history.users.indices {
      let range = history.range(user)
      turned.items.replaceSubrange(range, with: Array(history.items[range]).reversed())
    }
    return turned
  }

  @Test("without an order all pairs of a user count alike, by hand, however far apart they stand")
  func sets() throws {
    let history = UserSequences([[(1, 0), (2, 1), (3, 2)], [(2, 0), (3, 1)], [(1, 5)]])
    let lists = try ItemCF(history, ItemCFOptions().withoutOrder).top(
      5,
      for: [3, 2],
      unseenIn: history,
      threads: 1
    )
    // Each item has 2 clicks, and 1 is with 2 and with 3 in one set of 3.
    #expect(Array(lists[0]) == [2, 3] && Array(lists[1]) == [1])
    for score in lists.scores[..<2] { #expect(abs(score - Float(1 / log(4.0) / 2)) < 1e-7) }
    #expect(abs(lists.scores[5] - Float(2 / log(4.0) / 2)) < 1e-7)
    // One set of 300 items: whatever stands at its ends is together.
    let long = UserSequences([(0..<300).map { (Int64($0), Int64($0)) }, [(0, 0)]])
    var options = ItemCFOptions()
    options.neighbours = 1_000
    let all = try ItemCF(long, options.withoutOrder).top(400, for: [2], unseenIn: long, threads: 1)
    #expect(Array(all[0]) == Array(1..<300) && Set(all.scores[1..<299]) == [all.scores[0]])
    #expect(try ItemCF(long, options).top(400, for: [2], unseenIn: long, threads: 1).counts == [100])
  }

  @Test("without an order lists are the same to the bit for rows in any order")
  func anyOrder() throws {
    let history = UserSequences.random(users: 400, items: 60, seed: 7)
    let other = turned(history)
    func lists(_ history: UserSequences, _ options: ItemCFOptions) throws -> RankedLists {
      try ItemCF(history, options).top(20, for: history.users, unseenIn: history, threads: 1)
    }
    let options = ItemCFOptions()
    #expect(try lists(history, options.withoutOrder) == lists(other, options.withoutOrder))
    #expect(try lists(history, options) != lists(other, options))
  }

  @Test("the number of threads changes nothing")
  func threads() throws {
    let history = UserSequences.random(users: 2000, items: 500, seed: 3)
    let one = try ItemCF(history, ItemCFOptions()).top(20, for: history.users, unseenIn: history, threads: 1)
    for threads in [2, 5] {
      let ranker = try ItemCF(history, ItemCFOptions(), threads: threads)
      #expect(ranker.top(20, for: history.users, unseenIn: history, threads: threads) == one)
    }
  }

  @Test("ages without times are an error that says what to do")
  func noTimes() {
    var history = UserSequences([[(1, 0), (2, 1)]])
    history.times = nil
    var options = ItemCFOptions()
    options.halfLifeHours = 5
    let message =
      "item_cf.half_life_hours goes by the time of clicks, and the click log has no times; leave it out or name a "
      + "time column"
    #expect(dataMessage { _ = try ItemCF(history, options) } == message)
    #expect(dataMessage { _ = try ItemCF(history, ItemCFOptions()) } == "(no error)")
  }

  /// The values are a Python loop's over the pairs, with the weight of a pair the product of both and `c` the sum of squares.
  @Test("clicks with weights: a pair counts the product of both, a history's click what it counts")
  func weighed() throws {
    var history = UserSequences([
      [(1, 0), (2, 1), (3, 2)], [(2, 0), (3, 1), (2, 2)], [(1, 0), (3, 1), (4, 2)],
    ])
    history.weights = [1, 3, 0.2, 1, 3, 0.2, 3, 0, 1]
    let recommender = try ItemCF(history, ItemCFOptions())
    let own = recommender.top(9, for: [1, 2, 3], unseenIn: history, threads: 1)
    #expect(own.counts == [1, 1, 1] && [own.items[0], own.items[9], own.items[18]] == [4, 1, 2])
    let scores = [own.scores[0], own.scores[9], own.scores[18]]
    for (score, expected) in zip(scores, [0.30179, 0.12439, 0.31748] as [Float]) {
      #expect(abs(score - expected) < 1e-5)
    }
    var request = UserSequences([[(1, 0), (4, 1)]])
    request.weights = [0.2, 3]
    let lists = recommender.top(9, for: [1], unseenIn: request, threads: 1)
    #expect(lists.counts == [2] && Array(lists.items.prefix(2)) == [2, 3])
    #expect(abs(lists.scores[0] - 0.030236) < 1e-5 && abs(lists.scores[1] - 0.001912) < 1e-5)
  }

  @Test("weights that are all the same rank as none do")
  func sameWeights() throws {
    let history = UserSequences.random(users: 60, items: 25, seed: 4)
    var weighed = history
    weighed.weights = [Float](repeating: 1, count: history.clickCount)
    let plain = try ItemCF(history, ItemCFOptions()).top(
      10,
      for: history.users,
      unseenIn: history,
      threads: 1
    )
    let other = try ItemCF(weighed, ItemCFOptions()).top(
      10,
      for: history.users,
      unseenIn: weighed,
      threads: 1
    )
    #expect(plain == other)
    #expect(Popularity(history) == Popularity(weighed, weighs: true))
  }

  @Test("popularity ranks by what clicks count where it is to, and counts them all the same")
  func weighedPopularity() {
    var history = UserSequences([
      [(1, 0), (2, 1), (3, 2)], [(2, 0), (3, 1), (2, 2)], [(1, 0), (3, 1), (4, 2)],
    ])
    history.weights = [1, 3, 0.25, 1, 3, 0.25, 3, 0, 1]
    let weighed = Popularity(history, weighs: true)
    #expect(
      weighed.items == [2, 1, 3, 4] && weighed.clicks == [3, 2, 3, 1] && weighed.scores == [4.25, 4, 3.25, 1]
    )
    #expect(Popularity(history).items == [2, 3, 1, 4] && Popularity(history).scores == [3, 3, 2, 1])
  }
}
