import Memory

/// Draws the candidates of a batch whose own embedding is left out.
final class ItemDropout {
  private let rate: Double
  private let seed: Int
  private let starts = Storage<Int32>()
  private let ends = Storage<Int32>()
  private let ones = Storage<Float>()

  /// Leaves out each candidate with the probability `rate`, of itself, by draws from `seed` that nothing else is drawn from.
  init(rate: Double, seed: Int) {
    self.rate = rate
    self.seed = seed
  }

  /// Draws for the `candidates` of step `step`, counted from 0 over all epochs.
  func add(to candidates: inout RowInputs, step: Int) {
    var generator = NumpyGenerator(seed: seed, stream: "item_id_dropout/\(step)")
    for column in [starts, ends] { column.reserve(candidates.count) }
    ones.reserve(candidates.count)
    for place in 0..<candidates.count {
      starts[place] = Int32(place)
      ends[place] = Int32(generator.random() < rate ? place : place + 1)
      ones[place] = 1
    }
    candidates.ownItems = BagRows(
      starts: starts.start,
      ends: ends.start,
      codes: candidates.ids(.item),
      weights: ones.start
    )
  }
}
