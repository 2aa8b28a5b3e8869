import Files

/// A piece of Python that prints one line of JSON last.
struct PythonScript {
  /// The interpreter.
  var python: String
  /// Either `-c` and the source, or a file.
  var source: [String]
  var arguments: [String] = []
  /// Threads for the libraries that take them from the environment.
  var threads: Int

  /// Runs it and reads its last line.
  /// - Throws: ``NotMeasured`` where it fails or prints something else.
  func run<Answer: Decodable>(as type: Answer.Type) throws -> (answer: Answer, outcome: ChildProcess.Outcome)
  {
    var environment = ProcessEnvironment.variables
    for name in ["OMP_NUM_THREADS", "POLARS_MAX_THREADS"] { environment[name] = "\(threads)" }
    let process = ChildProcess(executable: python, arguments: source + arguments, environment: environment)
    let outcome: ChildProcess.Outcome
    do { outcome = try process.run() } catch let error as FileError { throw NotMeasured("\(error).") }
    guard outcome.status == 0 else {
      let name = source[0] == "-c" ? "A script" : "'\(FilePaths.name(of: source[0]))'"
      throw NotMeasured("\(name) in Python failed: \(outcome.complaint)")
    }
    let line = outcome.output.split(separator: "\n").last.map(String.init) ?? ""
    guard let answer = try? CodableJSON.value(type, from: line) else {
      throw NotMeasured("Python's last line was not the JSON that was expected: \(line.prefix(200))")
    }
    return (answer, outcome)
  }
}
