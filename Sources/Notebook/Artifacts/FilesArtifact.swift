import Files

/// An artifact that is the files of its cell, as they stand where results are kept: nothing of it is held in memory.
package protocol FilesArtifact: Artifact {
  /// The folder in which the files are.
  var folder: String { get }
  /// Their names in it, which may hold folders.
  var files: [String] { get }

  /// Puts one together.
  init(folder: String, files: [String])
}

extension FilesArtifact {
  /// Reads the artifact from a bundle.
  package init(bundle: Bundle) throws {
    guard let folder = bundle.folder else { throw BundleError.damaged("a result of files has none") }
    self.init(folder: folder, files: try bundle.texts("files"))
  }

  /// Puts the names into a bundle.
  package func bundle() throws -> Bundle {
    var bundle = Bundle()
    bundle.add("files", texts: files)
    return bundle
  }
}
