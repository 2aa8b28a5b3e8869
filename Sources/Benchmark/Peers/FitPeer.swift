import Files

/// The notebook's `fit` alone, and what an epoch takes once the graph is compiled, which the script does not print.
///
/// The script runs as it is up to its call of `fit`, which is timed from outside; the same model then trains three
/// epochs more, one at a time, and the script ends there.
struct FitPeer {
  /// What was timed.
  struct Answer: Codable {
    /// The seconds of the call as it stands, compilation counted.
    var fit: Double
    /// Its epochs.
    var epochs: Int
    /// The seconds of each further epoch.
    var further: [Double]
  }

  let script: String
  let python: String
  let threads: Int

  private static let source = """
    import json, os, runpy, sys, time
    script, arguments = sys.argv[1], sys.argv[2:]
    os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
    import tensorflow as tf
    fit = tf.keras.Model.fit
    def timed(model, *inputs, **settings):
        start = time.perf_counter()
        fit(model, *inputs, **settings)
        seconds, further = time.perf_counter() - start, []
        for _ in range(3):
            start = time.perf_counter()
            fit(model, *inputs, **dict(settings, epochs=1))
            further.append(time.perf_counter() - start)
        print(json.dumps(dict(fit=seconds, epochs=settings.get('epochs', 1), further=further)), flush=True)
        os._exit(0)
    tf.keras.Model.fit = timed
    sys.argv = [script] + arguments
    runpy.run_path(script, run_name='__main__')
    """

  /// Times `fit` in a fresh interpreter.
  /// - Throws: ``NotMeasured``.
  func run(data: String, output: String) throws -> Answer {
    defer { try? Folders.remove(output) }
    let call = PythonScript(
      python: python,
      source: ["-c", Self.source],
      arguments: [script, data, output, "--vectorised"],
      threads: threads
    )
    return try call.run(as: Answer.self).answer
  }
}
