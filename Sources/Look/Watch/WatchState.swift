import Files

/// How a watched recipe stands, as the page reads it from a file in the folder of the run that is rewritten.
package struct WatchState: Codable, Sendable, Equatable {
  /// What is going on.
  package enum Phase: String, Codable, Sendable {
    /// The report is that of the recipe as it was saved last.
    case current
    /// A run is under way.
    case running
    /// The recipe has errors; the report is the last good one.
    case broken
    /// The run failed; the report is the last good one.
    case failed
    /// The recipe is not there; the report is the last good one.
    case gone
  }

  /// The name of the file.
  static let file = ".watch.json"
  /// The name of the file that is locked as long as somebody watches.
  static let lock = ".watch.lock"
  /// The folder of the run, beside those of other runs.
  package static let folder = "watch"

  /// The recipe, as it was named.
  package var recipe: String
  /// What is going on.
  package var phase: Phase
  /// What is wrong, line by line; empty for nothing.
  package var problems: String
  /// Since when, seconds since 1970.
  package var since: Double

  /// What whoever watches into `folder` says; nil where nobody does.
  package init?(folder: String) {
    let lock = FilePaths.join(folder, Self.lock)
    guard FilePaths.exists(lock), Self.isLocked(lock),
      let text = try? MappedFile.readText(FilePaths.join(folder, Self.file)),
      let state = try? CodableJSON.value(Self.self, from: text)
    else { return nil }
    self = state
  }

  init(recipe: String, phase: Phase, problems: String, since: Double) {
    (self.recipe, self.phase, self.problems, self.since) = (recipe, phase, problems, since)
  }

  /// Keeps it in `folder`, which is made.
  /// - Throws: `FileError`.
  func write(to folder: String) throws {
    try Folders.make(folder)
    try AtomicFile.write(CodableJSON.text(self), to: FilePaths.join(folder, Self.file))
  }
}
