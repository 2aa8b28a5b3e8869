import CFaults
import Glibc

extension OutOfMemory {
  /// What is lost by that, and what is not, to its zero. It is made at the start, while there is memory for it, and stays.
  private nonisolated(unsafe) static let advice: UnsafePointer<CChar>? = {
    let group =
      GroupMemory.current().map { "; the control group of this process allows \($0.limit) bytes" } ?? ""
    return UnsafePointer(
      strdup(
        "\(group); cells that were done are kept, and a training to its last checkpoint: the same command goes on there, "
          + "given more memory\n"
      )
    )
  }()

  /// Ends the program with a line on standard error and exit code 1: for what cannot throw.
  ///
  /// Nothing is half-written by that, as files are renamed into place, and locks go with the process.
  package func endProgram() -> Never {
    var text = "error: \(description)"
    text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    if let advice = Self.advice { _ = write(STDERR_FILENO, advice, strlen(advice)) }
    _exit(1)
  }

  /// Lets the program end likewise where the memory of Swift's runtime or of a library is refused, which trap, abort or follow
  /// a pointer to nothing then; and has it refused where a control group has no more.
  ///
  /// Nothing of Swift's may run in who takes the signal: what it looks up of types waits for whoever looked before.
  package static func endProgramWhereTrapped() {
    GroupMemory.hold()
    if let advice { tb_report_refused_memory(advice) }
  }
}
