import Tables
import Memory

/// Filters a click log and splits it into history and held-out clicks.
package enum ClickSplitter {
  /// Splits one log.
  ///
  /// Row filters come first, then repeated clicks and users with too many go, then the k-core acts, then each user's
  /// clicks are put in the order of time (ties and logs without times keep file order) and their end is held out: where
  /// only some clicks can be, by their events or as others count 0, from the first of these on, the others going so that no
  /// history shows what came after a held-out click. Users of whom no history is left go, with what was held out of them;
  /// users are drawn from the others, and who is not drawn to be tested keeps all clicks, but for those that would be of
  /// the future. The result depends on `options.seed` only where users, items or clicks are drawn.
  /// - Throws: `DataError` where an option cannot be met, or nothing is left to learn from or to test on.
  package static func split(_ log: ClickLog, _ options: SplitOptions) throws -> SplitData {
    var notes = SplitNotes()
    return try split(log, options, &notes)
  }

  /// The same, with further counts for a report.
  package static func split(_ log: ClickLog, _ options: SplitOptions, _ notes: inout SplitNotes) throws
    -> SplitData
  {
    try check(log, options)
    var facts = SplitFacts()
    facts.clicks = log.count
    facts.users = Vocabulary(keysOf: log.users).keys.count
    let rows = try keptRows(log, options, &facts, &notes)
    let isTarget = try log.canBeHeldOut(options.targets)
    if case .items(let share) = options.strategy {
      let (known, new) = newItems(log, rows, share: share, seed: options.seed)
      return try apart((log, known), (log, new), kept: rows, options, &facts, &notes)
    }
    if case .random(let share) = options.strategy {
      let (known, heldOut) = randomClicks(log, rows, isTarget, share: share, seed: options.seed)
      return try apart(
        (log, known),
        (log, heldOut),
        kept: rows,
        keepsUntested: true,
        options,
        &facts,
        &notes
      )
    }
    let order = ClickOrder(log, rows: rows)
    count(order, log, &notes)
    let cuts = try cuts(order, log, options.strategy, isTarget, &facts)
    var isKept = [Bool](repeating: true, count: order.users.count)
    for user in isKept.indices where cuts[user] == order.offsets[user] {
      isKept[user] = false
      facts.usersWithoutHistory += 1
      facts.clicksWithoutHistory += order.offsets[user + 1] - cuts[user]
    }
    let sampled = sample(order.users, &isKept, options, &facts)
    for user in isKept.indices where !isKept[user] && cuts[user] > order.offsets[user] {
      notes.unsampledClicks += order.offsets[user + 1] - order.offsets[user]
    }
    let ends = order.users.indices.map { cuts[$0]..<order.offsets[$0 + 1] }
    let candidates = order.users.indices.filter { user in
      guard isKept[user], let isTarget else { return isKept[user] && !ends[user].isEmpty }
      return order.rows[ends[user]].contains { isTarget[Int($0)] }
    }
    let isTested = tested(candidates, of: order.users.count, options, &facts)
    let heldOut = order.sequences(log, ends, where: isTested, only: isTarget)
    let isByTime = facts.cutoff != nil
    let starts = order.users.indices.map { user in
      order.offsets[user]..<(isTested[user] || isByTime ? cuts[user] : order.offsets[user + 1])
    }
    let history = order.sequences(log, starts, where: isKept)
    for user in isKept.indices where isKept[user] && (isTested[user] || isByTime) {
      let targets = order.rows[ends[user]].count { isTarget?[Int($0)] ?? true }
      notes.otherEventClicks += ends[user].count - targets
      notes.untestedClicks += isTested[user] ? 0 : targets
    }
    var data = try finished(
      history,
      heldOut,
      sampled,
      facts,
      mayHoldNothing: options.strategy == .nothing
    )
    data.removedItems = removedItems(log, rows)
    return data
  }

  /// Takes a log to learn from and a log to test on, split already, with the same user and item keys.
  ///
  /// Filters, the rule for repeated clicks, the bound on a user's clicks and the k-core act on the first; only filters and
  /// the rule for repeated clicks act on the second, by itself, whose users must have a history. Of the second only the
  /// target events are held out.
  /// - Throws: `DataError` as `split` does.
  package static func files(train: ClickLog, test: ClickLog, _ options: SplitOptions) throws -> SplitData {
    var notes = SplitNotes()
    return try files(train: train, test: test, options, &notes)
  }

  /// The same, with further counts for a report.
  package static func files(
    train: ClickLog,
    test: ClickLog,
    _ options: SplitOptions,
    _ notes: inout SplitNotes
  ) throws -> SplitData {
    try check(train, options)
    var facts = SplitFacts()
    facts.clicks = train.count + test.count
    facts.users = Vocabulary(keysOf: train.users + test.users).keys.count
    let rows = try keptRows(train, options, &facts, &notes)
    let tested = withoutRepeats(try filteredRows(test, options, &facts), of: test, options, &notes)
    return try apart((train, rows), (test, tested), kept: rows, options, &facts, &notes)
  }

  /// Takes rows to learn from and rows to test on, of users who have some of the first.
  /// - Parameter keepsUntested: whether the rows to test on are of the same log, and learned from where their user is not drawn
  ///   to be tested.
  private static func apart(
    _ train: (log: ClickLog, rows: [Int32]),
    _ test: (log: ClickLog, rows: [Int32]),
    kept rows: [Int32],
    keepsUntested: Bool = false,
    _ options: SplitOptions,
    _ facts: inout SplitFacts,
    _ notes: inout SplitNotes
  ) throws -> SplitData {
    let order = ClickOrder(train.log, rows: train.rows)
    var testRows = test.rows
    if let isTarget = try test.log.canBeHeldOut(options.targets) {
      testRows.removeAll { !isTarget[Int($0)] }
      notes.otherEventClicks = test.rows.count - testRows.count
    }
    let testOrder = ClickOrder(test.log, rows: testRows)
    count(order, train.log, &notes)
    count(testOrder, test.log, &notes)
    var isKept = [Bool](repeating: true, count: order.users.count)
    let sampled = sample(order.users, &isKept, options, &facts)
    let (segments, testSegments) = (Self.segments(order), Self.segments(testOrder))
    for user in isKept.indices where !isKept[user] { notes.unsampledClicks += segments[user].count }
    let known = Vocabulary(sortedKeys: order.users)
    var candidates: [Int] = []
    for (place, user) in testOrder.users.enumerated() {
      let code = known.code(of: user)
      if code == 0 {
        facts.usersWithoutHistory += 1
        facts.clicksWithoutHistory += testSegments[place].count
      } else if isKept[Int(code) - 1] {
        candidates.append(place)
      } else {
        notes.unsampledClicks += testSegments[place].count
      }
    }
    let isTested = tested(candidates, of: testOrder.users.count, options, &facts)
    let heldOut = testOrder.sequences(test.log, testSegments, where: isTested)
    let untested = candidates.filter { !isTested[$0] }.flatMap { testOrder.rows[testSegments[$0]] }
    var history = order.sequences(train.log, segments, where: isKept)
    if keepsUntested, !untested.isEmpty {
      // Of the same users, who keep what was drawn of them.
      let all = ClickOrder(train.log, rows: (train.rows + untested).sorted())
      history = all.sequences(train.log, Self.segments(all), where: isKept)
    } else {
      notes.untestedClicks = untested.count
    }
    var data = try finished(history, heldOut, sampled, facts)
    data.removedItems = removedItems(train.log, rows)
    return data
  }

  private static func segments(_ order: ClickOrder) -> [Range<Int>] {
    order.users.indices.map { order.offsets[$0]..<order.offsets[$0 + 1] }
  }

  // MARK: Before the split

  private static func check(_ log: ClickLog, _ options: SplitOptions) throws {
    guard log.count <= Int(Int32.max) else {
      throw DataError("expected a log of at most \(Int32.max) clicks, got \(log.count)")
    }
    guard log.count > 0 else { throw DataError("the log holds no clicks") }
    for users in [options.sampleUsers, options.testUsers] {
      guard let users, users < 1 else { continue }
      throw DataError("expected to draw at least 1 user, got \(users)")
    }
    switch options.strategy {
    case .lastClick, .nothing: break
    case .leaveLast(let count):
      guard count >= 1 else {
        throw DataError("expected to leave at least the last 1 click out, got \(count)")
      }
    case .ratio(let share), .items(let share), .random(let share): try check(share: share)
    case .time(let cutoff):
      guard log.times != nil else {
        throw DataError("a split by time needs a time column, and the log has none")
      }
      if case .share(let share) = cutoff { try check(share: share) }
    }
  }

  private static func check(share: Double) throws {
    guard share > 0, share < 1 else {
      throw DataError("expected a held-out share above 0 and below 1, got \(share)")
    }
  }

  private static func filteredRows(
    _ log: ClickLog,
    _ options: SplitOptions,
    _ facts: inout SplitFacts
  ) throws -> [Int32] {
    var rows = [Int32](0..<Int32(log.count))
    for filter in options.filters {
      var unmatched: [String] = []
      rows = try filter.keep(rows, of: log, unmatched: &unmatched)
      // What one of two logs has is no mistake.
      facts.unmatchedValues = facts.unmatchedValues.map { $0.filter(unmatched.contains) } ?? unmatched
    }
    facts.filteredClicks += log.count - rows.count
    return rows
  }

  private static func keptRows(
    _ log: ClickLog,
    _ options: SplitOptions,
    _ facts: inout SplitFacts,
    _ notes: inout SplitNotes
  ) throws -> [Int32] {
    var rows = try filteredRows(log, options, &facts)
    guard !rows.isEmpty else {
      let values = (facts.unmatchedValues ?? []).map { "'\($0)'" }.joined(separator: ", ")
      let hint = values.isEmpty ? "" : "; no click has \(values)"
      throw DataError("the filters leave none of \(log.count) clicks\(hint)")
    }
    rows = withoutRepeats(rows, of: log, options, &notes)
    if let most = options.maxUserClicks {
      rows = try BusyUsers.without(rows, of: log, most: most, &notes)
    }
    let core = KCore(
      log,
      rows: rows,
      minUserClicks: options.minUserClicks,
      minItemClicks: options.minItemClicks
    )
    facts.coreClicks = rows.count - core.rows.count
    facts.coreUsers = core.removedUsers
    facts.coreItems = core.removedItems
    facts.coreRounds = core.rounds
    guard !core.rows.isEmpty else {
      throw DataError(
        "no click is left when every user must have \(options.minUserClicks) and every item "
          + "\(options.minItemClicks) clicks"
      )
    }
    return core.rows
  }

  private static func withoutRepeats(
    _ rows: [Int32],
    of log: ClickLog,
    _ options: SplitOptions,
    _ notes: inout SplitNotes
  ) -> [Int32] {
    let kept = RepeatedClicks.without(rows, of: log, options.deduplication)
    notes.repeatedClicks += rows.count - kept.count
    return kept
  }

  private static func count(_ order: ClickOrder, _ log: ClickLog, _ notes: inout SplitNotes) {
    notes.orderedClicks += order.rows.count
    if let times = log.times { notes.tiedClicks += order.tiedClicks(times) }
  }

  /// The items of `log` that none of `rows` is a click on, ascending.
  private static func removedItems(_ log: ClickLog, _ rows: [Int32]) -> [Int64] {
    guard rows.count < log.count else { return [] }
    let kept = Vocabulary(keysOf: rows.map { log.items[Int($0)] })
    return distinctKeys(log.items).filter { !kept.contains($0) }
  }

  // MARK: The split

  /// Where in each user's clicks the held-out ones begin, as places in `order.rows`.
  private static func cuts(
    _ order: ClickOrder,
    _ log: ClickLog,
    _ strategy: SplitStrategy,
    _ isTarget: [Bool]?,
    _ facts: inout SplitFacts
  ) throws -> [Int] {
    if let isTarget, let cuts = order.cuts(strategy, isTarget) { return cuts }
    let users = order.users.indices
    switch strategy {
    case .nothing: return users.map { order.offsets[$0 + 1] }
    case .lastClick: return users.map { order.offsets[$0 + 1] - 1 }
    case .leaveLast(let count): return users.map { max(order.offsets[$0], order.offsets[$0 + 1] - count) }
    case .ratio(let share):
      return users.map { user in
        let clicks = order.offsets[user + 1] - order.offsets[user]
        return order.offsets[user + 1] - max(1, DecimalShare.floor(share, of: clicks))
      }
    // Held out one by one, not by cut.
    case .items, .random: return users.map { order.offsets[$0 + 1] }
    case .time(let cutoff):
      let times = log.times ?? []
      let moment = moment(cutoff, order, times, log.timeUnit)
      facts.cutoff = moment
      return users.map { user in
        let range = order.offsets[user]..<order.offsets[user + 1]
        return order.rows[range].partitioningIndex { times[Int($0)] >= moment }
      }
    }
  }

  private static func moment(
    _ cutoff: TimeCutoff,
    _ order: ClickOrder,
    _ times: [Int64],
    _ unit: TimeUnit
  ) -> Int64 {
    switch cutoff {
    case .timestamp(let moment): return moment
    case .moment(let moment): return moment.ticks(around: unit).ceiling
    case .share(let share):
      let sorted = order.rows.map { times[Int($0)] }.sorted()
      let place = sorted.count - DecimalShare.roundedHalfDown(share, of: sorted.count)
      return sorted[min(max(place, 0), sorted.count - 1)]
    }
  }

  /// Keeps a random draw of the users that are kept, as the notebook draws it; returns the drawn ones.
  private static func sample(
    _ users: [Int64],
    _ isKept: inout [Bool],
    _ options: SplitOptions,
    _ facts: inout SplitFacts
  ) -> [Int64]? {
    let candidates = users.indices.filter { isKept[$0] }
    guard let size = options.sampleUsers, candidates.count > size else { return nil }
    var generator = NumpyGenerator(seed: options.seed)
    let drawn = generator.choice(candidates.count, size: size).map { candidates[$0] }
    isKept = [Bool](repeating: false, count: users.count)
    for user in drawn { isKept[user] = true }
    facts.usersNotSampled = candidates.count - size
    return drawn.map { users[$0] }
  }

  /// Which of `count` users are tested: a random draw of the candidates, or all of them.
  private static func tested(
    _ candidates: [Int],
    of count: Int,
    _ options: SplitOptions,
    _ facts: inout SplitFacts
  ) -> [Bool] {
    var tested = candidates
    if let size = options.testUsers, candidates.count > size {
      var generator = NumpyGenerator(seed: options.seed)
      tested = generator.choice(candidates.count, size: size).map { candidates[$0] }
      facts.usersNotTested = candidates.count - size
    }
    var isTested = [Bool](repeating: false, count: count)
    for user in tested { isTested[user] = true }
    return isTested
  }

  private static func finished(
    _ history: UserSequences,
    _ heldOut: UserSequences,
    _ sampled: [Int64]?,
    _ facts: SplitFacts,
    mayHoldNothing: Bool = false
  ) throws -> SplitData {
    var facts = facts
    facts.usersWithoutHeldOut = history.users.count - heldOut.users.count - facts.usersNotTested
    guard !history.users.isEmpty else {
      throw DataError(
        "nothing is left to learn from: all clicks of \(facts.usersWithoutHistory) users would be held out"
      )
    }
    guard mayHoldNothing || !heldOut.users.isEmpty else {
      let from = facts.cutoff.map { ": no user with a history clicks at or after \($0)" } ?? ""
      throw DataError("nothing is held out to test on\(from)")
    }
    if let learned = history.times?.max(), let tested = heldOut.times?.min() {
      facts.seesFuture = learned > tested
    }
    return SplitData(history: history, heldOut: heldOut, sampledUsers: sampled, facts: facts)
  }
}

extension Collection where Index == Int {
  /// The first place from which on `belongsToEnd` holds, in a collection where it holds for an end part only.
  fileprivate func partitioningIndex(where belongsToEnd: (Element) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = (low + high) / 2
      if belongsToEnd(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
