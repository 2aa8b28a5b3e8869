import Files
import Report

/// Runs as a table: one a row, with the settings in which they differ.
package struct RunTable {
  /// The most settings that a terminal is given.
  private static let mostSettings = 10
  private static let longestValue = 32

  private let runs: [StoredRun]
  private let metrics: [String]
  private let settings: [RunDifference.Setting]
  /// The headline that all runs with one have in common: `eval.hit_rate@20`; nil where they differ.
  private let headline: String?

  /// Tables `runs` with `metrics` besides.
  package init(_ runs: [StoredRun], metrics: [String]) {
    self.runs = runs
    self.metrics = metrics
    settings = RunDifference.settingsOfSharedCells(runs.map(\.document.settings))
    let headlines = Set(runs.compactMap { run in run.headline.map { "\($0.cell).\($0.figure.metric)" } })
    headline = headlines.count == 1 ? headlines.first : nil
  }

  /// The settings that differ and that ``text`` leaves out.
  package var hiddenSettings: Int { max(0, settings.count - Self.mostSettings) }

  /// The table for a terminal.
  package var text: String {
    let shown = settings.prefix(Self.mostSettings)
    var columns: [Table.Column] = [
      .init("run"), .init("ended (UTC)"), .init("recipe"), .init(headline ?? "headline"),
    ]
    columns +=
      metrics.map { .init($0, .trailing) } + shown.map { .init($0.name) } + [.init("took", .trailing)]
    let rows = runs.enumerated().map { place, run -> [Table.Cell] in
      var row: [Table.Cell] = [
        .text(run.name), .text(String(run.document.date.prefix(16).replacing("T", with: " "))),
        .text(run.document.recipe), .text(figure(of: run)),
      ]
      row += metrics.map { name in
        .text(run.metric(name).map { RunDifference.shown($0, digits: 4) } ?? NumberFormat.notANumber)
      }
      row += shown.map { .text(Self.cut($0.values[place] ?? NumberFormat.notANumber)) }
      return row + [.text(NumberFormat.duration(seconds: run.seconds))]
    }
    return TextTableRenderer.render(Table(columns: columns, rows: rows))
  }

  /// `0.664 [0.657, 0.670]`, with what it is of where the runs differ in that.
  private func figure(of run: StoredRun) -> String {
    guard let (cell, figure) = run.headline else { return NumberFormat.notANumber }
    let shown = figure.figure
    return headline == nil ? "\(cell).\(figure.metric) \(shown)" : shown
  }

  private static func cut(_ text: String) -> String {
    text.count <= longestValue ? text : text.prefix(longestValue - 1) + "…"
  }

  /// The table as comma-separated values, all settings that differ, numbers in full.
  package var csv: String {
    let names =
      [
        "run", "tags", "recipe", "date", "directory", "headline", "headline_value", "headline_low",
        "headline_high",
      ]
      + metrics + settings.map(\.name) + ["seconds"]
    let rows = runs.enumerated().map { place, run -> [String] in
      let figure = run.headline?.figure
      let ends = figure?.interval.map { $0.map { "\($0)" } } ?? ["", ""]
      var row = [
        run.id, run.tags.joined(separator: " "), run.document.recipe, run.document.date, run.directory,
      ]
      row +=
        [run.headline.map { "\($0.cell).\($0.figure.metric)" } ?? "", figure.map { "\($0.value)" } ?? ""]
        + ends
      row += metrics.map { name in run.metric(name).map { "\($0)" } ?? "" }
      row += settings.map { $0.values[place] ?? "" }
      return row + ["\(run.seconds)"]
    }
    return ([names] + rows).map { $0.map { CSVField.quoted($0) }.joined(separator: ",") + "\n" }.joined()
  }

  /// The table as JSON: a list of runs, each with the settings that differ and, where none were asked for, all metrics.
  package var json: String {
    get throws {
      let records = runs.enumerated().map { place, run in
        var record = Record(run)
        record.metrics =
          metrics.isEmpty
          ? Dictionary(run.document.metrics.map { ($0.name, $0.value) }) { first, _ in first }
          : Dictionary(uniqueKeysWithValues: Set(metrics).map { ($0, run.metric($0)) })
        for setting in settings { record.settings[setting.name] = setting.values[place] }
        return record
      }
      return try CodableJSON.text(records, indented: true) + "\n"
    }
  }

  private struct Record: Encodable {
    var run: String
    var tags: [String]
    var recipe: String
    var title: String
    var date: String
    var directory: String
    var seconds: Double
    var headline: Headline?
    var settings: [String: String] = [:]
    var metrics: [String: Double?] = [:]

    init(_ run: StoredRun) {
      self.run = run.id
      tags = run.tags
      recipe = run.document.recipe
      title = run.document.title
      date = run.document.date
      directory = run.directory
      seconds = run.seconds
      headline = run.headline?.figure
    }
  }
}
