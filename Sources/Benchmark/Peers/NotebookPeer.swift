import Files

/// The notebook as a Python script, run whole.
struct NotebookPeer {
  /// The script.
  let script: String
  let python: String
  let threads: Int

  /// The two forms of the script that are raced.
  enum Form: String, CaseIterable {
    case written = "the notebook as written"
    case vectorised = "the notebook, its loops vectorised"

    var flags: [String] { self == .written ? [] : ["--vectorised"] }
  }

  /// What the script prints last.
  struct Answer: Codable {
    /// Seconds by stage.
    var stages: [String: Double]
    /// The loss of each epoch.
    var loss: [Double]
    /// Metrics by name.
    var metrics: [String: Double]
  }

  /// One run: its answer, its seconds and its peak memory.
  struct Run {
    var answer: Answer
    var seconds: Double
    var peakBytes: Int
  }

  /// Runs it on the data in `data`; what it writes goes to `output`, which is removed.
  /// - Throws: ``NotMeasured``.
  func run(_ form: Form, data: String, output: String) throws -> Run {
    defer { try? Folders.remove(output) }
    let call = PythonScript(
      python: python,
      source: [script],
      arguments: [data, output] + form.flags,
      threads: threads
    )
    let (answer, outcome) = try call.run(as: Answer.self)
    return Run(answer: answer, seconds: outcome.seconds, peakBytes: outcome.peakBytes)
  }
}
