import Dispatch
import Glibc

/// A thread of its own that does one thing whenever it is woken; what it is woken for while it is at it is done once more.
///
/// Not a queue of Dispatch: its threads' stacks are an eighth of what recipes may need that are nested as deep as they may be.
final class BackgroundThread: Sendable {
  private let signal = DispatchSemaphore(value: 0)
  private let work: @Sendable () -> Void

  private static let stackBytes = 8 << 20

  /// Starts the thread, which lives as long as the process.
  init(_ work: @escaping @Sendable () -> Void) {
    self.work = work
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, Self.stackBytes)
    pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let held = Unmanaged.passRetained(self)
    let failure = pthread_create(
      &thread,
      &attributes,
      { context in
        if let context { Unmanaged<BackgroundThread>.fromOpaque(context).takeUnretainedValue().run() }
        return nil
      },
      held.toOpaque()
    )
    if failure != 0 { held.release() }
    pthread_attr_destroy(&attributes)
  }

  /// Has the work done, soon.
  func wake() { signal.signal() }

  private func run() {
    while true {
      signal.wait()
      while signal.wait(timeout: .now()) == .success {}
      work()
    }
  }
}
