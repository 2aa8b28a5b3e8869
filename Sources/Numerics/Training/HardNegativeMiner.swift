import Memory

/// Finds the hard negatives of the batches to come.
///
/// At the first step of an epoch, and every so many steps from there, it computes the vectors of all items of the
/// training clicks as the model has them now, ranks them for the queries of the batches up to the next mining by
/// exact search, and draws from each ranking. Nothing is kept from one epoch to the next, so that a training that
/// is resumed mines what an unbroken one does. There is no dropout, and no noise on the times of requests; ages of
/// items are those at the newest training click, as in the index to come. The same seed gives the same items for any
/// number of threads.
final class HardNegativeMiner {
  /// The seconds spent so far.
  private(set) var seconds = 0.0
  private let options: HardNegativeOptions
  private let samples: SampleColumns
  /// Which samples are computed together; nil where each is by itself.
  private let sequences: TrainingSequences?
  private let model: TwoTowerModel
  private let batchSize: Int
  private let seed: Int
  private let items: ItemInputs
  /// What was drawn for each batch since the last mining, the step of its first one, and `MinedItems.shares`.
  private var drawn: [[Int32]] = []
  private var firstStep = 0
  private var shares: [Double] = []
  /// The row of each item in the vectors that are searched, `[item vocabulary]`; empty where targets are not scored.
  private let rowOfItem: [Int32]

  /// Queries that are ranked at a time (whole batches, one at least), which bounds the memory of their rankings.
  private static let queriesAtOnce = 4_096

  /// Makes a miner for the training of `model` on `samples` with `options`; nil where nothing is to be mined.
  init?(
    _ samples: SampleColumns,
    model: TwoTowerModel,
    options: TrainerOptions,
    sequences: TrainingSequences? = nil
  ) {
    guard let hardNegatives = options.hardNegatives else { return nil }
    self.sequences = sequences
    self.options = hardNegatives
    self.samples = samples
    self.model = model
    batchSize = options.batchSize
    seed = options.seed
    items = samples.itemInputs(for: model.shape)
    guard hardNegatives.maxShareOfPositive != nil else {
      rowOfItem = []
      return
    }
    var rows = [Int32](repeating: 0, count: model.shape.itemVocabulary)
    for (row, item) in items.items.enumerated() { rows[Int(item)] = Int32(row) }
    rowOfItem = rows
  }

  /// Whether step `step` (from 0) of epoch `epoch` (from 1) mines before it trains.
  func isDue(epoch: Int, step: Int) -> Bool { epoch >= options.startEpoch && step % options.everySteps == 0 }

  /// Mines, where step `step` of epoch `epoch` is one at which that happens, for the batches of `order` from there
  /// to the next mining.
  /// - Parameters:
  ///   - order: the samples of the epoch in the order of training.
  ///   - epoch: the epoch, from 1.
  ///   - step: the step of the epoch, from 0.
  /// - Throws: what `checkpoint` throws, and `ModelError.input` where the samples do not fit the model.
  func mineIfDue(_ order: [Int32], epoch: Int, step: Int, checkpoint: () throws -> Void) throws {
    guard epoch >= options.startEpoch else { return drawn = [] }
    guard isDue(epoch: epoch, step: step) else { return }
    let clock = ContinuousClock()
    let start = clock.now
    defer { seconds += (clock.now - start) / .seconds(1) }
    (drawn, firstStep) = ([], step)
    let vectors = try model.itemVectors(items)
    let search = ExactSearch(items: vectors, ids: items.items.map(Int64.init))
    let batches = batches(of: order, from: step)
    let batchesAtOnce = max(1, Self.queriesAtOnce / max(1, batches.first?.count ?? 0))
    for first in stride(from: 0, to: batches.count, by: batchesAtOnce) {
      try checkpoint()
      let part = batches[first..<min(first + batchesAtOnce, batches.count)]
      let (rankings, limits) = try rank(part.flatMap { $0.map(Int.init) }, search, vectors)
      var query = 0
      for batch in part {
        drawn.append(draw(rankings, limits, query..<query + batch.count, "\(epoch)/\(step + drawn.count)"))
        query += batch.count
      }
    }
    countShares()
  }

  /// What was drawn for the batch of step `step`.
  func items(ofStep step: Int) -> MinedItems {
    let place = step - firstStep
    return drawn.indices.contains(place) ? MinedItems(items: drawn[place], shares: shares) : MinedItems()
  }

  private func countShares() {
    shares = [Double](repeating: 0, count: model.shape.itemVocabulary)
    var lastBatch = [Int](repeating: -1, count: shares.count)
    for (batch, items) in drawn.enumerated() {
      for item in items where lastBatch[Int(item)] != batch {
        lastBatch[Int(item)] = batch
        shares[Int(item)] += 1 / Double(drawn.count)
      }
    }
  }

  /// The samples to mine for in each batch: the first ones, for the order of an epoch is random already.
  private func batches(of order: [Int32], from step: Int) -> [ArraySlice<Int32>] {
    let end = min(order.count, (step + options.everySteps) * batchSize)
    return stride(from: step * batchSize, to: end, by: batchSize).map { start in
      let rows = order[start..<min(start + batchSize, order.count)]
      return rows.prefix(Int((options.queryShare * Double(rows.count)).rounded(.up)))
    }
  }

  /// The best items of the samples numbered `rows`, their targets and the clicks that they show left out, and the highest
  /// score that each may have; no such scores where there is no limit.
  private func rank(_ rows: [Int], _ search: ExactSearch, _ vectors: Matrix) throws -> (TopK, limits: [Float])
  {
    var histories = HistoryWindows(clicks: [], starts: [], ends: [])
    var excluded: [Int64] = []
    var offsets = [0]
    for (place, row) in rows.enumerated() {
      let end = samples.histories.ends[row]
      let start = max(samples.histories.starts[row], end - Int32(clamping: model.shape.maxSeqLen))
      var clicks = samples.histories.clicks[Int(start)..<Int(end)]
      if samples.others == nil {
        addWindow(of: row, after: place > 0 ? rows[place - 1] : nil, to: &histories)
      } else {
        // A set is shown whole, as requests show it; but for the target.
        clicks.removeAll { $0 == samples.items[row] }
        histories.starts.append(Int32(histories.clicks.count))
        histories.clicks += clicks
        histories.ends.append(Int32(histories.clicks.count))
      }
      excluded.append(Int64(samples.items[row]))
      excluded += clicks.lazy.map(Int64.init)
      offsets.append(excluded.count)
    }
    let queries = try model.queryVectors(
      QueryInputs(
        users: rows.map { samples.users[$0] },
        histories: histories,
        contexts: samples.contexts.map { codes in rows.map { codes[$0] } },
        hours: samples.hours.isEmpty
          ? [] : rows.map { Float(min(max(samples.hours[$0], 0), model.shape.timeSpan)) },
        features: samples.userFeatures.rows(rows.map { Int(samples.users[$0]) })
      )
    )
    let found = try search.search(
      queries: queries,
      k: options.ranks.upperBound,
      options: SearchOptions(
        exclusions: Exclusions(offsets: offsets, ids: excluded),
        threads: model.compute.threads.count
      )
    )
    guard let share = options.maxShareOfPositive else { return (found, []) }
    let limits = rows.enumerated().map { query, row in
      let target = vectors.row(Int(rowOfItem[Int(samples.items[row])]))
      let score =
        model.shape.interests == nil
        ? zip(queries.row(query), target).reduce(Float(0)) { $0 + $1.0 * $1.1 }
        : InterestSearch.score(queries.row(query), target)
      return score - Float(1 - share) * abs(score)
    }
    return (found, limits)
  }

  /// Adds the clicks that the query of sample `row` reads: where they go on from those of the sample `before`, the further ones
  /// alone, so that both are computed together.
  private func addWindow(of row: Int, after before: Int?, to histories: inout HistoryWindows) {
    let end = samples.histories.ends[row]
    let start =
      sequences?.starts[row]
      ?? max(samples.histories.starts[row], end - Int32(clamping: model.shape.maxSeqLen))
    var known = start
    var place = Int32(histories.clicks.count)
    if let sequences, let before, sequences.starts[before] == start, samples.histories.ends[before] <= end,
      let last = histories.starts.last
    {
      (known, place) = (samples.histories.ends[before], last)
    }
    histories.starts.append(place)
    histories.clicks += samples.histories.clicks[Int(known)..<Int(end)]
    histories.ends.append(Int32(histories.clicks.count))
  }

  /// Draws for the `queries` of `rankings`, which are those of one batch, uniformly from the ranks asked for.
  private func draw(_ rankings: TopK, _ limits: [Float], _ queries: Range<Int>, _ batch: String) -> [Int32] {
    var generator = NumpyGenerator(seed: seed, stream: "hard_negatives/\(batch)")
    var turns = [[Int32]](repeating: [], count: options.count)
    for query in queries {
      // Scores fall with the rank, so that what is too high comes first.
      let tooHigh =
        limits.isEmpty ? 0 : rankings.scores(of: query).count { $0 > limits[query] }
      let found = rankings.ids(of: query).dropFirst(max(options.ranks.lowerBound - 1, tooHigh))
      let places = generator.choice(found.count, size: min(options.count, found.count))
      for (turn, place) in places.enumerated() {
        turns[turn].append(Int32(truncatingIfNeeded: found[found.startIndex + place]))
      }
    }
    return turns.flatMap { $0 }
  }
}

extension SampleColumns {
  /// What the item tower of a model of `shape` is asked for the items of the training clicks.
  fileprivate func itemInputs(for shape: TwoTowerShape) -> ItemInputs {
    let items = distinctItems(below: shape.itemVocabulary)
    func chosen<Value>(_ column: [Value]) -> [Value] { items.map { column[Int($0)] } }
    return ItemInputs(
      items: items,
      categories: categoryOfItem.isEmpty ? items.map { _ in 0 } : chosen(categoryOfItem),
      features: itemFeatures.rows(items.map { Int($0) }),
      atHours: shape.timeSpan
    )
  }
}
