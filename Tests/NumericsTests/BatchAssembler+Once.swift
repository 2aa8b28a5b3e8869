@testable import Numerics

extension BatchAssembler {
  /// Calls `body` with the batch of the samples numbered `rows`.
  func withBatch<Result>(
    _ rows: ArraySlice<Int>,
    step: Int = 0,
    mined: MinedItems = MinedItems(),
    _ body: (TwoTowerBatch) throws -> Result
  ) rethrows -> Result {
    try samples.histories.clicks.withUnsafeBufferPointer { clicks in
      try body(batch(rows.map { Int32($0) }[...], of: clicks, step: step, mined: mined))
    }
  }
}
