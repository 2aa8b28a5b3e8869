import Glibc
import Notebook

/// A run that `watch` has started: it stops when whoever started it lets go of its standard input, by asking or by dying.
enum WatchedRun {
  /// Starts to listen.
  static func begin() {
    var thread = pthread_t()
    let failure = pthread_create(
      &thread,
      nil,
      { _ in
        var byte: UInt8 = 0
        while true {
          let count = read(STDIN_FILENO, &byte, 1)
          if count > 0 || (count < 0 && errno == EINTR) { continue }
          Cancellation.request()
          return nil
        }
      },
      nil
    )
    if failure == 0 { pthread_detach(thread) }
  }
}
