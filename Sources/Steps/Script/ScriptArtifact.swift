import Notebook

/// What `script` hands on: the files that its program wrote.
package struct ScriptArtifact: FilesArtifact {
  package static let kind = "script"
  /// The folder of all that a program wrote, in the run directory and where it is kept.
  static let outputs = "outputs"

  package var folder: String
  package var files: [String]

  package init(folder: String, files: [String]) { (self.folder, self.files) = (folder, files) }
}
