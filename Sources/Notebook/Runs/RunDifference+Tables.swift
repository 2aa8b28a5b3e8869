import Files
import Report

extension RunDifference {
  /// What the letters stand for.
  package var subjectTable: Table {
    Table(
      columns: [.init(""), .init("what"), .init("title"), .init("ended (UTC)"), .init("took", .trailing)],
      rows: subjects.enumerated().map { place, subject in
        [
          .text(Self.letter(place)), .text(subject.name), .text(subject.run?.document.title ?? "a recipe"),
          .text(subject.run.map { String($0.document.date.prefix(16).replacing("T", with: " ")) } ?? ""),
          .text(subject.run.map { NumberFormat.duration(seconds: $0.seconds) } ?? ""),
        ]
      }
    )
  }

  /// The settings that differ; nil where none does.
  package var settingTable: Table? {
    let settings = settings
    guard !settings.isEmpty else { return nil }
    return Table(
      columns: [.init("setting")] + letters.map { .init($0) },
      rows: settings.map { setting in
        [.text(setting.name)] + setting.values.map { .text($0 ?? NumberFormat.notANumber) }
      }
    )
  }

  /// `metrics` with how much more each run has than the first; nil where there are none.
  package func metricTable(_ metrics: [Metric]) -> Table? {
    guard !metrics.isEmpty else { return nil }
    func shown(_ value: Double?) -> Table.Cell {
      .text(value.map { Self.shown($0, digits: 4) } ?? NumberFormat.notANumber)
    }
    var columns: [Table.Column] = [.init("metric"), .init("A", .trailing)]
    for letter in letters.dropFirst() {
      columns += [.init(letter, .trailing), .init("\(letter) − A", .trailing)]
    }
    let rows = metrics.map { metric -> [Table.Cell] in
      var row: [Table.Cell] = [.text(metric.name), shown(metric.values[0])]
      for value in metric.values.dropFirst() {
        row.append(shown(value))
        if let value, let first = metric.values[0] {
          row.append(.text(Self.signed(value - first)))
        } else {
          row.append(.empty)
        }
      }
      return row
    }
    return Table(columns: columns, rows: rows)
  }

  /// What each cell took, and whether it was taken from the cache.
  package var cellTable: Table {
    var titles: [String] = []
    for run in runs {
      for cell in run.document.cells where !titles.contains(cell.title) { titles.append(cell.title) }
    }
    return Table(
      columns: [.init("cell")] + letters.map { .init($0, .trailing) },
      rows: titles.map { title in
        [.text(title)]
          + runs.map { run in
            guard let cell = run.document.cells.first(where: { $0.title == title }) else { return .text("–") }
            let time = NumberFormat.duration(seconds: cell.seconds)
            return .text(cell.isCached ? "cached, \(time)" : "ran, \(time)")
          }
      }
    )
  }

  /// A figure for a table: `108,001` for what is counted, else `0.6641` by so many digits.
  package static func shown(_ value: Double, digits: Int) -> String {
    isCount(value) ? NumberFormat.grouped(Int(value)) : NumberFormat.significant(value, digits: digits)
  }

  /// `+0.0123`, `−0.0040`, `+1,204` for what is counted; `0` for none.
  package static func signed(_ value: Double) -> String {
    let text = shown(value.magnitude, digits: 3)
    return text == "0" ? "0" : (value < 0 ? "−" : "+") + text
  }

  /// Whether it is a whole number that a table has room for.
  private static func isCount(_ value: Double) -> Bool { value == value.rounded() && value.magnitude < 1e12 }

  private var letters: [String] { subjects.indices.map(Self.letter) }
}
