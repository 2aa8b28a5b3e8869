import Clicks
import Numerics

/// Requests as a model takes them, and what could not be taken as it was meant.
struct RequestBlock {
  /// User codes, `[requests]`.
  private(set) var users: [Int32] = []
  /// The codes of what each clicked, the oldest first.
  private(set) var histories: [[Int32]] = []
  /// The keys of the items that each has seen.
  private(set) var seen: [[Int64]] = []
  /// The ids of the clicks.
  private(set) var clicked: [[String]] = []
  /// The codes of the context, `[columns][requests]`.
  private(set) var contexts: [[Int32]]
  /// The times in hours, `[requests]`.
  private(set) var hours: [Float] = []
  /// When each comes, in the log's unit, `[requests]`, for who may be given what.
  private(set) var moments: [Int64] = []
  /// What is to be said of each.
  private(set) var notes: [[RequestNote]] = []

  private let names: ModelNames
  /// The features of users by their codes, as the model takes them.
  private let features: UserFeatures
  private let stored: SavedModel.Histories?
  private var saved: SavedModel { names.saved }

  /// Takes requests for the model behind `names`; `stored` is what it keeps of users.
  init(
    _ requests: [RecommendRequest],
    _ names: ModelNames,
    _ features: UserFeatures,
    _ stored: SavedModel.Histories?
  ) {
    self.names = names
    self.features = features
    self.stored = stored
    contexts = names.saved.model.shape.contexts.map { _ in [] }
    for request in requests { take(request) }
  }

  private mutating func take(_ request: RecommendRequest) {
    var notes: [RequestNote] = []
    let code = request.user.map(names.userCode) ?? 0
    if let user = request.user, code == 0 {
      notes.append(.unknownUser(user, nearest: names.nearestUser(user)))
    }
    var clicks: Range<Int>?
    if let history = request.history {
      takeHistory(history, &notes)
    } else if code > 0, let stored {
      let range = stored.clicks.offsets[Int(code) - 1]..<stored.clicks.offsets[Int(code)]
      takeStored(range, stored)
      clicks = range.isEmpty ? nil : range
    } else {
      if code > 0, let user = request.user { notes.append(.noHistories(user)) }
      histories.append([])
      seen.append([])
      clicked.append([])
    }
    if histories.last?.isEmpty ?? true { notes.append(.emptyHistory) }
    users.append(code)
    takeContexts(request, last: clicks.map { $0.upperBound - 1 }, &notes)
    takeTime(request, last: clicks.map { $0.upperBound - 1 }, &notes)
    self.notes.append(notes)
  }

  private mutating func takeHistory(_ history: [String], _ notes: inout [RequestNote]) {
    let keys = history.map(names.item)
    let unknown = zip(history, keys).filter { $0.1 == nil }.map(\.0)
    if let first = unknown.first { notes.append(.unknownItems(unknown, nearest: names.nearestItem(first))) }
    // As in training, what is unknown stands in its place and counts for nothing.
    histories.append(keys.map { $0.map(saved.catalogue.itemVocabulary.code) ?? 0 })
    seen.append(keys.compactMap { $0 })
    clicked.append(history)
  }

  private mutating func takeStored(_ range: Range<Int>, _ stored: SavedModel.Histories) {
    let codes = Array(stored.clicks.items[range])
    let keys =
      stored.clicks.keys.map { Array($0[range]) }
      ?? codes.map { saved.catalogue.itemVocabulary.key(of: $0) ?? -1 }
    histories.append(codes)
    seen.append(stored.clicks.keys == nil ? zip(codes, keys).filter { $0.0 > 0 }.map(\.1) : keys)
    clicked.append(zip(codes, keys).map { stored.clicks.keys == nil && $0 == 0 ? "?" : saved.itemID($1) })
  }

  /// The values of the request where it has them, else those of the last click.
  private mutating func takeContexts(_ request: RecommendRequest, last: Int?, _ notes: inout [RequestNote]) {
    let known = saved.contexts.map(\.name)
    for name in request.contexts.keys.sorted() where !contexts.indices.contains(where: { known[$0] == name })
    {
      notes.append(.unknownColumn(name, known: Array(known.prefix(contexts.count))))
    }
    for (place, column) in saved.contexts.enumerated() where place < contexts.count {
      guard let value = request.contexts[column.name] else {
        contexts[place].append(
          last.flatMap { click in stored.map { $0.features.contexts[place][click] } } ?? 0
        )
        continue
      }
      let code = names.code(value, in: column)
      if code == 0 {
        notes.append(
          .unknownValue(value, column: column.name, nearest: names.nearestValue(value, in: column))
        )
      }
      contexts[place].append(code)
    }
  }

  /// As ``QueryEncoder`` takes it, unless the request says when it comes.
  private mutating func takeTime(_ request: RecommendRequest, last: Int?, _ notes: inout [RequestNote]) {
    let clock = saved.clock
    let times = stored?.features.times ?? []
    let own =
      request.history == nil
      ? stored?.moments.flatMap { moments in users.last.flatMap { $0 > 0 ? moments[Int($0) - 1] : nil } }
      : nil
    let moment =
      request.time ?? saved.requestMoment ?? own ?? last.flatMap { times.isEmpty ? nil : times[$0] }
    if moment == nil, saved.takesTime { notes.append(.noTime) }
    moments.append(moment ?? clock.last)
    guard !saved.model.shape.timeWidths.isEmpty else { return }
    hours.append(Float(moment.map { Self.hours($0, clock) } ?? clock.span))
  }

  /// Hours since the first training click, also for times that are further from it than 64 bits count.
  private static func hours(_ time: Int64, _ clock: RequestClock) -> Double {
    guard time.subtractingReportingOverflow(clock.origin).overflow else { return clock.hours(time) }
    return (Double(time) - Double(clock.origin)) / (3600 * Double(clock.ticksPerSecond))
  }

  /// What the query tower is asked.
  var inputs: QueryInputs { inputs(histories: histories, of: Array(users.indices)) }

  /// What the query tower is asked of other histories, each of one of the requests.
  func inputs(histories: [[Int32]], of rows: [Int]) -> QueryInputs {
    var (clicks, starts, ends): ([Int32], [Int32], [Int32]) = ([], [], [])
    for history in histories {
      starts.append(Int32(truncatingIfNeeded: clicks.count))
      clicks += history
      ends.append(Int32(truncatingIfNeeded: clicks.count))
    }
    return QueryInputs(
      users: rows.map { users[$0] },
      histories: HistoryWindows(clicks: clicks, starts: starts, ends: ends),
      contexts: contexts.map { codes in rows.map { codes[$0] } },
      hours: hours.isEmpty ? [] : rows.map { hours[$0] },
      features: features.rows(rows.map { Int(users[$0]) })
    )
  }
}
