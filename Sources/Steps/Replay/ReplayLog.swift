import Clicks
import Notebook
import Tables

/// The clicks that are walked through, and the requests among them.
struct ReplayLog {
  /// One request: a click that a model is asked for before it is made.
  struct Request {
    /// The user's place in ``clicks``.
    var user: Int32
    /// The click's place there.
    var click: Int32
  }

  /// All clicks, each user's in the order of time.
  let clicks: UserSequences
  /// Their times.
  let times: [Int64]
  /// How many of the log's unit make a second.
  let ticksPerSecond: Int64
  /// When the first model is trained: it sees the clicks before this moment.
  let start: Int64
  /// Where the walk ends; no click from here on is asked for.
  let end: Int64
  /// The requests, user after user.
  let requests: [Request]
  /// Clicks that nobody can be given, as their user has clicked the item before.
  let repeats: Int

  /// Puts the clicks of `split` together again and finds the requests among them.
  /// - Throws: `RunFailure` where there are no times, nothing to learn from or nothing to ask for.
  init(_ split: SplitData, _ config: ConfigArtifact, _ settings: ReplaySettings, _ encoder: Encoder) throws {
    let clicks = split.allClicks
    self.clicks = clicks
    guard let times = clicks.times, !times.isEmpty else {
      throw RunFailure("a replay walks by time, and the click log has no times")
    }
    self.times = times
    let unit = config.log.timeUnit
    ticksPerSecond = unit.ticksPerSecond
    start =
      try settings.start.map { try $0.ticks(in: unit) }
      ?? times.sorted()[min(times.count - 1, Int(Double(times.count) * settings.share))]
    let newest = times.max() ?? 0
    end = try settings.end.map { try $0.ticks(in: unit) } ?? newest.addingReportingOverflow(1).partialValue
    guard start < end else {
      throw RunFailure("the walk would begin at \(start) and end at \(end); set 'start' before 'end'")
    }
    let (start, end) = (start, end)
    let isLearned = times.contains { $0 < start }
    let isTarget = try config.log.isTarget(encoder.targets)
    var (found, repeats): ([Request], Int) = ([], 0)
    for user in clicks.users.indices {
      let range = clicks.range(user)
      var known: Set<Int64> = []
      for click in range {
        defer { if settings.seen == .leaveOut { known.insert(clicks.items[click]) } }
        guard times[click] >= start, times[click] < end, click - range.lowerBound >= encoder.minHistory,
          isTarget?[Int(clicks.rows[click])] ?? true, clicks.weights?[click] ?? 1 > 0
        else { continue }
        if known.contains(clicks.items[click]) {
          repeats += 1
        } else {
          found.append(Request(user: Int32(user), click: Int32(click)))
        }
      }
    }
    guard isLearned, !found.isEmpty else {
      throw RunFailure(
        "there must be clicks before \(start), to learn from, and from there to \(end), to be asked for; set 'start' and "
          + "'end' otherwise"
      )
    }
    (self.requests, self.repeats) = (found, repeats)
  }

  /// The clicks before `moment`, as a split that holds nothing out.
  func history(before moment: Int64) -> SplitData {
    var (users, offsets, kept): ([Int64], [Int], [Int]) = ([], [0], [])
    for user in clicks.users.indices {
      let own = clicks.range(user).prefix { times[$0] < moment }
      guard !own.isEmpty else { continue }
      users.append(clicks.users[user])
      kept += own
      offsets.append(kept.count)
    }
    let none = UserSequences(users: [], offsets: [0], items: [], times: [], rows: [])
    return SplitData(
      history: UserSequences(
        users: users,
        offsets: offsets,
        items: kept.map { clicks.items[$0] },
        times: kept.map { times[$0] },
        rows: kept.map { clicks.rows[$0] },
        weights: clicks.weights.map { weights in kept.map { weights[$0] } }
      ),
      heldOut: none
    )
  }

  /// The moments at which a step of `period` seconds begins, from the start on.
  func steps(of period: Int64) -> [Int64] {
    Array(stride(from: start, to: end, by: Int(period * ticksPerSecond)))
  }

  /// The places of the requests from `first` to before `last`.
  func requests(from first: Int64, to last: Int64) -> [Int] {
    requests.indices.filter { first..<last ~= times[Int(requests[$0].click)] }
  }
}

extension SplitData {
  /// All clicks that were split, each user's in the order of time; what was held out of nobody is not among them.
  fileprivate var allClicks: UserSequences {
    let parts = [history, validation, afterValidation, heldOut].compactMap { $0 }
    let users = Vocabulary(keysOf: parts.flatMap(\.users)).keys
    var (offsets, items, times, rows, weights): ([Int], [Int64], [Int64], [Int32], [Float]) = (
      [0], [], [], [], []
    )
    for user in users {
      var own: [(part: Int, click: Int)] = []
      for (part, sequences) in parts.enumerated() {
        guard let place = sequences.place(of: user) else { continue }
        own += sequences.range(place).map { (part, $0) }
      }
      func time(_ place: (part: Int, click: Int)) -> Int64 { parts[place.part].times?[place.click] ?? 0 }
      // Rows of the file tell clicks of one moment apart, as in the split.
      own.sort { a, b in
        (time(a), parts[a.part].rows[a.click]) < (time(b), parts[b.part].rows[b.click])
      }
      for (part, click) in own {
        items.append(parts[part].items[click])
        rows.append(parts[part].rows[click])
        if let value = parts[part].times?[click] { times.append(value) }
        weights.append(parts[part].weights?[click] ?? 1)
      }
      offsets.append(items.count)
    }
    return UserSequences(
      users: users,
      offsets: offsets,
      items: items,
      times: times.count == items.count ? times : nil,
      rows: rows,
      weights: parts.contains { $0.weights != nil } ? weights : nil
    )
  }
}

extension TimeSetting {
  /// The moment in a log's unit.
  /// - Throws: `RunFailure` where it is none that the unit counts.
  fileprivate func ticks(in unit: TimeUnit) throws -> Int64 {
    switch self {
    case .number(.whole(let value)): return Int64(value)
    case .number(.real(let value)):
      guard let whole = Int64(exactly: value.rounded(.up)) else { throw RunFailure("\(value) is no moment") }
      return whole
    case .moment(let moment):
      // A click of less than a tick later is after it too.
      return moment.ticks(around: unit).ceiling
    }
  }
}
