import Clicks
import Numerics

/// Requests as a model takes them, and what could not be taken as it was meant.
struct RequestBlock {
  /// User codes, `[requests]`.
  private(set) var users: [Int32] = []
  /// The row of each user's features, `[requests]`: their code, or what is behind those of all users with codes.
  private var featureRows: [Int] = []
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
  /// The features of users by their codes, and behind them of those without, as the model takes them.
  private let features: UserFeatures
  private let stored: SavedModel.Histories?
  private var saved: SavedModel { names.saved }

  /// What was said of items since the model was trained.
  private let overlay: ItemOverlay

  /// Takes requests for the model behind `names`; `stored` is what it keeps of users, and `events[i]` what came since of the
  /// user of request `i`, nil for nothing.
  init(
    _ requests: [RecommendRequest],
    _ names: ModelNames,
    _ features: UserFeatures,
    _ stored: SavedModel.Histories?,
    events: [EventHistory?],
    _ overlay: ItemOverlay
  ) {
    self.names = names
    self.features = features
    self.stored = stored
    self.overlay = overlay
    contexts = names.saved.model.shape.contexts.map { _ in [] }
    for (request, events) in zip(requests, events) { take(request, events) }
  }

  private mutating func take(_ request: RecommendRequest, _ events: EventHistory?) {
    var notes: [RequestNote] = []
    let code = request.user.map(names.userCode) ?? 0
    let further = code == 0 ? request.user.flatMap(names.furtherUser) : nil
    featureRows.append(further.map { saved.users.count + 1 + $0 } ?? Int(code))
    if let user = request.user, further != nil {
      notes.append(.featuresAlone(user))
    } else if let user = request.user, code == 0 {
      notes.append(events == nil ? .unknownUser(user, nearest: names.nearestUser(user)) : .newUser(user))
    }
    var (clicks, later): (Range<Int>?, [EventHistory.Click]) = (nil, [])
    // A request of before sees what was known then.
    let known: EventHistory? = request.time.map { time in events?.until(time) } ?? events
    var unborn = (events?.clicks.count ?? 0) - (known?.clicks.count ?? 0)
    if let history = request.history {
      takeHistory(history, &notes)
    } else if code > 0, let stored {
      let all = stored.clicks.offsets[Int(code) - 1]..<stored.clicks.offsets[Int(code)]
      let range = all.lowerBound..<Self.end(of: all, at: request.time, stored.features.times)
      unborn += all.count - range.count
      later = takeStored(range, stored, known)
      clicks = range.isEmpty ? nil : range
    } else {
      if code > 0, let user = request.user { notes.append(.noHistories(user)) }
      later = known?.clicks ?? []
      histories.append(later.map(itemCode))
      seen.append(known?.seen ?? [])
      clicked.append(later.map(\.id))
    }
    if unborn > 0, request.history == nil { notes.append(.laterClicks(unborn)) }
    if histories.last?.isEmpty ?? true { notes.append(.emptyHistory) }
    users.append(code)
    let last = clicks.map { $0.upperBound - 1 }
    // Where the model's clicks are the newer ones, the request comes at the last of these.
    if let time = last.flatMap(storedTime), let newest = later.last, newest.time < time { later = [] }
    takeContexts(request, last: last, later, &notes)
    takeTime(request, last: last, later.last?.time, &notes)
    self.notes.append(notes)
  }

  /// Where clicks end that a request at `time` sees, of those in `range`, which are in the order of time.
  private static func end(of range: Range<Int>, at time: Int64?, _ times: [Int64]) -> Int {
    guard let time, !times.isEmpty else { return range.upperBound }
    return range.first { times[$0] > time } ?? range.upperBound
  }

  private func itemCode(_ click: EventHistory.Click) -> Int32 {
    click.key.map(saved.catalogue.itemVocabulary.code) ?? 0
  }

  private func storedTime(_ click: Int) -> Int64? {
    stored.flatMap { $0.features.times.isEmpty ? nil : $0.features.times[click] }
  }

  private mutating func takeHistory(_ history: [String], _ notes: inout [RequestNote]) {
    let keys = history.map { names.item($0) ?? overlay.key(of: $0) }
    let unknown = zip(history, keys).filter { $0.1 == nil }.map(\.0)
    if let first = unknown.first { notes.append(.unknownItems(unknown, nearest: names.nearestItem(first))) }
    let new = zip(history, keys).filter { $0.1.map { overlay.id(of: $0) != nil } ?? false }.map(\.0)
    if !new.isEmpty { notes.append(.newItems(new)) }
    // As in training, what is unknown stands in its place and counts for nothing.
    histories.append(keys.map { $0.map(saved.catalogue.itemVocabulary.code) ?? 0 })
    seen.append(keys.compactMap { $0 })
    clicked.append(history)
  }

  /// Takes what the model keeps of a user, and what came since in its place among that by time, as far as the model has times;
  /// gives what came and is no click that the model keeps.
  private mutating func takeStored(
    _ range: Range<Int>,
    _ stored: SavedModel.Histories,
    _ events: EventHistory?
  )
    -> [EventHistory.Click]
  {
    let codes = Array(stored.clicks.items[range])
    let keys =
      stored.clicks.keys.map { Array($0[range]) }
      ?? codes.map { saved.catalogue.itemVocabulary.key(of: $0) ?? -1 }
    let ids = zip(codes, keys).map { stored.clicks.keys == nil && $0 == 0 ? "?" : saved.itemID($1) }
    seen.append(stored.clicks.keys == nil ? zip(codes, keys).filter { $0.0 > 0 }.map(\.1) : keys)
    guard let events, let place = seen.indices.last else {
      histories.append(codes)
      clicked.append(ids)
      return []
    }
    seen[place] += events.seen
    let times = stored.features.times.isEmpty ? [] : Array(stored.features.times[range])
    var (all, names): ([Int32], [String]) = ([], [])
    var (next, later): (Int, [EventHistory.Click]) = (0, [])
    for event in events.clicks {
      while next < codes.count, times.isEmpty || times[next] <= event.time {
        all.append(codes[next])
        names.append(ids[next])
        next += 1
      }
      // A model that learned from what came before keeps the same click.
      var same = next
      while same > 0, !times.isEmpty, times[same - 1] == event.time, keys[same - 1] != event.key { same -= 1 }
      if same > 0, !times.isEmpty, times[same - 1] == event.time { continue }
      all.append(itemCode(event))
      names.append(event.id)
      later.append(event)
    }
    histories.append(all + codes[next...])
    clicked.append(names + ids[next...])
    return later
  }

  /// The values of the request where it has them, else those of the newest click that has them.
  private mutating func takeContexts(
    _ request: RecommendRequest,
    last: Int?,
    _ later: [EventHistory.Click],
    _ notes: inout [RequestNote]
  ) {
    let known = saved.contexts.map(\.name)
    for name in request.contexts.keys.sorted() where !contexts.indices.contains(where: { known[$0] == name })
    {
      notes.append(.unknownColumn(name, known: Array(known.prefix(contexts.count))))
    }
    for (place, column) in saved.contexts.enumerated() where place < contexts.count {
      guard let value = request.contexts[column.name] else {
        if let value = later.last(where: { $0.contexts[column.name] != nil })?.contexts[column.name] {
          contexts[place].append(names.code(value, in: column))
          continue
        }
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

  /// As ``QueryEncoder`` takes it, unless the request says when it comes, or a click came since.
  private mutating func takeTime(
    _ request: RecommendRequest,
    last: Int?,
    _ newest: Int64?,
    _ notes: inout [RequestNote]
  ) {
    let clock = saved.clock
    let own =
      request.history == nil
      ? stored?.moments.flatMap { moments in users.last.flatMap { $0 > 0 ? moments[Int($0) - 1] : nil } }
      : nil
    let trained = saved.requestMoment ?? own ?? last.flatMap(storedTime)
    let moment = request.time ?? newest.map { max($0, trained ?? $0) } ?? trained
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
      features: features.rows(rows.map { featureRows[$0] })
    )
  }
}
