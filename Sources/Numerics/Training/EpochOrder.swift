import Memory

/// The order of an epoch: each of `count` things once.
///
/// Without a block every order is as likely as any other. With one, things are cut in the order they have into chunks of a
/// 64th of a block, chunks follow each other in a drawn order, and of what stands so the first `block` are put in a drawn
/// order of their own, then the next, and so on: whatever belongs to things that stand together is needed for a while, and
/// then no more. So readers of tables larger than memory shuffle, as `shuffle` over an interleaved input of tf.data does.
enum EpochOrder {
  /// How many chunks a block has.
  static let chunks = 64

  /// Draws an order from `generator`.
  /// - Parameter block: how many are put in an order at a time, 1 or more; nil for all.
  static func draw(_ count: Int, block: Int?, from generator: inout NumpyGenerator) -> [Int32] {
    guard let block, block < count else { return generator.permutation32(count) }
    let size = max(1, block / chunks)
    var order: [Int32] = []
    order.reserveCapacity(count)
    for chunk in generator.permutation32((count + size - 1) / size) {
      let start = Int(chunk) * size
      for thing in start..<min(count, start + size) { order.append(Int32(thing)) }
    }
    for start in stride(from: 0, to: count, by: block) {
      let things = Array(order[start..<min(count, start + block)])
      for (place, chosen) in generator.permutation32(things.count).enumerated() {
        order[start + place] = things[Int(chosen)]
      }
    }
    return order
  }
}
