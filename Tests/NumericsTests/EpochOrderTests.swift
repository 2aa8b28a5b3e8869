import Memory
import Testing

@testable import Numerics

@Suite("the order of an epoch")
struct EpochOrderTests {
  private func order(_ count: Int, block: Int?, seed: Int = 7) -> [Int] {
    var generator = NumpyGenerator(seed: seed)
    return EpochOrder.draw(count, block: block, from: &generator).map(Int.init)
  }

  @Test("has each once, for blocks of any size", arguments: [1, 2, 63, 64, 65, 640, 999, 1_000, 5_000])
  func whole(block: Int) {
    for count in [1, 2, 999, 1_000] {
      #expect(order(count, block: block).sorted() == Array(0..<count))
    }
  }

  @Test("is a plain permutation where a block holds all")
  func plain() {
    #expect(order(1_000, block: 1_000) == order(1_000, block: nil))
    #expect(order(1_000, block: 1_000) != order(1_000, block: nil, seed: 8))
  }

  @Test("of a block is of 64 chunks from all over, shuffled")
  func blocks() {
    // 10,240 things in blocks of 640: chunks of 10, 64 to a block.
    let drawn = order(10_240, block: 640)
    var chunks: [Set<Int>] = []
    for start in stride(from: 0, to: drawn.count, by: 640) {
      let block = Array(drawn[start..<start + 640])
      let own = Set(block.map { $0 / 10 })
      #expect(own.count == 64 && block.sorted() != block)
      // Of 64 chunks of 1,024 at random the first lies in the lowest quarter and the last in the highest, but once in 10^8.
      #expect((own.min() ?? 0) < 256 && (own.max() ?? 0) >= 768)
      // Neighbours in the order are seldom of one chunk: 9 of 639.
      #expect(zip(block, block.dropFirst()).count { $0 / 10 == $1 / 10 } < 40)
      chunks.append(own)
    }
    #expect(chunks.reduce(into: Set()) { $0.formUnion($1) }.count == 1_024)
    #expect(order(10_240, block: 640, seed: 8) != drawn)
  }

  @Test("of sequences has those of a block together, each with its samples in their order")
  func sequences() {
    // 200 users with 5 samples each.
    var windows = HistoryWindows(clicks: [], starts: [], ends: [])
    for user in 0..<200 {
      windows.clicks += (0..<6).map { Int32($0 + 1) }
      for target in 1..<6 {
        windows.starts.append(Int32(user * 6))
        windows.ends.append(Int32(user * 6 + target))
      }
    }
    let made = TrainingSequences(windows, maxSeqLen: 6)
    var generator = NumpyGenerator(seed: 3)
    let order = made.order(block: 320, from: &generator).map(Int.init)
    #expect(order.sorted() == Array(0..<1_000))
    for start in stride(from: 0, to: 1_000, by: 5) {
      #expect(Array(order[start..<start + 5]) == (0..<5).map { order[start] + $0 } && order[start] % 5 == 0)
    }
    // 320 samples are 64 sequences, and a chunk one of them.
    var twin = NumpyGenerator(seed: 3)
    #expect(
      order.enumerated().filter { $0.offset % 5 == 0 }.map { $0.element / 5 }
        == EpochOrder.draw(200, block: 64, from: &twin).map(Int.init)
    )
  }

  @Test("blocks that hold no batch are refused")
  func tooSmall() {
    var options = TrainerOptions()
    options.shuffleBlock = options.batchSize - 1
    #expect(throws: TrainingError.self) { try options.validate() }
  }
}
