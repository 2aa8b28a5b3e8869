import Clicks
import Files
import Memory
import Notebook
import Numerics
import Steps

/// What rows of tables take in a finished run: how many a step moves, and how long one takes wherever it lies.
struct RowsProbe: Probe {
  /// What it finds.
  struct Answer: Codable {
    /// The rows of the tables of users and items together.
    var tableRows: Int
    /// How many of them a step moves, on average.
    var rowsPerStep: Double
    /// The steps of an epoch.
    var steps: Int
    /// The seconds to read, move and write one of them, on all threads together.
    var secondsPerRow: Double

    /// The least that rows cost a step reads and writes: once to bring them up to date, once to move them.
    var secondsPerEpoch: Double { 2 * Double(steps) * rowsPerStep * secondsPerRow }
  }

  /// So many batches are looked at.
  private static let batches = 20

  var run: FinishedRun
  var batchSize: Int
  var dimension: Int
  var threads: Int

  var request: ProbeRequest { .rows(self) }

  func answer() throws -> Answer {
    let record = try RunRecord(run)
    guard
      let position = record.plan.cells.indices.last(where: {
        record.plan.cells[$0].cell.header.step == EncodeArtifact.kind
      })
    else { throw NotMeasured("The run encodes nothing.") }
    let encoded = try record.artifact(EncodeArtifact.self, of: position)
    let clicks = encoded.clicks
    let (users, items) = (clicks.userVocabulary.size, encoded.catalogue.itemVocabulary.size)
    let rows = rowsPerStep(clicks)
    let seconds = RowRate.adam(
      rows: users + items,
      columns: dimension,
      touched: Int(rows.rounded()),
      threads: threads
    )
    return Answer(
      tableRows: users + items,
      rowsPerStep: rows,
      steps: (clicks.samples.count + batchSize - 1) / batchSize,
      secondsPerRow: seconds
    )
  }

  /// Users, targets and clicks of histories, each once a batch.
  private func rowsPerStep(_ clicks: EncodedClicks) -> Double {
    let samples = clicks.samples
    var generator = NumpyGenerator(seed: 0)
    let order = generator.permutation(samples.count)
    let batches = min(Self.batches, samples.count / batchSize)
    guard batches > 0 else { return Double(samples.count) }
    var rows = 0
    for batch in 0..<batches {
      let chosen = order[batch * batchSize..<(batch + 1) * batchSize]
      var items = Set(chosen.map { samples.items[$0] })
      for sample in chosen { items.formUnion(clicks.history[samples.history(sample)]) }
      items.remove(0)
      rows += items.count + Set(chosen.map { samples.users[$0] }).count
    }
    return Double(rows) / Double(batches)
  }
}
