import Glibc

extension OutOfMemory {
  /// What is lost by that, and what is not.
  private static var advice: StaticString {
    "; cells that were done are kept, and a training to its last epoch: the same command goes on there, given more memory\n"
  }

  /// Ends the program with a line on standard error and exit code 1: for what cannot throw.
  ///
  /// Nothing is half-written by that, as files are renamed into place, and locks go with the process.
  package func endProgram() -> Never {
    var text = "error: \(description)"
    text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    Self.advice.withUTF8Buffer { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    _exit(1)
  }

  /// Lets the program end likewise where the memory of Swift's runtime or of a library is refused, which trap or abort then.
  ///
  /// What tells it from other traps is `errno`, which belongs to the thread that trapped: it is what the refusal left. The
  /// handler calls nothing but `write` and `_exit`.
  package static func endProgramWhereTrapped() {
    for number in [SIGILL, SIGTRAP, SIGABRT] {
      signal(number) { received in
        guard errno == ENOMEM else {
          // What trapped traps again, and ends the program as ever.
          signal(received, SIG_DFL)
          return
        }
        let told: StaticString = "error: there is no memory"
        told.withUTF8Buffer { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
        OutOfMemory.advice.withUTF8Buffer { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
        _exit(1)
      }
    }
  }
}
