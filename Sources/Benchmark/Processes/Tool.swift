import Files
import Notebook

/// The tool itself, run in processes of its own, so that each has its own memory and a cold start.
struct Tool {
  let executable: String
  let threads: Int

  /// Runs a recipe to its end, results and cache in `outputs`; the cell `from` and all below it whatever the cache holds.
  /// - Throws: ``NotMeasured`` where the run fails; a broken expectation is none.
  func run(_ recipe: PreparedRecipe, outputs: String, threads: Int? = nil, from: String? = nil) throws
    -> ChildProcess.Outcome
  {
    let places = ["--outputs", outputs, "--threads", "\(threads ?? self.threads)", "--quiet"]
    let process = ChildProcess(
      executable: executable,
      arguments: ["run", recipe.path] + recipe.overrides + places + (from.map { ["--from", $0] } ?? []),
      environment: recipe.environment
    )
    let outcome = try process.run()
    guard outcome.status == 0 || outcome.status == 3 else {
      throw NotMeasured("A run of '\(FilePaths.name(of: recipe.path))' failed: \(outcome.complaint)")
    }
    return outcome
  }

  /// Has a probe answered by a process of its own.
  /// - Throws: ``NotMeasured`` where it cannot answer.
  func ask<P: Probe>(_ probe: P, environment: [String: String]) throws -> P.Answer {
    let request = try CodableJSON.text(probe.request)
    let process = ChildProcess(
      executable: executable,
      arguments: ["bench", "--answer", request],
      environment: environment
    )
    let outcome = try process.run()
    guard outcome.status == 0 else { throw NotMeasured("A measurement failed: \(outcome.complaint)") }
    return try CodableJSON.value(P.Answer.self, from: outcome.output)
  }
}
