import Files
import Report

/// Runs and recipes side by side: what differs of their settings, metrics and cells.
package struct RunDifference {
  /// One of those that are compared.
  package struct Subject {
    /// What it is called where it is introduced: `quickstart/20261128-101500-4711`, `r.yaml`.
    package var name: String
    /// Its settings by full name.
    package var settings: [ReportDocument.Fact]
    /// The run; nil for a recipe.
    package var run: StoredRun?

    /// Takes a run.
    package init(_ run: StoredRun) {
      name = StoredRun.name(
        run.recipeFolder.isEmpty ? run.directory : "\(run.recipeFolder)/\(run.id)",
        run.tags
      )
      settings = run.document.settings
      self.run = run
    }

    /// Takes a recipe that has been planned.
    package init(recipe path: String, _ plan: Plan) {
      name = path
      settings = plan.flatSettings
    }
  }

  /// A setting of which not all have the same value.
  package struct Setting: Equatable {
    /// The full name.
    package var name: String
    /// Its value as YAML in each; nil where there is none.
    package var values: [String?]
  }

  /// A metric in each run.
  package struct Metric: Equatable {
    /// The full name.
    package var name: String
    /// Its value in each; nil where there is none.
    package var values: [Double?]

    /// Whether a reader sees a difference, by four digits or in whole numbers.
    package var isMoved: Bool {
      let shown = values.map { value in value.map { RunDifference.shown($0, digits: 4) } }
      return shown.contains { $0 != shown[0] }
    }
  }

  /// The most that are compared at once.
  package static let most = 8

  /// What is compared, two at least; the others are held against the first.
  package let subjects: [Subject]

  /// Takes what is compared.
  package init(_ subjects: [Subject]) { self.subjects = subjects }

  /// What a subject is called in tables: `A`, `B`.
  package static func letter(_ place: Int) -> String {
    String(UnicodeScalar(UInt8(ascii: "A") + UInt8(min(place, 25))))
  }

  /// The runs among what is compared; empty where one of them is a recipe.
  package var runs: [StoredRun] {
    let runs = subjects.compactMap(\.run)
    return runs.count == subjects.count ? runs : []
  }

  /// The settings that differ, in the order of the cells.
  package var settings: [Setting] { Self.settings(subjects.map(\.settings)) }

  /// The settings that are not the same in all of `lists`, in the order in which they come.
  package static func settings(_ lists: [[ReportDocument.Fact]]) -> [Setting] {
    let values = lists.map { Dictionary($0.map { ($0.name, $0.value) }) { first, _ in first } }
    return distinct(lists.flatMap { $0.map(\.name) }).map { name in
      Setting(name: name, values: values.map { $0[name] })
    }.filter { setting in setting.values.contains { $0 != setting.values[0] } }
  }

  /// The settings that are not the same in all of `lists` that have their cell: that a run lacks a cell is said once, by
  /// its figures, and not for each of the cell's settings.
  package static func settingsOfSharedCells(_ lists: [[ReportDocument.Fact]]) -> [Setting] {
    func cell(_ name: String) -> Substring { name.prefix { $0 != "." } }
    let cells = lists.map { Set($0.map { cell($0.name) }) }
    return settings(lists).filter { setting in
      let own = setting.values.indices.filter { cells[$0].contains(cell(setting.name)) }
        .map { setting.values[$0] }
      return own.contains { $0 != own[0] }
    }
  }

  /// All metrics but for times and the ends of intervals, in the order of the cells.
  package var metrics: [Metric] { Self.metrics(runs.map(\.document)) }

  /// The metrics of `documents` but for times and the ends of intervals; what is no number counts as none, so that it is
  /// equal to itself.
  package static func metrics(_ documents: [ReportDocument]) -> [Metric] {
    let values = documents.map { document in
      Dictionary(document.metrics.map { ($0.name, $0.value.flatMap { $0.isNaN ? nil : $0 }) }) { first, _ in
        first
      }
    }
    let names = distinct(documents.flatMap { $0.metrics.map(\.name) })
    let known = Set(names)
    return names.filter { name in
      let isEnd = [".low", ".high", ".p"].contains { end in
        name.hasSuffix(end) && known.contains(String(name.dropLast(end.utf8.count)))
      }
      return !isEnd && !ReportDocument.Since.isTime(name)
    }.map { name in Metric(name: name, values: values.map { $0[name] ?? nil }) }
  }

  /// What differs of what the first run and any other is measured under, in words.
  package var protocolDifferences: [String] {
    guard let first = runs.first else { return [] }
    return runs.enumerated().dropFirst().flatMap { place, run in
      let differences = MeasurementProtocol.differences(first.document, run.document)
      guard runs.count > 2 else { return differences }
      return differences.map { "\($0) in \(Self.letter(place))" }
    }
  }

  private static func distinct(_ names: [String]) -> [String] {
    var known: Set<String> = []
    return names.filter { known.insert($0).inserted }
  }
}
