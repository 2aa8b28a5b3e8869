import Files
import Notebook
import Report

/// Reading the columns of the click log.
struct ReadingMeasurement: Measurement {
  func blocks(in session: BenchmarkSession) throws -> [Block] {
    let (file, isMade) = try session.clickLog()
    let answer = try session.ask(
      ReadingProbe(file: file, runs: session.options.runs, threads: session.options.threads)
    )
    let remark = isMade ? " The recipe reads no log with named columns: a log was made up for this." : ""
    return [
      .heading(level: 2, text: BenchmarkSection.csv.title),
      .table(Self.table(answer)),
      .prose(
        "`\(FilePaths.name(of: file.path))`, columns \(file.columns.map { "`\($0)`" }.joined(separator: ", ")), from "
          + "the system's cache; each run is the fastest of \(ReadingProbe.readings) readings. The limit is reading "
          + "the mapped file once with as many threads and doing nothing with it.\(remark)"
      ),
    ]
  }

  static func table(_ answer: ReadingProbe.Answer) -> Table {
    let seconds = Median.of(answer.seconds)
    let rate = Double(answer.bytes) / seconds
    return Table(
      columns: [
        .init("Rows", .trailing), .init("Size", .trailing), .init("Time", .trailing),
        .init("Rows a second", .trailing),
        .init("Rate", .trailing), .init("Limit", .trailing), .init("Share", .trailing),
      ],
      rows: [
        [
          .int(answer.rows), .text(NumberFormat.bytes(answer.bytes)), .text(Figures.seconds(seconds)),
          .text(Figures.countRate(Double(answer.rows) / seconds, "rows")), .text(Figures.byteRate(rate)),
          .text(Figures.byteRate(answer.limit)), .text(Figures.percent(rate / answer.limit)),
        ]
      ]
    )
  }
}
