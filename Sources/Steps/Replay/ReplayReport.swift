import Notebook
import Recall
import Report

/// What the report shows of a replay.
struct ReplayReport {
  /// The first training, which all walks begin with.
  struct First {
    var seconds: Double
    var samples: Int
  }

  let log: ReplayLog
  let walks: [ReplayWalk]
  let settings: ReplaySettings
  let first: First?

  private var name: String { "hit rate@\(settings.k)" }
  private var users: [Int32] { log.requests.map(\.user) }

  /// 1 for each request whose click was among the items given, else 0.
  private func hits(_ walk: ReplayWalk, _ places: [Int]? = nil) -> [Double] {
    (places ?? Array(walk.ranks.indices)).map { walk.ranks[$0] > 0 ? 1 : 0 }
  }

  /// What updates are held against: fresh trainings, or else no updates.
  private var reference: ReplayWalk? {
    walks.first { $0.name == "fresh" } ?? walks.first { $0.name == "never" }
  }

  /// The samples of an update over those of a fresh training at the same time, or else at the start.
  private func cost(_ walk: ReplayWalk) -> Double? { ratio(walk) { Double($0.samples) } ?? firstRatio(walk) }

  private func firstRatio(_ walk: ReplayWalk) -> Double? {
    guard let first, walk.updates > 0, first.samples > 0 else { return nil }
    return Double(walk.samples) / Double(walk.updates) / Double(first.samples)
  }

  /// Likewise of time.
  private func timeRatio(_ walk: ReplayWalk) -> Double? {
    if let ratio = ratio(walk, \.seconds) { return ratio }
    guard let first, walk.updates > 0, first.seconds > 0 else { return nil }
    return walk.seconds / Double(walk.updates) / first.seconds
  }

  private func ratio(_ walk: ReplayWalk, _ amount: (ReplayWalk) -> Double) -> Double? {
    guard let fresh = walks.first(where: { $0.name == "fresh" }), fresh.updates > 0, walk.updates > 0,
      amount(fresh) > 0
    else { return nil }
    return amount(walk) / Double(walk.updates) / (amount(fresh) / Double(fresh.updates))
  }

  /// Gives the metrics.
  func measure(_ context: RunContext) {
    context.metric("requests", Double(log.requests.count))
    for walk in walks {
      context.metric("\(walk.name)_hit_rate@\(settings.k)", ClusteredShare(hits(walk), users: users).value)
      guard walk.name != "never", walk.name != "fresh" else { continue }
      context.metric("\(walk.name)_cost", cost(walk) ?? .nan)
    }
    let shown = walks.map { walk in
      "\(walk.name) \(NumberFormat.fixed(ClusteredShare(hits(walk), users: users).value, digits: 4))"
    }
    context.summarize("\(name): " + shown.joined(separator: ", "))
    context.highlight("Replay", "\(name) by updates: " + shown.joined(separator: ", "))
  }

  var blocks: [Block] {
    [.prose(words), .table(table), .plot(plot), .table(steps)]
  }

  private var words: String {
    let unknown = walks.first { $0.name == "never" } ?? walks.first
    let share = unknown.map { walk in
      Double(walk.ranks.count { $0 < 0 }) / Double(max(1, walk.ranks.count))
    }
    var text =
      "Each of \(NumberFormat.grouped(log.requests.count)) clicks from \(log.start) to \(log.end) is asked for before it is made, "
      + "by all that its user clicked until then; what a model may give are the items clicked before it was made. A click on "
      + "any other is a miss"
    if let unknown, let share {
      text += ": \(NumberFormat.percent(share)) of all for '\(unknown.name)'"
    }
    text += "."
    if log.repeats > 0 {
      text +=
        " \(NumberFormat.grouped(log.repeats)) clicks on what their user had clicked before are not asked for, since seen items "
        + "are left out."
    }
    text +=
      " Intervals are at 95 %, by user. Times are of this run's machine and hang on what else it does; samples do not."
    return text
  }

  /// What an update is worth and what it costs.
  private var table: Table {
    let reference = reference
    let rows: [[Table.Cell]] = walks.map { walk in
      let share = ClusteredShare(hits(walk), users: users)
      var difference = Table.Cell.empty
      if let reference, reference.name != walk.name {
        let values = zip(hits(walk), hits(reference)).map { $0 - $1 }
        difference = .text(Self.signed(ClusteredShare(values, users: users)))
      }
      let age = walk.ages.reduce(0.0) { $0 + Double($1) } / Double(max(1, walk.ages.count))
      let unknown = Double(walk.ranks.count { $0 < 0 }) / Double(max(1, walk.ranks.count))
      let updates = Double(max(1, walk.updates))
      return [
        .text(walk.name), .real(age, digits: 1), .text(Self.text(share)), difference,
        .text(NumberFormat.percent(unknown)), .int(walk.updates),
        walk.updates > 0 ? .text(NumberFormat.duration(seconds: walk.seconds / updates)) : .empty,
        walk.updates > 0 ? .int(walk.samples / walk.updates) : .empty,
        timeRatio(walk).map { .text(NumberFormat.percent($0)) } ?? .empty,
        cost(walk).map { .text(NumberFormat.percent($0)) } ?? .empty,
      ]
    }
    let against = reference.map { "than '\($0.name)'" } ?? ""
    let fresh = walks.contains { $0.name == "fresh" } ? "a fresh training" : "the first training"
    return Table(
      name: "updates",
      caption: first.map {
        "The first training took \(NumberFormat.duration(seconds: $0.seconds)), encoding included, and \(NumberFormat.grouped($0.samples)) samples."
      },
      columns: [
        .init("Updated"), .init("Mean age, hours", .trailing), .init(name, .trailing),
        .init("More \(against)", .trailing), .init("Unknown items", .trailing), .init("Updates", .trailing),
        .init("Each takes", .trailing), .init("Samples each", .trailing),
        .init("Time, of \(fresh)", .trailing), .init("Samples, of it", .trailing),
      ],
      rows: rows
    )
  }

  /// The places of the requests of each step, and how many steps of `by` after the start it begins.
  private var periods: [(step: Int, places: [Int])] {
    let ticks = settings.by.seconds * log.ticksPerSecond
    var places: [Int: [Int]] = [:]
    for (place, request) in log.requests.enumerated() {
      places[Int((log.times[Int(request.click)] - log.start) / ticks), default: []].append(place)
    }
    return places.keys.sorted().map { ($0, places[$0] ?? []) }
  }

  private var plot: Plot {
    let periods = periods
    let series = walks.map { walk in
      let shares = periods.map { period in
        ClusteredShare(hits(walk, period.places), users: period.places.map { log.requests[$0].user })
      }
      return Plot.Series(
        walk.name == "never" || walk.name == "fresh" ? walk.name : "each \(walk.name)",
        .line,
        x: periods.map { Double($0.step) + 0.5 },
        y: shares.map(\.value),
        low: shares.map { $0.interval?.low ?? $0.value },
        high: shares.map { $0.interval?.high ?? $0.value }
      )
    }
    return Plot(
      name: "age",
      title: "What updates are worth",
      description:
        "\(name) by the time since the first training, with intervals by user, a line for each rhythm of updates.",
      x: .init("\(settings.by.rawValue)s since the first training: the age of a model that is never updated"),
      y: .init(name),
      series: series
    )
  }

  private var steps: Table {
    let rows: [[Table.Cell]] = periods.map { period in
      let users = period.places.map { log.requests[$0].user }
      return [.int(period.step), .int(period.places.count)]
        + walks.map { .text(Self.text(ClusteredShare(hits($0, period.places), users: users))) }
    }
    return Table(
      name: "steps",
      columns: [
        .init("\(settings.by == .day ? "Day" : "Hour") since the start", .trailing),
        .init("Requests", .trailing),
      ] + walks.map { .init($0.name, .trailing) },
      rows: rows
    )
  }

  /// `0.4213 [0.4150, 0.4276]`.
  private static func text(_ share: ClusteredShare) -> String {
    let value = NumberFormat.fixed(share.value, digits: 4)
    guard let interval = share.interval else { return value }
    return
      "\(value) [\(NumberFormat.fixed(interval.low, digits: 4)), \(NumberFormat.fixed(interval.high, digits: 4))]"
  }

  private static func signed(_ share: ClusteredShare) -> String {
    let text = Self.text(share)
    return share.value >= 0 ? "+\(text)" : text
  }
}
