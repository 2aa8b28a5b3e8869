/// Another reader of delimited files, in Python.
struct ReadingPeer {
  /// The module.
  let module: String
  /// The call that reads `columns` of `path`.
  private let call: String

  /// pandas and Polars.
  static let all = [
    ReadingPeer(module: "pandas", call: "library.read_csv(path, usecols=columns)"),
    ReadingPeer(module: "polars", call: "library.read_csv(path, columns=columns)"),
  ]

  /// Reads a file in a fresh interpreter: the fastest of some readings, the import not counted.
  /// - Throws: ``NotMeasured``.
  func read(_ file: LogFile, python: String, threads: Int) throws -> PeerTimes.Round {
    let source = """
      import importlib, json, sys, time
      module, readings, path, columns = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
      try: library = importlib.import_module(module)
      except ImportError: print(json.dumps(dict(missing=module))); sys.exit()
      def read():
          start = time.perf_counter()
          \(call)
          return time.perf_counter() - start
      print(json.dumps(dict(version=library.__version__, seconds=min(read() for _ in range(readings)))))
      """
    let words = [module, "\(ReadingProbe.readings)", file.path] + file.columns
    let script = PythonScript(python: python, source: ["-c", source], arguments: words, threads: threads)
    return try script.run(as: PeerTimes.Round.self).answer
  }
}
