import Foundation

/// A process of the probe that lives beside the tests, and the lines it says.
final class Helper {
  let process = Process()
  private let pipe = Pipe()
  private var rest = ""

  init(_ mode: String, _ ledger: String) throws {
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    process.executableURL = folder.appendingPathComponent("LedgerProbe")
    process.arguments = [mode, ledger]
    process.standardOutput = pipe
    try process.run()
  }

  /// The next line, or nil at the end.
  func line() -> String? {
    while true {
      if let end = rest.firstIndex(of: "\n") {
        let line = String(rest[..<end])
        rest = String(rest[rest.index(after: end)...])
        return line
      }
      let data = pipe.fileHandleForReading.availableData
      if data.isEmpty { return nil }
      rest += String(decoding: data, as: UTF8.self)
    }
  }

  /// All further lines.
  func lines() -> [String] {
    var lines: [String] = []
    while let line = line() { lines.append(line) }
    return lines
  }

  /// Kills it as `kill -9` does and waits for its end.
  func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
