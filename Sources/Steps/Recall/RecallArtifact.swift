import Notebook

/// What `recall` hands on: the files that it wrote.
package struct RecallArtifact: FilesArtifact {
  package static let kind = "recall"
  package var folder: String
  package var files: [String]

  package init(folder: String, files: [String]) { (self.folder, self.files) = (folder, files) }
}
