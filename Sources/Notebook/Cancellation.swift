import Glibc
import Synchronization

/// Whether the user asked the program to stop: by an interrupt, by SIGTERM, or by hanging up.
///
/// Long loops ask ``check()`` and so end at a place from which a later run can go on.
///
/// Signals are taken by a thread of their own, which does nothing else, and are blocked in all others. The kernel
/// writes what it needs to come back from a signal below the stack pointer of the thread that takes it, and that is
/// not always a stack: oneDNN's products of matrices with a long inner side point it at memory from `malloc`, and what
/// lies below was overwritten.
package enum Cancellation {
  private static let requested = Atomic<Bool>(false)
  private static let isHeeded = Atomic<Bool>(false)
  private static let hungUp = Atomic<Int>(0)

  /// Starts to listen. A signal ends the process at once where nobody heeds it, and so does a second one. A hang-up that
  /// whoever started us has told us to ignore, as `nohup` does, stays ignored. To be called before any thread is started that
  /// computes.
  package static func install() {
    let signals = isIgnored(SIGHUP) ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP]
    // Who started us may have them blocked, and a block is handed down.
    var listened = sigset_t()
    sigemptyset(&listened)
    for number in signals { sigaddset(&listened, number) }
    pthread_sigmask(SIG_UNBLOCK, &listened, nil)
    for number in signals {
      signal(number) { received in
        let isFirst = !Cancellation.requested.exchange(true, ordering: .relaxed)
        if !isFirst || !Cancellation.isHeeded.load(ordering: .relaxed) { _exit(128 + received) }
      }
    }
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)  // a file over the limit is an error of the write then, as a full disk is
    // Who cannot have a thread more is better off with signals on this one than with none.
    if startListener() { pthread_sigmask(SIG_BLOCK, &listened, nil) }
  }

  /// Says that the program asks ``check()`` or ``isRequested`` from now on, so that a first signal is a request.
  package static func heed() { isHeeded.store(true, ordering: .relaxed) }

  /// Starts the thread that takes signals; it has them unblocked as the caller does, whose block is then handed down to
  /// all threads it starts.
  private static func startListener() -> Bool {
    var thread = pthread_t()
    let failure = pthread_create(
      &thread,
      nil,
      { _ in
        while true { pause() }
      },
      nil
    )
    if failure == 0 { pthread_detach(thread) }
    return failure == 0
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    let handler = action.__sigaction_handler.sa_handler
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Lets hang-ups be counted from now on instead of asking to stop, also where whoever started us has told us to ignore
  /// them: services are told by them to read anew. To be called by the thread that called ``install()``.
  package static func countHangUps() {
    signal(SIGHUP) { _ in Cancellation.hungUp.add(1, ordering: .relaxed) }
    var hangUp = sigset_t()
    sigemptyset(&hangUp)
    sigaddset(&hangUp, SIGHUP)
    pthread_sigmask(SIG_BLOCK, &hangUp, nil)
  }

  /// How many hang-ups were counted.
  package static var hangUps: Int { hungUp.load(ordering: .relaxed) }

  /// Whether a stop was asked for.
  package static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Asks to stop, as a signal would.
  package static func request() { requested.store(true, ordering: .relaxed) }

  /// Forgets an earlier request.
  package static func reset() { requested.store(false, ordering: .relaxed) }

  /// - Throws: ``Interrupted`` once a stop was asked for.
  package static func check() throws {
    if requested.load(ordering: .relaxed) { throw Interrupted() }
  }
}

/// The run was asked to stop; what was finished is kept, and the same command goes on from there.
package struct Interrupted: Error, CustomStringConvertible {
  /// Makes the error.
  package init() {}
  /// What happened and what to do, in words.
  package var description: String { "interrupted; the same command goes on where this run stopped" }
}
