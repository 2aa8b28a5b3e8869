import CKernels
import Glibc
import Memory

/// How fast bytes move, counted as STREAM counts them: what is read and what is written, and no more.
///
/// Source: J. D. McCalpin, "Memory bandwidth and machine balance in current high performance computers", 1995.
package enum MemoryRate {
  /// Elements of each of the arrays: 128 MiB, several times any cache.
  private static let count = 32 << 20
  /// Elements that one task moves.
  private static let piece = 1 << 20
  private static let rounds = 5

  /// Bytes a second of `a = b + factor c` on `threads` threads: the fastest of five rounds.
  package static func triad(threads: Int) -> Double {
    let arrays = (0..<3).map { _ in Matrix(rows: 1, columns: count) }
    return fastest(bytes: 3 * count * MemoryLayout<Float>.stride) {
      Threads(threads).forEachRange(of: count, size: piece) { range in
        let at = range.lowerBound
        tb_triad(arrays[0].start + at, arrays[1].start + at, arrays[2].start + at, 3, Int64(range.count))
      }
    }
  }

  /// Bytes a second of a copy on `threads` threads: the fastest of five rounds.
  package static func copy(threads: Int) -> Double {
    let arrays = (0..<2).map { _ in Matrix(rows: 1, columns: count) }
    return fastest(bytes: 2 * count * MemoryLayout<Float>.stride) {
      Threads(threads).forEachRange(of: count, size: piece) { range in
        memcpy(
          arrays[0].start + range.lowerBound,
          arrays[1].start + range.lowerBound,
          range.count * MemoryLayout<Float>.stride
        )
      }
    }
  }

  /// Bytes a second at which `threads` threads read `bytes` once.
  package static func read(_ bytes: UnsafeRawBufferPointer, threads: Int) -> Double {
    let words = UnsafeRawBufferPointer(rebasing: bytes.prefix(bytes.count / 8 * 8)).bindMemory(
      to: UInt64.self
    )
    guard let start = words.baseAddress else { return 0 }
    let clock = ContinuousClock()
    let begin = clock.now
    var sums = [UInt64](repeating: 0, count: (words.count + piece - 1) / piece)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let sums = sums.baseAddress else { return }
      Threads(threads).forEachRange(of: words.count, size: piece) { range in
        sums[range.lowerBound / piece] = tb_sum_words(start + range.lowerBound, Int64(range.count))
      }
    }
    return Double(words.count * 8) / ((clock.now - begin) / .seconds(1))
  }

  private static func fastest(bytes: Int, _ body: () -> Void) -> Double {
    let clock = ContinuousClock()
    body()  // the first touch of a page costs more than moving it
    let seconds = (0..<rounds).map { _ in
      let start = clock.now
      body()
      return (clock.now - start) / .seconds(1)
    }
    return Double(bytes) / (seconds.min() ?? .infinity)
  }
}
