import Tables
import Glibc
import Memory

/// An invented click log with a structure that is known: interests, popularity, drift.
///
/// Every item belongs to one interest, has a rank `r` in it and is born at some moment `b`. A click at time `t`
/// that follows an interest falls on each of its items with a chance in proportion to
/// `r^-exponent · exp(-(t - b) / life)`, and 0 before its birth. Who knows a user's interests from their
/// history can so do much better than popularity, and who knows the time better still. Nobody clicks an item
/// again among their last 64 clicks (but where there is nothing else).
package struct SyntheticClicks: Sendable {
  /// The clicks, user after user, each user's by time in milliseconds; ids from 1.
  package let log: ClickLog
  /// The items with their categories and, as numbers, `created_at` (milliseconds).
  package let table: ItemTable
  /// The interest of each item of `table`, from 0: the truth, for tests.
  package let interests: [Int32]

  /// The column of numbers that says when an item is born.
  package static let birthColumn = "created_at"

  /// Invents the log; the result does not depend on `threads`.
  /// - Throws: `DataError` where a setting is out of range.
  package init(_ options: SyntheticOptions = SyntheticOptions(), threads: Int = 1) throws {
    try options.check()
    let world = SyntheticWorld(options)
    table = world.table
    interests = world.interests
    log = world.clicks(threads: threads)
  }
}

/// The items of an invented world and the way in which users click them.
private struct SyntheticWorld {
  let options: SyntheticOptions
  /// `itemOf[place]` is the item's id less 1; place `rank * interests + interest`.
  private let itemOf: [Int32]
  /// When the item at a place is born, in days since the log begins.
  private let births: [Float]
  private let zipf: [Zipf]
  let interests: [Int32]
  let table: ItemTable

  init(_ options: SyntheticOptions) {
    self.options = options
    var generator = NumpyGenerator(seed: options.seed, stream: "synthetic items")
    let order = generator.permutation(options.items)
    itemOf = order.map(Int32.init)
    var births = [Float](repeating: 0, count: options.items)
    var interests = [Int32](repeating: 0, count: options.items)
    var categories = [Int64](repeating: 0, count: options.items)
    var created = [Double](repeating: 0, count: options.items)
    // Items born within two lives before the log begins still draw clicks in it.
    let before = min(2 * options.itemLifeDays, 10 * options.days)
    for (place, item) in order.enumerated() {
      let interest = place % options.interests
      let birth = generator.random() * (before + options.days) - before
      births[place] = Float(birth)
      interests[item] = Int32(interest)
      created[item] = (Double(options.startMilliseconds) + birth * 86_400_000).rounded()
      let isNoise = generator.random() < options.categoryNoise
      let category = generator.integers(0, options.categoriesPerInterest)
      let shown = isNoise ? generator.integers(0, options.interests) : interest
      categories[item] = Int64(shown * options.categoriesPerInterest + category + 1)
    }
    self.births = births
    self.interests = interests
    zipf = (0..<options.interests).map { interest in
      let count = (options.items - interest + options.interests - 1) / options.interests
      return Zipf(count: count, exponent: options.popularityExponent)
    }
    table = ItemTable(
      items: (1...Int64(options.items)).map { $0 },
      categories: categories,
      numbers: [LogColumn(name: SyntheticClicks.birthColumn, values: .reals(created))]
    )
  }

  /// All clicks.
  func clicks(threads: Int) -> ClickLog {
    let offsets = clickOffsets()
    let count = options.clicks
    var users = [Int64](repeating: 0, count: count)
    var items = [Int64](repeating: 0, count: count)
    var times = [Int64](repeating: 0, count: count)
    users.withUnsafeMutableBufferPointer { users in
      items.withUnsafeMutableBufferPointer { items in
        times.withUnsafeMutableBufferPointer { times in
          let pieces = min(options.users, threads * 8)
          Threads(threads).forEachRange(of: options.users, pieces: pieces) { piece in
            for user in piece {
              let range = offsets[user]..<offsets[user + 1]
              users[range].update(repeating: Int64(user + 1))
              click(
                user,
                UnsafeMutableBufferPointer(rebasing: items[range]),
                UnsafeMutableBufferPointer(rebasing: times[range])
              )
            }
          }
        }
      }
    }
    return ClickLog(users: users, items: items, times: times, timeUnit: .milliseconds)
  }

  /// Two clicks for everyone, the others shared out in proportion to a log-normal draw.
  private func clickOffsets() -> [Int] {
    var generator = NumpyGenerator(seed: options.seed, stream: "synthetic activity")
    var sums = [0.0]
    for _ in 0..<options.users { sums.append((sums.last ?? 0) + exp(0.8 * generator.standardNormal())) }
    let total = sums.last ?? 1
    let free = Double(options.clicks - 2 * options.users)
    return sums.enumerated().map { user, sum in 2 * user + Int((free * sum / total).rounded()) }
  }

  /// Fills in one user's clicks.
  private func click(
    _ user: Int,
    _ items: UnsafeMutableBufferPointer<Int64>,
    _ times: UnsafeMutableBufferPointer<Int64>
  ) {
    var random = SplitMix(seed: options.seed, stream: user)
    let interests = userInterests(&random)
    fillTimes(times, &random)
    var interest = interests[0]
    for place in items.indices {
      let isNewSession = place == 0 || times[place] - times[place - 1] > 1_800_000
      if isNewSession { interest = sessionInterest(interests, &random) }
      let followed = random.unit() < options.focus ? interest : random.below(options.interests)
      let day = Double(times[place] - options.startMilliseconds) / 86_400_000
      let seen = UnsafeBufferPointer(rebasing: items[max(0, place - 64)..<place])
      items[place] = item(of: followed, at: day, seen: seen, &random)
    }
  }

  private func userInterests(_ random: inout SplitMix) -> [Int] {
    var chosen: [Int] = []
    while chosen.count < options.interestsPerUser {
      let interest = random.below(options.interests)
      if !chosen.contains(interest) { chosen.append(interest) }
    }
    return chosen
  }

  /// The first interest twice as often as the second, that one twice as often as the third, and so on.
  private func sessionInterest(_ interests: [Int], _ random: inout SplitMix) -> Int {
    for interest in interests.dropLast() where random.unit() < 2.0 / 3 { return interest }
    return interests[interests.count - 1]
  }

  /// Sessions of five clicks or so at any time of the log, a minute or so between clicks; ascending.
  private func fillTimes(_ times: UnsafeMutableBufferPointer<Int64>, _ random: inout SplitMix) {
    let length = options.days * 86_400_000
    var moment = 0.0
    for place in times.indices {
      let begins = place == 0 || random.unit() < 0.2
      moment = begins ? random.unit() * length : moment - 60_000 * log(1 - random.unit())
      times[place] = options.startMilliseconds + Int64(min(moment, length))
    }
    var sorted = times
    sorted.sort()
  }

  /// Draws by rank and accepts by age (rejection sampling), which gives exactly the stated chances.
  private func item(
    of interest: Int,
    at day: Double,
    seen: UnsafeBufferPointer<Int64>,
    _ random: inout SplitMix
  ) -> Int64 {
    var fallback: Int?
    for _ in 0..<200 {
      let place = zipf[interest].rank(random.unit()) * options.interests + interest
      let age = day - Double(births[place])
      guard age >= 0 else { continue }
      let isNew = !seen.contains(Int64(itemOf[place]) + 1)
      if isNew || fallback == nil { fallback = place }
      if isNew, random.unit() < exp(-age / options.itemLifeDays) { return Int64(itemOf[place]) + 1 }
    }
    // Hardly anything is alive, or all of it was seen: one that was born at least, else the first of all.
    return Int64(itemOf[fallback ?? interest]) + 1
  }
}

/// Ranks drawn by Zipf's law, by inverting the integral of `x^-s` from 1 to `count + 1`.
private struct Zipf {
  private let count: Int
  private let exponent: Double
  private let total: Double

  init(count: Int, exponent: Double) {
    self.count = count
    self.exponent = 1 - exponent
    total = abs(1 - exponent) < 1e-9 ? log(Double(count + 1)) : pow(Double(count + 1), 1 - exponent) - 1
  }

  /// The rank, from 0, that belongs to `unit`, a number from 0, below 1.
  @inline(__always)
  func rank(_ unit: Double) -> Int {
    let x = abs(exponent) < 1e-9 ? exp(unit * total) : pow(unit * total + 1, 1 / exponent)
    return min(max(Int(x) - 1, 0), count - 1)
  }
}
