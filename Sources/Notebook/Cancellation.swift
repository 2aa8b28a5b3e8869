import Glibc
import Synchronization

/// Whether the user asked the program to stop, by an interrupt or by SIGTERM.
///
/// Long loops ask ``check()`` and so end at a place from which a later run can go on.
public enum Cancellation {
  private static let requested = Atomic<Bool>(false)

  /// Starts to listen. A second signal ends the process at once.
  public static func install() {
    // Who started us may have them blocked, and a block is handed down.
    var listened = sigset_t()
    sigemptyset(&listened)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&listened, number) }
    pthread_sigmask(SIG_UNBLOCK, &listened, nil)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { received in
        if Cancellation.requested.exchange(true, ordering: .relaxed) { _exit(128 + received) }
      }
    }
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)  // a file over the limit is an error of the write then, as a full disk is
  }

  /// Asks to stop, as a signal would.
  public static func request() { requested.store(true, ordering: .relaxed) }

  /// Forgets an earlier request.
  public static func reset() { requested.store(false, ordering: .relaxed) }

  /// - Throws: ``Interrupted`` once a stop was asked for.
  public static func check() throws {
    if requested.load(ordering: .relaxed) { throw Interrupted() }
  }
}

/// The run was asked to stop; what was finished is kept, and the same command goes on from there.
public struct Interrupted: Error, CustomStringConvertible {
  /// Makes the error.
  public init() {}
  /// What happened and what to do, in words.
  public var description: String { "interrupted; the same command goes on where this run stopped" }
}
