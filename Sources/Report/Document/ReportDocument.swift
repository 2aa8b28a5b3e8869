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
    /// The recipe's prose before the cell, quotes filled in.
    package var text: [Block] = []
    /// The settings that somebody set, as YAML; empty where there are none.
    package var settings = ""
    /// The settings that are as they are by default, as YAML, those without a value left out; empty where there are
    /// none.
    package var defaults = ""
    /// What was warned of before it ran.
    package var warnings: [String] = []
    /// What the step shows; names of plots begin with the cell's id.
    package var blocks: [Block]
    /// Where its files are, relative to the run; nil where they are in the run's own folder, or there are none.
    package var folder: String?
    /// What had to hold.
    package var expectations: [Expectation] = []
    /// What others published, and how it stands to what came; nil for nothing.
    package var claims: [Claim]?
    /// The seconds its work took, now or when it was cached.
    package var seconds: Double
    /// Whether the result was taken from the cache.
    package var isCached: Bool
    /// The recipe's prose after the cell.
    package var note: [Block] = []
    /// In a few words, what came out; empty for nothing.
    package var summary = ""
    /// What the first page says of it.
    package var highlights: [Highlight] = []
    /// The figure that it comes down to, where it measures.
    package var headline: Headline?

    /// Its heading: the id, or `STEP as ID`.
    package var title: String { step == id ? id : "\(step) as \(id)" }

    /// Makes a cell; the rest is set afterwards.
    package init(id: String, step: String, blocks: [Block], seconds: Double, isCached: Bool) {
      self.id = id
      self.step = step
      self.blocks = blocks
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

  /// What was published elsewhere, held against a cell's figures.
  package struct Claim: Sendable, Codable, Equatable {
    /// One figure of it.
    package struct Figure: Sendable, Codable, Equatable {
      /// The metric's full name.
      package var metric: String
      /// What was published.
      package var published: Double
      /// What came; nil where there is no value.
      package var own: Double?
      /// The ends of the interval by user; nil where none was drawn.
      package var low, high: Double?
      /// Runs that differ in nothing but seeds, this one among them.
      package var seeds: Int
      /// Their mean and standard deviation; nil where there is one.
      package var mean, deviation: Double?
      /// What can be said of it.
      package var verdict: String

      /// Puts a figure together.
      package init(
        metric: String,
        published: Double,
        own: Double?,
        low: Double?,
        high: Double?,
        seeds: Int,
        mean: Double?,
        deviation: Double?,
        verdict: String
      ) {
        self.metric = metric
        self.published = published
        self.own = own
        self.low = low
        self.high = high
        self.seeds = seeds
        self.mean = mean
        self.deviation = deviation
        self.verdict = verdict
      }
    }

    /// Who published it, and where.
    package var source: String
    /// Which table of it; nil where that is not said.
    package var table: String?
    /// What it comes to, in words.
    package var verdict: String
    /// Whether both were measured alike, as far as is said.
    package var isComparable: Bool
    /// Whether that is so, and what came is no worse.
    package var isHeld: Bool
    /// Whether anything is said of how it was measured.
    package var hasProtocol: Bool
    /// Its figures.
    package var figures: [Figure]

    /// Puts a claim together.
    package init(
      source: String,
      table: String?,
      verdict: String,
      isComparable: Bool,
      isHeld: Bool,
      hasProtocol: Bool,
      figures: [Figure]
    ) {
      self.source = source
      self.table = table
      self.verdict = verdict
      self.isComparable = isComparable
      self.isHeld = isHeld
      self.hasProtocol = hasProtocol
      self.figures = figures
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

  /// One line of the first page.
  package struct Highlight: Sendable, Codable, Equatable {
    /// What it is about: `Data`.
    package var label: String
    /// The line, Markdown.
    package var text: String

    /// Puts a line together.
    package init(_ label: String, _ text: String) {
      self.label = label
      self.text = text
    }
  }

  /// A setting or a metric that is not what it was, as texts; empty where there was or is none.
  package struct Change: Sendable, Codable, Equatable {
    /// The full name.
    package var name: String
    /// What it was.
    package var before: String
    /// What it is.
    package var after: String

    /// Puts a change together.
    package init(_ name: String, before: String, after: String) {
      self.name = name
      self.before = before
      self.after = after
    }
  }

  /// What became different since an earlier run.
  package struct Since: Sendable, Codable, Equatable {
    /// The run's name.
    package var run: String
    /// The settings that differ.
    package var settings: [Change]
    /// The metrics that moved, the headline's first; none where the two were measured under different protocols.
    package var metrics: [Change]
    /// In what their protocols differ, in words: `the data differ (config)`.
    package var differences: [String]

    /// Puts it together.
    package init(run: String, settings: [Change], metrics: [Change], differences: [String] = []) {
      self.run = run
      self.settings = settings
      self.metrics = metrics
      self.differences = differences
    }
  }

  /// A metric by its full name; nil where it has no value.
  package struct Metric: Sendable, Codable, Equatable {
    /// The full name: `eval.hit_rate@20`.
    package var name: String
    /// The value.
    package var value: Double?

    /// Puts a metric together.
    package init(_ name: String, _ value: Double?) {
      self.name = name
      self.value = value
    }
  }

  /// Raised when a document of before cannot be read any more.
  package static let version = 2

  /// The version it was written in.
  package var version = ReportDocument.version
  /// The title.
  package var title: String
  /// The recipe's name, which its runs' folder has.
  package var recipe = ""
  /// The run's name, which its folder has.
  package var run = ""
  /// When the run ended, in UTC: `2026-11-25T12:42:15Z`.
  package var date = ""
  /// The recipe's prose under the title, quotes filled in.
  package var text: [Block] = []
  /// What was warned of before the run, of no cell.
  package var warnings: [String] = []
  /// The cells in the order they ran.
  package var cells: [Cell] = []
  /// What was set on the command line: `train.epochs=5`.
  package var overrides: [String] = []
  /// What is different from the last run of the recipe; nil where there is none, or it cannot be read.
  package var since: Since?
  /// All settings by full name, defaults filled in.
  package var settings: [Fact] = []
  /// All metrics.
  package var metrics: [Metric] = []
  /// What figures can be compared under: the data, the split, what counts as found. Runs with another of these measure
  /// something else.
  package var measuredUnder: [Fact] = []
  /// Versions, machine, threads and seed.
  package var provenance: [Fact] = []
  /// The recipe with every setting resolved, relative to the run's folder; nil in records of before it was kept.
  package var recipeText: String?
  /// The command that runs it again, as it is typed.
  package var command = ""

  /// Makes a document without cells.
  package init(title: String) { self.title = title }
}
