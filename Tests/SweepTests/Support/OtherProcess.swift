import Foundation
import Testing

@testable import Sweep

/// Samplers in a process of their own, whose hashing is another.
enum OtherProcess {
  private struct Row: Encodable {
    let number: Int
    let assignment: Assignment
    let state: TrialState
    let values: [Double]?
  }

  private struct Question: Encodable {
    let deed = "ask"
    let strategy: String
    let space: SearchSpace
    let trials: [Row]
    let directions = [Goal.Direction.minimize]
    let seed: UInt64
  }

  private struct Answer: Decodable { let assignment: Assignment? }

  /// The next proposal after each of the histories.
  static func proposals(strategy: String, _ space: SearchSpace, _ histories: [[Trial]], seed: UInt64) throws
    -> [Assignment?]
  {
    let lines = try histories.map { history in
      let rows = history.map {
        Row(number: $0.number, assignment: $0.assignment, state: $0.state, values: $0.values)
      }
      return try JSONEncoder().encode(Question(strategy: strategy, space: space, trials: rows, seed: seed))
    }
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let (process, input, output) = (Process(), Pipe(), Pipe())
    process.executableURL = folder.appendingPathComponent("SamplerTrials")
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    // All of it fits into a pipe: what is read only afterwards keeps nobody waiting.
    try input.fileHandleForWriting.write(contentsOf: lines.reduce(Data()) { $0 + $1 + Data("\n".utf8) })
    try input.fileHandleForWriting.close()
    let answers = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return try answers.split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(Answer.self, from: Data($0)).assignment
    }
  }
}
