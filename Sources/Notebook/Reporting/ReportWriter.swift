import Files
import Report

/// Writes the report of a run that is over, from its record.
package struct ReportWriter {
  private let format: ReportFormat
  private let folder: String
  private let name: String
  private let renderer: any ReportRenderer

  /// - Parameters:
  ///   - format: nil for what the name of `output` ends in, else a page.
  ///   - output: a file, or a folder, where there is one or it ends in a slash; nil for `folder`.
  ///   - folder: where the record is.
  ///   - renderer: another renderer of `format` than its own, and what its file is called by default.
  /// - Throws: ``CannotStart`` where the name of `output` says another format.
  package init(
    format: ReportFormat?,
    output: String?,
    beside folder: String,
    renderer: (name: String, renderer: any ReportRenderer)? = nil
  ) throws {
    let isFolder = output.map { $0.hasSuffix("/") || FilePaths.isFolder($0) } ?? true
    let named = ReportFormat.allCases.first { !isFolder && (output ?? "").hasSuffix(".\($0.rawValue)") }
    if let output, let format, let named, named != format {
      throw CannotStart("'\(output)' is a name for \(named.rawValue), not for \(format.rawValue)")
    }
    if let output, format == nil, named == nil, !isFolder, FilePaths.name(of: output).contains(".") {
      let endings = ReportFormat.allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
      throw CannotStart(
        "'\(output)' ends in no format's ending (\(endings)); rename it, or say which with --format"
      )
    }
    self.format = format ?? named ?? .html
    self.renderer = renderer?.renderer ?? self.format.renderer
    let usual = renderer?.name ?? self.format.file
    guard let output else {
      (self.folder, name) = (folder, usual)
      return
    }
    name = isFolder ? usual : FilePaths.name(of: output)
    // A bare name is shown bare.
    self.folder = isFolder ? output : output.contains("/") ? FilePaths.parent(of: output) : ""
  }

  /// Writes the files of `document` that do not stand there already.
  ///
  /// - Parameter force: writes over files that hold something else.
  /// - Returns: the path of the file to open.
  /// - Throws: ``CannotStart`` where a file that would be written over holds something else, before any is written;
  ///   `FileError`.
  package func write(_ document: ReportDocument, force: Bool) throws -> String {
    let files = try renderer.files(of: document).map { file in
      (path: FilePaths.join(folder, file.name == format.file ? name : file.name), text: file.text)
    }
    let changed = try files.filter {
      try !FilePaths.exists($0.path) || MappedFile.readText($0.path) != $0.text
    }
    if !force, let edited = changed.first(where: { FilePaths.exists($0.path) }) {
      throw CannotStart(
        """
        '\(edited.path)' is not what the record renders to: it was edited, or belongs to another record or version; \
        name another place with --output, or write over it with --force
        """
      )
    }
    for file in changed {
      try Folders.make(FilePaths.parent(of: file.path))
      try AtomicFile.write(file.text, to: file.path)
    }
    return FilePaths.join(folder, name)
  }
}
