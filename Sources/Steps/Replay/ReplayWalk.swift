import Clicks
import Files
import Notebook
import Numerics
import Recall

/// What became of all requests under one way of keeping a model up to date.
struct ReplayWalk: Equatable {
  /// What the way is called: `never`, `day`, `hour`, `fresh`.
  var name: String
  /// The rank of each request's click among the items given, from 1; 0 where it is not among them, -1 where the model did not
  /// know the item.
  var ranks: [Int32]
  /// How many hours before each request the model was made.
  var ages: [Float]
  /// How many models were made after the first one.
  var updates = 0
  /// What these took together.
  var seconds = 0.0
  /// How many samples went through training for them.
  var samples = 0

  /// Nothing yet, of `count` requests.
  init(_ name: String, count: Int) {
    self.name = name
    ranks = [Int32](repeating: 0, count: count)
    ages = [Float](repeating: 0, count: count)
  }
}

/// Asks models for the clicks to come.
struct ReplayAsker {
  let log: ReplayLog
  let config: ConfigArtifact
  let rules: SampleRules
  let settings: ReplaySettings
  let context: RunContext
  /// The row of each user in the user table.
  let userRows: [Int64: Int]

  /// How many requests are asked at once.
  private static let blockRows = 8_192

  /// Asks `model` the requests at `places`, and notes what came in `walk`.
  func ask(_ model: ReplayModel, _ places: [Int], into walk: inout ReplayWalk) throws {
    guard !places.isEmpty else { return }
    let encoded = model.encoded
    let vectors = try model.model.itemVectors(
      encoded.catalogue.itemInputs(for: model.model.shape, encoded.clock)
    )
    let ranker = Ranker(
      index: SearchIndex(vectors: vectors, ids: encoded.catalogue.items, approximate: nil),
      threads: context.threads
    )
    let trend = trend(for: model.model)
    let hour = Double(3_600 * log.ticksPerSecond)
    for start in stride(from: 0, to: places.count, by: Self.blockRows) {
      try context.checkCancellation()
      let block = Array(places[start..<min(start + Self.blockRows, places.count)])
      let requests = block.map { log.requests[$0] }
      let queries = try model.model.steadyQueryVectors(inputs(requests, model))
      let context = context
      let lists = try ranker.search(
        queries,
        k: settings.k,
        SearchOptions(
          exclusions: settings.seen == .leaveOut ? Exclusions(requests.map(seen)) : nil,
          threads: context.threads,
          checkpoint: { try context.checkCancellation() }
        ),
        .exact,
        at: requests.map(moment),
        trend
      ).lists
      for (row, place) in block.enumerated() {
        let click = Int(requests[row].click)
        let target = log.clicks.items[click]
        walk.ages[place] = Float(Double(log.times[click] - model.moment) / hour)
        if !model.knows(target) {
          walk.ranks[place] = -1
        } else if let rank = lists[row].firstIndex(of: target) {
          walk.ranks[place] = Int32(rank - lists[row].startIndex + 1)
        }
      }
    }
  }

  /// The items that a request's user clicked before.
  private func seen(_ request: ReplayLog.Request) -> [Int64] {
    Array(log.clicks.items[log.clicks.offsets[Int(request.user)]..<Int(request.click)])
  }

  /// When a request comes: as long before its click as in training.
  private func moment(of request: ReplayLog.Request) -> Int64 {
    let lead = Int64(exactly: (rules.leadSeconds * Double(log.ticksPerSecond)).rounded()) ?? .max
    let moment = log.times[Int(request.click)].subtractingReportingOverflow(lead)
    return moment.overflow ? .min : moment.partialValue
  }

  /// What items gain by recent clicks: those of the whole log before each request, as a service is told of them.
  private func trend(for model: TwoTowerModel) -> ItemTrend? {
    ItemTrend(
      model,
      EncodedRequests(
        offsets: log.clicks.offsets,
        items: [Int32](repeating: 0, count: log.clicks.items.count),
        keys: log.clicks.items
      ),
      RequestFeatures(times: log.times),
      items: [],
      ticksPerSecond: log.ticksPerSecond
    )
  }

  /// What the query tower is asked: all clicks before, in the context and at the time of a sample whose target the click is.
  private func inputs(_ requests: [ReplayLog.Request], _ model: ReplayModel) throws -> QueryInputs {
    let encoded = model.encoded
    var (items, starts, ends): ([Int64], [Int32], [Int32]) = ([], [], [])
    for request in requests {
      let first = max(
        log.clicks.offsets[Int(request.user)],
        Int(request.click) - model.model.shape.maxSeqLen
      )
      starts.append(Int32(items.count))
      items += log.clicks.items[first..<Int(request.click)]
      ends.append(Int32(items.count))
    }
    let users = requests.map { encoded.clicks.userVocabulary.code(of: log.clicks.users[Int($0.user)]) }
    var inputs = QueryInputs(
      users: users,
      histories: HistoryWindows(
        clicks: encoded.catalogue.itemVocabulary.codes(of: items),
        starts: starts,
        ends: ends
      )
    )
    if !model.model.shape.contexts.isEmpty {
      let rows = requests.map { log.clicks.rows[Int($0.click)] }
      inputs.contexts = try encoded.contexts.map { try $0.codes(in: config.log, rows: rows) }
    }
    if !model.model.shape.timeWidths.isEmpty {
      inputs.hours = requests.map { request in
        Float(encoded.clock.hours(log.times[Int(request.click)]) - rules.leadSeconds / 3_600)
      }
    }
    if model.model.shape.usesUserFeatures {
      inputs.features = try features(requests.map { log.clicks.users[Int($0.user)] }, users, encoded)
    }
    return inputs
  }

  /// The features of users by their ids and codes: of one without a click to learn from those of the user table.
  private func features(_ users: [Int64], _ codes: [Int32], _ encoded: EncodeArtifact) throws -> UserFeatures
  {
    // Of these users alone: the tables of all may be large.
    let known = encoded.userFeatures.rows(codes.map { .some(Int($0)) })
    var (rows, places) = ([Int](), Array(users.indices))
    for place in users.indices where codes[place] == 0 {
      guard let row = userRows[users[place]] else { continue }
      places[place] = users.count + rows.count
      rows.append(row)
    }
    guard let table = config.users, !rows.isEmpty else { return UserFeatures(known.values) }
    return UserFeatures(known.adding(try known.encoded(rows, of: table)).values).rows(places)
  }
}

/// Walks in bundles, so that a killed replay goes on with the next one.
enum ReplayCheckpoint {
  static func bundle(_ walks: [ReplayWalk]) -> Bundle {
    var bundle = Bundle()
    bundle.add("names", texts: walks.map(\.name))
    for (place, walk) in walks.enumerated() {
      bundle.add("\(place).ranks", walk.ranks)
      bundle.add("\(place).ages", walk.ages)
      bundle.add("\(place).counts", [walk.updates, walk.samples])
      bundle.add("\(place).seconds", [walk.seconds])
    }
    return bundle
  }

  /// - Throws: `BundleError` where it is of another number of requests.
  static func walks(_ bundle: Bundle, count: Int) throws -> [ReplayWalk] {
    try bundle.texts("names").enumerated().map { place, name in
      var walk = ReplayWalk(name, count: 0)
      walk.ranks = try bundle.int32("\(place).ranks")
      walk.ages = try bundle.float32("\(place).ages")
      let counts = try bundle.ints("\(place).counts")
      guard walk.ranks.count == count, walk.ages.count == count, counts.count == 2,
        let seconds = try bundle.float64("\(place).seconds").first
      else { throw BundleError.damaged("a walk is of other requests") }
      (walk.updates, walk.samples, walk.seconds) = (counts[0], counts[1], seconds)
      return walk
    }
  }
}
