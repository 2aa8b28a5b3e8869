import Files
import Report

/// Reading the click log as JSON lines and as Parquet, beside the readers of Python: in pairs, taking turns.
struct FormatsMeasurement: Measurement {
  func blocks(in session: BenchmarkSession) throws -> [Block] {
    let (file, _) = try session.clickLog()
    let folder = session.workspace.fresh("forms")
    try Folders.make(folder)
    var blocks: [Block] = [.heading(level: 2, text: BenchmarkSection.formats.title)]
    for (name, words, writing) in Self.forms {
      session.progress("  \(words)")
      blocks.append(.heading(level: 3, text: words))
      do {
        var form = file
        form.path = FilePaths.join(folder, name)
        try Self.write(file, to: form.path, by: writing, session)
        var probe = ReadingProbe(file: form, runs: session.options.runs, threads: session.options.threads)
        probe.python = session.options.python
        blocks += Self.blocks(try session.ask(probe), form)
      } catch let reason as NotMeasured {
        blocks.append(.prose("Not measured. \(reason)"))
      }
    }
    return blocks
  }

  /// The file's name, what it is, and how it is written from the columns of the CSV file.
  private static let forms = [
    (
      "log.jsonl", "JSON lines, one object a click",
      "__import__('polars').read_csv(source, columns=columns).write_ndjson(target)"
    ),
    (
      "log.parquet", "Parquet, as pyarrow writes it by default",
      "__import__('pyarrow.parquet').parquet.write_table("
        + "__import__('pyarrow.csv').csv.read_csv(source).select(columns), target)"
    ),
  ]

  /// Has Python write the log in another form.
  private static func write(_ file: LogFile, to path: String, by call: String, _ session: BenchmarkSession)
    throws
  {
    let source = """
      import json, sys
      source, target, columns = sys.argv[1], sys.argv[2], sys.argv[3:]
      missing = None
      try: \(call)
      except ImportError as error: missing = error.name
      print(json.dumps(dict(missing=missing)))
      """
    let script = PythonScript(
      python: session.options.python,
      source: ["-c", source],
      arguments: [file.path, path] + file.columns,
      threads: session.options.threads
    )
    if let missing = try script.run(as: PeerTimes.Round.self).answer.missing {
      throw NotMeasured("This Python has no module '\(missing)', which would write the file.")
    }
  }

  /// The table of one form, ours and theirs.
  static func blocks(_ answer: ReadingProbe.Answer, _ file: LogFile) -> [Block] {
    let own: [Table.Cell] = [.text("towerbook"), .text(Figures.seconds(Median.of(answer.seconds))), .empty]
    let others = answer.others.filter { $0.trouble == nil }.map { other -> [Table.Cell] in
      [
        .text(other.title), .text(Figures.seconds(Median.of(other.seconds))),
        .text(Figures.times(PairedRatio(ours: answer.seconds, theirs: other.seconds))),
      ]
    }
    let table = Table(
      columns: [.init("Reader"), .init("Time", .trailing), .init("Over towerbook", .trailing)],
      rows: [own] + others
    )
    let words = [
      "The columns \(file.columns.map { "`\($0)`" }.joined(separator: ", ")) of "
        + "`\(FilePaths.name(of: file.path))`; each run is the fastest of \(ReadingProbe.readings) readings in one "
        + "process, imports not counted."
    ]
    return [.table(table), .prose((words + answer.others.compactMap(\.trouble)).joined(separator: " "))]
  }
}
