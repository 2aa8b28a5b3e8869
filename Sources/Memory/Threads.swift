import CThreads

/// How many threads a computation may use, and the loop that spreads tasks over them: the only one there is.
///
/// Each task writes to a place of its own, and what is summed over tasks is cut by the size of the work, never by the
/// number of threads: results are the same bytes for any number of threads.
package struct Threads: Sendable, Equatable {
  /// The number of threads, 1 or more.
  package let count: Int

  /// One thread for each processor this process may run on.
  package static var available: Threads { Threads(Int(tb_processor_count())) }

  /// Makes a setting of `count` threads (at least 1).
  package init(_ count: Int) { self.count = max(1, count) }

  /// Runs `body` once for each task in `0..<tasks`, in any order, and returns when all are done.
  ///
  /// `body` runs on several threads at once: each task writes only what is its own. The calling thread begins with
  /// task 0, which no other takes. A loop within a task, and one while another thread's is under way, runs on the
  /// thread that calls it.
  package func forEach(_ tasks: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      var task = ParallelTask(body: body)
      withUnsafeMutablePointer(to: &task) { context in
        tb_parallel_for(
          Int32(count),
          Int32(tasks),
          { context, index in context?.assumingMemoryBound(to: ParallelTask.self).pointee.body(Int(index)) },
          context
        )
      }
    }
  }

  /// Cuts `0..<count` into ranges of `size` (the last one may be shorter) and runs `body` for each.
  package func forEachRange(of count: Int, size: Int, _ body: (Range<Int>) -> Void) {
    forEach((count + size - 1) / size) { task in
      body(task * size..<min(count, (task + 1) * size))
    }
  }

  /// Cuts `0..<count` into `pieces` nearly equal ranges and runs `body` for each.
  package func forEachRange(of count: Int, pieces: Int, _ body: (Range<Int>) -> Void) {
    forEach(pieces) { body(Self.range($0, of: pieces, count: count)) }
  }

  /// The `piece`-th of `pieces` nearly equal consecutive ranges that make up `0..<count`.
  package static func range(_ piece: Int, of pieces: Int, count: Int) -> Range<Int> {
    count * piece / pieces..<count * (piece + 1) / pieces
  }
}

private struct ParallelTask {
  let body: (Int) -> Void
}
