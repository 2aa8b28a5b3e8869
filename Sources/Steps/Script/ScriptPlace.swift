import Files

/// The folder in which a program runs.
struct ScriptPlace {
  /// The folder itself.
  let folder: String

  init(_ folder: String) { self.folder = FilePaths.absolute(folder) }

  /// What the recipe says, as JSON.
  var settings: String { FilePaths.join(folder, "settings.json") }
  /// What the program writes.
  var outputs: String { FilePaths.join(folder, ScriptArtifact.outputs) }
  /// What it says on standard output and on standard error.
  var log: String { FilePaths.join(folder, "log.txt") }

  /// What it reads of one source.
  func input(_ source: ScriptSource) -> String { FilePaths.join(folder, "inputs/\(source.rawValue)") }

  /// Makes the folders.
  func prepare() throws {
    try Folders.make(FilePaths.join(folder, "inputs"))
    try Folders.make(outputs)
  }
}
