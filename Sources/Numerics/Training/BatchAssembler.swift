import CKernels
import Memory

/// Gathers the columns of chosen samples and their candidates into memory of its own, batch after batch.
final class BatchAssembler {
  let samples: SampleColumns
  private let maxSeqLen: Int32
  /// Which samples are computed together; nil where each is by itself.
  private let sequences: TrainingSequences?
  private let options: TrainerOptions
  private let sampler: CandidateSampler?
  private let shown: ImpressionSampler?
  private let queue: CrossBatchQueue?
  private let features: CandidateFeatures?
  private let askers: RequestUsers?
  private let itemDropout: ItemDropout?
  private let others: OtherClicksSampler?
  private let trend: TrendAssembler?
  private let latest: Double
  /// How many items the training clicks have.
  private let itemCount: Int
  private let users = Storage<Int32>()
  private let items = Storage<Int32>()
  private let categories = Storage<Int32>()
  private let starts = Storage<Int32>()
  private let ends = Storage<Int32>()
  /// Where the windows begin that the query tower reads, where samples are computed together.
  private let sequenceStarts = Storage<Int32>()
  private let labels = Storage<Int32>()
  private let contexts = Storage<Int32>()
  private let hours = Storage<Float>()
  private let weights = Storage<Float>()
  private let bias = Storage<Float>()
  private let excludedOffsets = Storage<Int32>()
  private let excluded = Storage<Int32>()

  /// Makes an assembler of `samples` for `shape`; `queue` has item vectors of earlier batches; `sequences` are those of the
  /// samples, where the model computes them together.
  init(
    _ samples: SampleColumns,
    shape: TwoTowerShape,
    options: TrainerOptions,
    queue: CrossBatchQueue? = nil,
    sequences: TrainingSequences? = nil
  ) {
    self.samples = samples
    self.queue = queue
    self.sequences = sequences
    self.options = options
    maxSeqLen = Int32(clamping: shape.maxSeqLen)
    latest = shape.timeSpan
    let countsItems = options.form == .gbce || options.form == .softmaxAtK
    itemCount = countsItems ? samples.distinctItems(below: shape.itemVocabulary).count : 1
    features = CandidateFeatures(samples, shape: shape)
    askers = RequestUsers(samples, shape: shape)
    itemDropout = shape.itemIDDropout.map { ItemDropout(rate: $0, seed: options.seed) }
    trend = TrendAssembler(samples, shape: shape)
    others = samples.others.map { OtherClicksSampler($0, seed: options.seed) }
    let isPlain =
      options.negatives == .batch && options.correction == nil && !options.masksHistory && sequences == nil
    let shown = ImpressionSampler(samples, itemVocabulary: shape.itemVocabulary, options: options)
    self.shown = shown
    sampler =
      isPlain
      ? nil
      : CandidateSampler(
        samples,
        itemVocabulary: shape.itemVocabulary,
        options: options,
        shownChances: shown?.chances ?? []
      )
  }

  /// How many hard negatives the last batch has among its candidates.
  var hardNegativeCount: Int { sampler?.hardCount ?? 0 }

  /// The batch of the samples numbered `rows`, good until the next one; negatives and noise are drawn for step `step`,
  /// counted from 0 over all epochs; the `mined` items join its candidates. `clicks` are those of the samples.
  func batch(
    _ rows: ArraySlice<Int32>,
    of clicks: UnsafeBufferPointer<Int32>,
    step: Int,
    mined: MinedItems = MinedItems()
  ) -> TwoTowerBatch {
    gather(rows, of: clicks)
    var generator = NumpyGenerator(seed: options.seed, stream: "batch/\(step)")
    addNoise(rows, from: &generator)
    let first = clicks.baseAddress ?? UnsafePointer(starts.start)
    let windows = HistoryPointers(clicks: first, starts: starts.start, ends: ends.start)
    let read = HistoryPointers(
      clicks: first,
      starts: sequences == nil ? starts.start : sequenceStarts.start,
      ends: ends.start
    )
    let shownWindows = others?.draw(rows, of: windows, step: step) ?? read
    var queries = RowInputs(count: rows.count, users: users.start, histories: shownWindows)
    queries.contexts = UnsafePointer(contexts.start)
    queries.contextStride = rows.count
    queries.hours = UnsafePointer(hours.start)
    var batch = TwoTowerBatch(
      queries: queries,
      candidates: RowInputs(count: rows.count, items: items.start, categories: categories.start),
      labels: labels.start
    )
    batch.form = options.form
    batch.sides = options.sides
    batch.numbers = options.numbers
    if !samples.weights.isEmpty { batch.weights = UnsafePointer(weights.start) }
    shown?.draw(rows, targets: items.start, windows, step: step)
    chooseCandidates(&batch, windows, mined, step: step, from: &generator)
    if let trend, let items = batch.candidates.items {
      batch.trend = trend.gather(rows, among: UnsafeBufferPointer(start: items, count: batch.candidateCount))
    }
    calibrate(&batch)
    features?.add(to: &batch)
    askers?.add(to: &batch.queries)
    itemDropout?.add(to: &batch.candidates, step: step)
    return batch
  }

  /// Finds the power of targets' probabilities, for losses that have one.
  private func calibrate(_ batch: inout TwoTowerBatch) {
    batch.numbers.itemCount = itemCount
    guard options.form == .gbce else { return }
    batch.numbers.positivePower = LossNumbers.positivePower(
      calibration: options.calibration,
      others: (batch.own?.shared ?? batch.candidateCount) - 1,
      items: itemCount
    )
  }

  private func gather(_ rows: ArraySlice<Int32>, of clicks: UnsafeBufferPointer<Int32>) {
    for column in [users, items, categories, starts, ends, labels] { column.reserve(rows.count) }
    for place in 0..<rows.count { labels[place] = Int32(place) }
    pick(samples.users, rows, into: users.start)
    pick(samples.items, rows, into: items.start)
    pick(samples.categories, rows, into: categories.start)
    pick(samples.histories.starts, rows, into: starts.start)
    pick(samples.histories.ends, rows, into: ends.start)
    if others == nil {
      for place in 0..<rows.count { starts[place] = max(starts[place], ends[place] - maxSeqLen) }
    }
    if let sequences {
      sequenceStarts.reserve(rows.count)
      pick(sequences.starts, rows, into: sequenceStarts.start)
    }
    if let clicks = clicks.baseAddress { tb_fetch_windows(clicks, starts.start, Int64(rows.count)) }
    contexts.reserve(rows.count * samples.contexts.count)
    for (column, codes) in samples.contexts.enumerated() {
      pick(codes, rows, into: contexts.start + column * rows.count)
    }
    guard !samples.weights.isEmpty else { return }
    weights.reserve(rows.count)
    for (place, row) in rows.enumerated() { weights[place] = samples.weights[Int(row)] }
  }

  /// Picks from `column` what belongs to the samples numbered `rows`.
  private func pick(_ column: [Int32], _ rows: ArraySlice<Int32>, into chosen: UnsafeMutablePointer<Int32>) {
    column.withUnsafeBufferPointer { column in
      rows.withUnsafeBufferPointer { tb_pick(column.baseAddress, $0.baseAddress, Int64($0.count), chosen) }
    }
  }

  /// The times of the requests with their noise, held within the time of the training clicks.
  private func addNoise(_ rows: ArraySlice<Int32>, from generator: inout NumpyGenerator) {
    guard !samples.hours.isEmpty else { return }
    hours.reserve(rows.count)
    for (place, row) in rows.enumerated() {
      let noise = options.timeNoiseHours > 0 ? generator.normal(0, options.timeNoiseHours) : 0
      hours[place] = Float(min(max(samples.hours[Int(row)] + noise, 0), latest))
    }
  }

  private func chooseCandidates(
    _ batch: inout TwoTowerBatch,
    _ windows: HistoryPointers,
    _ mined: MinedItems,
    step: Int,
    from generator: inout NumpyGenerator
  ) {
    guard let sampler else { return }
    let targets = UnsafeBufferPointer(start: items.start, count: batch.queries.count)
    let distinct = sampler.choose(
      targets,
      mined: mined,
      labels: labels.start,
      room: shown?.items.count ?? (queue == nil ? 0 : (options.queue?.batches ?? 0) * options.batchSize),
      from: &generator
    )
    if let shown { batch.own = sampler.addOwn(shown) }
    batch.candidates.count = sampler.count
    if let queue { takeQueue(&batch, queue, sampler, distinct: distinct, step: step) }
    batch.candidates.items = UnsafePointer(sampler.items.start)
    if options.negatives != .batch && !samples.categoryOfItem.isEmpty {
      categories.reserve(sampler.count)
      for place in 0..<sampler.count {
        categories[place] = samples.categoryOfItem[Int(sampler.items[place])]
      }
      batch.candidates.categories = UnsafePointer(categories.start)
    }
    if let correction = options.correction {
      bias.reserve(sampler.count)
      sampler.writeBias(bias.start, distinct: distinct)
      batch.candidateBias = UnsafePointer(bias.start)
      batch.sparesLabels = correction == .refined
    }
    if options.masksHistory || sequences != nil {
      batch.exclusions = mask(batch.queries, windows, sampler)
    }
  }

  /// Adds candidates of earlier batches, and says where the vectors of this one's targets are kept.
  private func takeQueue(
    _ batch: inout TwoTowerBatch,
    _ queue: CrossBatchQueue,
    _ sampler: CandidateSampler,
    distinct: Int,
    step: Int
  ) {
    sampler.addQueued(queue, step: step, distinct: distinct)
    batch.kept = (queue.vectors(ofStep: step), distinct)
    guard sampler.queuedCount > 0 else { return }
    batch.queued = CrossBatchQueue.Rows(
      rows: UnsafePointer(sampler.queuedRows.start),
      count: sampler.queuedCount,
      table: queue.table
    )
  }

  /// The candidates that each query does not see: those in its own history, where that is masked, and the targets of the
  /// other samples of its sequence, which are in the batch because it is and not by chance. Were they its negatives, a user's
  /// clicks would be pushed apart.
  private func mask(_ queries: RowInputs, _ windows: HistoryPointers, _ sampler: CandidateSampler)
    -> (offsets: UnsafePointer<Int32>, excluded: UnsafePointer<Int32>)
  {
    excludedOffsets.reserve(queries.count + 1)
    excluded.reserve(mostExcluded(queries, windows, sampler))
    var (count, sequence) = (0, 0..<0)
    for row in 0..<queries.count {
      excludedOffsets[row] = Int32(count)
      for click in options.masksHistory ? Int(windows.starts[row])..<Int(windows.ends[row]) : 0..<0 {
        let item = windows.clicks[click]
        guard item != 0 else { continue }
        sampler.forEachPlace(of: item) { place in
          excluded[count] = place
          count += 1
        }
      }
      guard sequences != nil else { continue }
      if row >= sequence.upperBound { sequence = self.sequence(from: row, queries) }
      for other in sequence where labels[other] != labels[row] {
        excluded[count] = labels[other]
        count += 1
      }
    }
    excludedOffsets[queries.count] = Int32(count)
    return (UnsafePointer(excludedOffsets.start), UnsafePointer(excluded.start))
  }

  /// The rows from `row` on that are computed together.
  private func sequence(from row: Int, _ queries: RowInputs) -> Range<Int> {
    var end = row + 1
    while end < queries.count && queries.windows.continues(end) { end += 1 }
    return row..<end
  }

  private func mostExcluded(_ queries: RowInputs, _ windows: HistoryPointers, _ sampler: CandidateSampler)
    -> Int
  {
    var (most, row) = (0, 0)
    for row in 0..<(options.masksHistory ? queries.count : 0) {
      let clicks = Int(windows.starts[row])..<Int(windows.ends[row])
      // Candidates that are merged stand once each.
      guard options.negatives == .batch else {
        most += clicks.count
        continue
      }
      for click in clicks { sampler.forEachPlace(of: windows.clicks[click]) { _ in most += 1 } }
    }
    while sequences != nil && row < queries.count {
      let sequence = sequence(from: row, queries)
      most += sequence.count * (sequence.count - 1)
      row = sequence.upperBound
    }
    return most
  }
}
