import Glibc
import Memory

/// Chooses the candidates of each batch and says how likely each was to be among them.
///
/// For a batch of B samples with d distinct targets and h hard negatives, filled up to S candidates from N items:
///
///     q = q_in + (1 - q_in) q_out,   q_in = 1 - (1 - p)^B
///     q_out = q_hard + (1 - q_hard) rho,   rho = (S - d - h) / (N - d - h)
///
/// with p the item's share of all targets and q_hard the share of the batches since the last mining for which it was
/// drawn as a hard negative. Source: X. Yi et al., RecSys 2019, equation 5 (log q of the items in the batch); J. Yang
/// et al., "Mixed negative sampling", WWW 2020 (uniform items besides). That hard negatives have a chance of their
/// own is ours: with rho in its place, items that are mined often for many queries are pushed away from all of them,
/// which lowers recall deeper in the list. What is particular to a query is not corrected, and hard negatives count
/// more for it. Where a pool has no room for all of them, q_hard is what it would be with room.
///
/// Items that were shown with one target and not clicked stand behind all of these, each once, where only the queries see
/// them that they were drawn for; what all see anyway is not among them. As a hard negative does, such an item has the
/// chance that a batch draws it in place of rho, and counts more for its query than that.
final class CandidateSampler {
  /// The candidates of the batch, `[count]`.
  let items = Storage<Int32>()
  /// How many there are.
  private(set) var count = 0
  /// How many of them all queries see; they come first.
  private(set) var shared = 0
  /// How many of them are there as hard negatives.
  private(set) var hardCount = 0
  private let options: TrainerOptions
  /// The items of the training clicks, ascending.
  private let population: [Int32]
  /// Each item's share of all targets, and the chance that a batch has it.
  private let shares: [Double]
  private let inBatch: [Double]
  /// How many samples of a batch bring candidates by chance.
  private let drawsOfBatch: Double
  /// The hard negatives of the batch.
  private var mined = MinedItems()
  /// How many of the candidates are of earlier batches; they come last.
  private(set) var queuedCount = 0
  /// Their rows in the queue's table.
  let queuedRows = Storage<Int32>()
  /// How many earlier batches they are of.
  private var queuedBatches = 0
  /// The chance that a batch draws each item as one that was shown, `[item vocabulary]`.
  private let shownChances: [Double]
  private let ownOffsets = Storage<Int32>()
  private let ownPlaces = Storage<Int32>()
  /// Each item's last place among the candidates, or -1.
  private let places: Storage<Int32>
  /// The place before each where the same item stands, or -1: targets that are not merged stand as often as they are.
  private let earlier = Storage<Int32>()

  init(_ samples: SampleColumns, itemVocabulary: Int, options: TrainerOptions, shownChances: [Double] = []) {
    self.options = options
    self.shownChances = shownChances
    var counts = [Int](repeating: 0, count: itemVocabulary)
    for item in samples.items { counts[Int(item)] += 1 }
    population = samples.distinctItems(below: itemVocabulary)
    let total = Double(max(1, samples.count))
    shares = counts.map { Double($0) / total }
    // A query's own target is there for certain; the others of the batch are drawn.
    let batch = Double(options.correction == .refined ? max(1, options.batchSize - 1) : options.batchSize)
    inBatch = shares.map { -expm1(batch * log1p(-$0)) }
    drawsOfBatch = batch
    places = Storage(repeating: -1, count: itemVocabulary)
  }

  /// Calls `body` with every place of `item` among the candidates.
  @inline(__always)
  func forEachPlace(of item: Int32, _ body: (Int32) -> Void) {
    var place = places[Int(item)]
    while place >= 0 {
      body(place)
      place = earlier[Int(place)]
    }
  }

  /// Chooses the candidates of a batch whose targets are `targets`, and writes the place of each target to `labels`.
  ///
  /// Of the `mined` items come those that are no targets, each once, the first ones where a pool has no room for all.
  /// - Parameter room: for how many more candidates ``addOwn(_:)`` is to have room.
  /// - Returns: how many of the candidates are targets.
  func choose(
    _ targets: UnsafeBufferPointer<Int32>,
    mined: MinedItems = MinedItems(),
    labels: UnsafeMutablePointer<Int32>,
    room: Int = 0,
    from generator: inout NumpyGenerator
  ) -> Int {
    for place in 0..<count { places[Int(items[place])] = -1 }
    count = 0
    items.reserve(max(targets.count + mined.items.count, poolSize) + room)
    earlier.reserve(max(targets.count + mined.items.count, poolSize) + room)
    queuedRows.reserve(room)
    for (row, item) in targets.enumerated() {
      let place = places[Int(item)]
      labels[row] = place < 0 || options.negatives == .batch ? add(item) : place
    }
    let distinct = count
    self.mined = mined
    for item in mined.items where places[Int(item)] < 0 && (poolSize == 0 || count < poolSize) { add(item) }
    hardCount = count - distinct
    defer { shared = count }
    let missing = min(poolSize - count, population.count - count)
    guard missing > 0 else { return distinct }
    // A draw of most items by rejection would wait long for the last ones.
    if 2 * (count + missing) <= population.count {
      rejectionDraw(missing, from: &generator)
    } else {
      shuffledDraw(missing, from: &generator)
    }
    return distinct
  }

  /// Writes -log q of each candidate to `bias`, `[count]`, where `distinct` of them are targets of the batch.
  func writeBias(_ bias: UnsafeMutablePointer<Float>, distinct: Int) {
    let rest = Double(population.count - distinct - hardCount)
    let drawn = rest > 0 ? Double(shared - distinct - hardCount) / rest : 0
    for place in 0..<count {
      let item = Int(items[place])
      let hard =
        place >= shared && queuedCount == 0
        ? shownChances[item] : mined.shares.isEmpty ? 0 : mined.shares[item]
      let outside = hard == 0 ? drawn : hard + (1 - hard) * drawn
      // Candidates that are not merged come as often as they are targets.
      let chance =
        options.negatives == .batch
        ? shares[item] : inBatches(item) + (1 - inBatches(item)) * outside
      bias[place] = Float(-log(chance + 1e-12))
    }
  }

  /// Adds the items of earlier batches that are no candidates yet, each once.
  ///
  /// An item is then a candidate with the chance that any of 1 + m batches has it, 1 - (1 - p)^(B (1 + m)), in place of q_in.
  /// - Parameter distinct: how many of the candidates are targets, which come first.
  func addQueued(_ queue: CrossBatchQueue, step: Int, distinct: Int) {
    queuedCount = 0
    queuedBatches = queue.batches(atStep: step)
    queue.forEachItem(atStep: step) { item, row in
      guard places[Int(item)] < 0, count < items.capacity else { return }
      queuedRows[queuedCount] = row
      queuedCount += 1
      add(item)
    }
    queue.note(UnsafeBufferPointer(start: items.start, count: distinct), ofStep: step)
  }

  /// Adds what was drawn for each query as candidates that it alone sees; what all see already is not added.
  /// - Returns: which query sees which, good until the next batch.
  func addOwn(_ drawn: ImpressionSampler) -> OwnColumns {
    let rows = drawn.offsets.count - 1
    ownOffsets.reserve(rows + 1)
    ownPlaces.reserve(drawn.items.count)
    ownOffsets[0] = 0
    var end = 0
    for row in 0..<rows {
      let start = end
      for item in drawn.items[drawn.offsets[row]..<drawn.offsets[row + 1]] {
        let place = places[Int(item)] < 0 ? add(item) : places[Int(item)]
        guard place >= shared else { continue }
        ownPlaces[end] = place
        end += 1
      }
      var own = UnsafeMutableBufferPointer(start: ownPlaces.start + start, count: end - start)
      own.sort()
      ownOffsets[row + 1] = Int32(end)
    }
    return OwnColumns(shared: shared, offsets: ownOffsets.start, places: ownPlaces.start)
  }

  /// The chance that the batch, or one of the queue, has an item as a target.
  private func inBatches(_ item: Int) -> Double {
    queuedBatches == 0
      ? inBatch[item] : -expm1(drawsOfBatch * Double(1 + queuedBatches) * log1p(-shares[item]))
  }

  private var poolSize: Int { if case .pool(let size) = options.negatives { size } else { 0 } }

  @discardableResult
  private func add(_ item: Int32) -> Int32 {
    let place = Int32(count)
    items[count] = item
    earlier[count] = places[Int(item)]
    places[Int(item)] = place
    count += 1
    return place
  }

  private func rejectionDraw(_ missing: Int, from generator: inout NumpyGenerator) {
    let end = count + missing
    while count < end {
      let item = population[generator.integers(0, population.count)]
      if places[Int(item)] < 0 { add(item) }
    }
  }

  private func shuffledDraw(_ missing: Int, from generator: inout NumpyGenerator) {
    let rest = population.filter { places[Int($0)] < 0 }
    for place in generator.choice(rest.count, size: min(missing, rest.count)) { add(rest[place]) }
  }
}
