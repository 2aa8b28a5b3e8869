import Foundation

/// A Python that has what a test wants to hold us against: `TOWERBOOK_PYTHON`, else `python3`.
package struct PythonPeer: Sendable {
  /// The interpreter.
  package let program: String

  /// The first interpreter that imports all `modules`; nil where none does.
  package static func having(_ modules: String...) -> PythonPeer? {
    let named = ProcessInfo.processInfo.environment["TOWERBOOK_PYTHON"].map { [$0] } ?? []
    return (named + ["python3"]).map(PythonPeer.init).first { peer in
      (try? peer.run(["-c", "import " + modules.joined(separator: ", ")]))?.status == 0
    }
  }

  /// Runs it to its end; what it says on both streams is one text.
  package func run(_ arguments: [String], environment: [String: String] = [:]) throws -> (
    status: Int32, output: String
  ) {
    try Self.execute([program] + arguments, environment: environment)
  }

  /// The same, by a thread of its own: for what takes minutes, as tests have few threads, and those that only wait for a moment
  /// would wait for this.
  package func runAside(_ arguments: [String], environment: [String: String] = [:]) async throws -> (
    status: Int32, output: String
  ) {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try run(arguments, environment: environment) })
      }
    }
  }

  /// Runs a program of the path to its end, likewise.
  package static func execute(_ arguments: [String], environment: [String: String] = [:]) throws -> (
    status: Int32, output: String
  ) {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}
