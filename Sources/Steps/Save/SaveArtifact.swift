import Notebook

/// What `save` hands on: the files that it wrote.
package struct SaveArtifact: FilesArtifact {
  package static let kind = "save"
  package var folder: String
  package var files: [String]

  package init(folder: String, files: [String]) { (self.folder, self.files) = (folder, files) }
}
