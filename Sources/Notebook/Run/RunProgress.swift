import Files

/// How far a run is, as it says of itself in a file that stands in its folder until it is over.
package struct RunProgress: Codable, Sendable, Equatable {
  /// The name of the file.
  package static let file = ".progress.json"

  /// One cell of the run.
  package struct Cell: Codable, Sendable, Equatable {
    /// How far it is.
    package enum State: String, Codable, Sendable {
      case waiting, running, done
    }

    /// The cell's id.
    package var id: String
    /// How far it is.
    package var state = State.waiting
    /// Whether its result came from the cache; false before it is done.
    package var isCached = false
    /// The seconds that its work took, now or when it was done; nil before it is done.
    package var seconds: Double?
    /// What came out, in a few words; empty before it is done.
    package var summary = ""
  }

  /// What the cell that runs has done of its work.
  package struct Work: Codable, Sendable, Equatable {
    /// What is done, in whatever is counted.
    package var done: Int
    /// What there is to do, in the same unit.
    package var total: Int
    /// What else is worth seeing.
    package var detail: String

    /// The part that is done, 0 to 1.
    package var share: Double { total > 0 ? min(1, max(0, Double(done) / Double(total))) : 0 }
  }

  /// Points that grow while a cell runs.
  package struct Curve: Codable, Sendable, Equatable {
    /// The cell that gives them.
    package var cell: String
    /// What is measured: `loss`.
    package var name: String
    /// What `x` counts: `epoch`.
    package var unit: String
    /// Ascending.
    package var x: [Double] = []
    /// A value for each `x`; finite.
    package var y: [Double] = []
  }

  /// The recipe's name.
  package var recipe: String
  /// The title of the report that it will have.
  package var title: String
  /// The name of the folder that it will have.
  package var run: String
  /// The command that was typed.
  package var command: String
  /// When it began, seconds since 1970.
  package var started: Double
  /// When the cell that runs began, seconds since 1970; nil before the first.
  package var cellStarted: Double?
  /// When this was written, seconds since 1970.
  package var updated: Double
  /// All cells in order.
  package var cells: [Cell]
  /// How far the cell that runs is; nil where it does not say.
  package var work: Work?
  /// What grows.
  package var curves: [Curve] = []

  /// Reads what the run that fills `folder` says of itself.
  /// - Throws: `FileError` where nothing stands there; an error of JSON.
  package init(folder: String) throws {
    self = try CodableJSON.value(Self.self, from: MappedFile.readText(FilePaths.join(folder, Self.file)))
  }

  init(recipe: String, title: String, run: String, command: String, started: Double, cells: [Cell]) {
    (self.recipe, self.title, self.run, self.command) = (recipe, title, run, command)
    (self.started, updated, self.cells) = (started, started, cells)
  }

  /// The place of the cell that runs, or nil.
  package var current: Int? { cells.firstIndex { $0.state == .running } }

  /// The seconds that the cell that runs will still take, by what it has taken so far; nil where that is not known.
  package var secondsLeft: Double? {
    guard let work, let cellStarted, work.share > 0.02, updated - cellStarted >= 1 else { return nil }
    return (updated - cellStarted) / work.share * (1 - work.share)
  }
}
