import Dispatch

/// Runs `body` on the calling thread and on `count - 1` others at once, and returns when all are done.
///
/// `body` is told whether it is on the caller's thread; what else it touches on several threads it must
/// keep apart itself.
func onWorkers(_ count: Int, _ body: (_ isCaller: Bool) -> Void) {
  guard count > 1 else { return body(true) }
  withoutActuallyEscaping(body) { body in
    // The compiler cannot see that the wait below ends every use of what `body` borrows.
    nonisolated(unsafe) let body = body
    let helpers = DispatchGroup()
    for _ in 1..<count {
      DispatchQueue.global(qos: .userInitiated).async(group: helpers) { body(false) }
    }
    body(true)
    helpers.wait()
  }
}
