/// A run's report as data: all that is shown of it, before it is anybody's page.
///
/// It is kept in the run directory as `report.json`; renderers make text of it then or later.
package struct ReportDocument: Sendable, Codable, Equatable {
  /// One cell of the notebook, with what came of it.
  package struct Cell: Sendable, Codable, Equatable {
    /// The id that settings and metrics go by.
    package var id: String
    /// The step's name.
    package var step: String
    /// The recipe's prose before the cell, quotes filled in; nil for none.
    package var text: String?
    /// The settings as YAML, those that are set to something; empty where there are none.
    package var settings: String
    /// What was warned of before it ran.
    package var warnings: [String]
    /// What the step shows.
    package var blocks: [Block]
    /// Where its files are, relative to the run; nil where they are in the run's own folder, or there are none.
    package var folder: String?
    /// What had to hold.
    package var expectations: [Expectation]
    /// The seconds its work took, now or when it was cached.
    package var seconds: Double
    /// Whether the result was taken from the cache.
    package var isCached: Bool
    /// The recipe's prose after the cell; nil for none.
    package var note: String?

    /// Makes a cell; the rest is set afterwards.
    package init(id: String, step: String, blocks: [Block], seconds: Double, isCached: Bool) {
      self.id = id
      self.step = step
      settings = ""
      warnings = []
      self.blocks = blocks
      expectations = []
      self.seconds = seconds
      self.isCached = isCached
    }
  }

  /// What a recipe expects of a metric, and what came.
  package struct Expectation: Sendable, Codable, Equatable {
    /// The metric's full name.
    package var metric: String
    /// The condition as it was written.
    package var expected: String
    /// The value; nil where there is none.
    package var value: Double?
    /// Whether it holds.
    package var isMet: Bool

    /// Puts an expectation together.
    package init(metric: String, expected: String, value: Double?, isMet: Bool) {
      self.metric = metric
      self.expected = expected
      self.value = value
      self.isMet = isMet
    }
  }

  /// Where a run comes from: a name and what it was.
  package struct Fact: Sendable, Codable, Equatable {
    /// What.
    package var name: String
    /// Which.
    package var value: String

    /// Puts a fact together.
    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Raised when a document of before cannot be read any more.
  package static let version = 1

  /// The version it was written in.
  package var version = ReportDocument.version
  /// The title.
  package var title: String
  /// The recipe's prose under the title, quotes filled in; nil for none.
  package var text: String?
  /// What was warned of before the run, of no cell.
  package var warnings: [String] = []
  /// The cells in the order they ran.
  package var cells: [Cell] = []
  /// Versions, machine, threads and seed.
  package var provenance: [Fact] = []
  /// The command that runs it again, as it is typed.
  package var command = ""

  /// Makes a document without cells.
  package init(title: String) { self.title = title }
}

/// Makes files of a report.
package protocol ReportRenderer: Sendable {
  /// The files of `document`, by their names beside each other.
  func files(of document: ReportDocument) -> [(name: String, text: String)]
}

/// The renderers of a run's report, in the order in which they write; who adds one adds a line here.
package enum ReportRenderers {
  /// All renderers.
  package static let all: [any ReportRenderer] = [MarkdownReport()]
}
