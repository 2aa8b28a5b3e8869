import Dispatch

/// Runs `body` for every task `0..<tasks` on at most `threads` threads and waits for all of them.
///
/// Each task must write only to places of its own, so that the result does not depend on `threads`.
/// One task or one thread runs on the caller's thread.
package func inParallel(tasks: Int, threads: Int, _ body: (Int) -> Void) {
  guard tasks > 1, threads > 1 else {
    for task in 0..<max(tasks, 0) { body(task) }
    return
  }
  let workers = min(tasks, threads)
  withoutActuallyEscaping(body) { body in
    // The tasks write to places of their own (see above), which the compiler cannot know.
    nonisolated(unsafe) let work = body
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      // Strides, not a shared counter: neighbouring pieces cost about the same, and nothing is locked.
      for task in stride(from: worker, to: tasks, by: workers) { work(task) }
    }
  }
}

/// The `piece`-th of `pieces` nearly equal consecutive ranges that make up `0..<count`.
package func evenRange(_ piece: Int, of pieces: Int, count: Int) -> Range<Int> {
  let start = count * piece / pieces
  return start..<(count * (piece + 1) / pieces)
}
