import Files
import Report

/// Reading a table of many files of which all but one were read before.
struct AddedFileMeasurement: Measurement {
  private static let clicks = 1_000_000

  func blocks(in session: BenchmarkSession) throws -> [Block] {
    let (options, folder) = (session.options, session.workspace.fresh("files"))
    try Folders.make(folder)
    defer { try? Folders.remove(folder) }
    let answer = try session.ask(
      AddedFileProbe(
        folder: folder,
        files: options.files + 1,
        clicks: Self.clicks,
        runs: options.runs,
        threads: options.threads
      )
    )
    return [.heading(level: 2, text: BenchmarkSection.files.title)] + Self.blocks(answer, options.files)
  }

  static func blocks(_ answer: AddedFileProbe.Answer, _ files: Int) -> [Block] {
    // Round by round, as what else the machine does is the same for both.
    let shares = answer.first.indices.map {
      (answer.again[$0] - answer.merging[$0]) / answer.first[$0]
    }
    let rows: [[Table.Cell]] = [
      ["\(files) files, nothing kept of them", Figures.seconds(Median.of(answer.first))],
      ["One file more, the others kept", Figures.seconds(Median.of(answer.again))],
      ["Merging alone, all columns in memory", Figures.seconds(Median.of(answer.merging))],
      [
        "The second beyond merging, over the first",
        NumberFormat.fixed(100 * Median.of(shares), digits: 1) + " %",
      ],
    ].map { $0.map(Table.Cell.text) }
    return [
      .table(Table(columns: [.init("Reading"), .init("Time", .trailing)], rows: rows)),
      .prose(
        "Parquet files of \(NumberFormat.grouped(clicks)) clicks, three columns of whole numbers, "
          + "\(NumberFormat.bytes(answer.bytes)) in all, from the system's cache. The first time also keeps each file's columns."
      ),
    ]
  }
}
