import Files
import Report

/// A finished run as its folder keeps it.
package struct StoredRun: Sendable {
  /// Its folder, as the store or the user names it.
  package var directory: String
  /// The name of its recipe's folder under the outputs; empty for a run that stands elsewhere.
  package var recipeFolder: String
  /// Its name there: `20261128-101500-4711`, of a trial `sweep-0a1b2c3d/trials/0004`.
  package var id: String
  /// The names that it was given, sorted.
  package var tags: [String]
  /// Its record.
  package var document: ReportDocument

  /// Reads the run in `directory`.
  /// - Throws: `FileError`, `RunFailure` where there is no record that this program reads.
  package init(directory: String, recipeFolder: String = "", id: String? = nil, tags: [String] = []) throws {
    self.directory = directory
    self.recipeFolder = recipeFolder
    self.id = id ?? FilePaths.name(of: FilePaths.real(FilePaths.absolute(directory)))
    self.tags = tags
    document = try ReportDocument(folder: directory)
  }

  /// What it is called in tables: its id, and beside it the tags: `20261128-101500-4711 (best)`.
  package var name: String { Self.name(id, tags) }

  static func name(_ id: String, _ tags: [String]) -> String {
    tags.isEmpty ? id : "\(id) (\(tags.joined(separator: ", ")))"
  }

  /// What all its cells took, now or when their results were made, in seconds.
  package var seconds: Double { document.cells.reduce(0) { $0 + $1.seconds } }

  /// Its first headline, and the cell that it is of.
  package var headline: (cell: String, figure: Headline)? {
    document.cells.lazy.compactMap { cell in cell.headline.map { (cell: cell.id, figure: $0) } }.first
  }

  /// A setting's value as it is written in YAML, by its full name.
  package func setting(_ name: String) -> String? { document.settings.first { $0.name == name }?.value }

  /// A metric by its full name; nil where there is none, or its value is no number.
  package func metric(_ name: String) -> Double? {
    document.metrics.first { $0.name == name }?.value.flatMap { $0.isNaN ? nil : $0 }
  }

  /// Whether it ended after `other`; of two that ended in one second, whether its id is the later one.
  package func isNewer(than other: StoredRun) -> Bool {
    if document.date != other.document.date { return document.date > other.document.date }
    return RunID.precedes(other.id, id)
  }
}

/// The names of runs, which begin with the time in UTC.
package enum RunID {
  /// Whether `name` is one that a run of the store gets: `20261128-101500-4711`.
  package static func isOne(_ name: String) -> Bool {
    name.wholeMatch(of: /[0-9]{8}-[0-9]{6}-[0-9]+(-[0-9]+)?/) != nil
  }

  /// Whether one name comes before another, their numbers taken as numbers.
  static func precedes(_ first: String, _ second: String) -> Bool {
    for (a, b) in zip(first.split(separator: "-"), second.split(separator: "-")) where a != b {
      if let a = Int(a), let b = Int(b), a != b { return a < b }
      return a < b
    }
    return (first.utf8.count, first) < (second.utf8.count, second)
  }
}
