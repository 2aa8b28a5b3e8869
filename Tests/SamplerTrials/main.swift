import Foundation
import Sweep

// Answers questions about samplers, a line of JSON for a line of JSON: see `Question`.
while let line = readLine() {
  do {
    let question = try JSONDecoder().decode(Question.self, from: Data(line.utf8))
    FileHandle.standardOutput.write(try JSONEncoder().encode(question.answer()) + Data("\n".utf8))
  } catch {
    FileHandle.standardError.write(
      Data("expected a question as JSON, got \(line.prefix(200)): \(error)\n".utf8)
    )
    exit(2)
  }
}
