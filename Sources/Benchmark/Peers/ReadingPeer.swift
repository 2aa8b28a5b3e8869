import Files

/// Another reader of tables, in Python.
struct ReadingPeer {
  /// The module.
  let module: String
  /// The call that reads `columns` of `path`.
  private let call: String

  /// Those that read a file of the form that the ending of `path` says, each by its quickest way to some columns.
  static func all(for path: String) -> [ReadingPeer] {
    if path.hasSuffix(".jsonl") {
      return [
        ReadingPeer(module: "pandas", call: "library.read_json(path, lines=True)[columns]"),
        ReadingPeer(module: "polars", call: "library.scan_ndjson(path).select(columns).collect()"),
      ]
    }
    if path.hasSuffix(".parquet") {
      return [
        ReadingPeer(
          module: "pyarrow",
          call: "importlib.import_module('pyarrow.parquet').read_table(path, columns=columns)"
        ),
        ReadingPeer(module: "polars", call: "library.read_parquet(path, columns=columns)"),
      ]
    }
    return [
      ReadingPeer(module: "pandas", call: "library.read_csv(path, usecols=columns)"),
      ReadingPeer(module: "polars", call: "library.read_csv(path, columns=columns)"),
    ]
  }

  /// Reads a file in a fresh interpreter: the fastest of some readings, the import not counted.
  /// - Throws: ``NotMeasured``.
  func read(_ file: LogFile, python: String, threads: Int) throws -> PeerTimes.Round {
    let source = """
      import importlib, json, sys, time
      module, readings, path, columns = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
      try: library = importlib.import_module(module)
      except ImportError: print(json.dumps(dict(missing=module))); sys.exit()
      # The first call may import further modules; no reading is to pay for it.
      def read():
          start = time.perf_counter()
          \(call)
          return time.perf_counter() - start
      print(json.dumps(dict(version=library.__version__, seconds=min([read() for _ in range(readings + 1)][1:]))))
      """
    let words = [module, "\(ReadingProbe.readings)", file.path] + file.columns
    let script = PythonScript(python: python, source: ["-c", source], arguments: words, threads: threads)
    return try script.run(as: PeerTimes.Round.self).answer
  }
}
