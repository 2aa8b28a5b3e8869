import Files
import Notebook
import Recall
import Report

/// Where the model is that a finished run saved.
package struct SavedModelPlace {
  /// The cell that saved it.
  let cell: ReportDocument.Cell
  /// The folder or the archive.
  package let path: String

  /// The model that `name` stands for on the command line: a saved model, or a run that saved one.
  /// - Throws: `RunRefusal` where there is none.
  package static func named(_ name: String, in store: RunStore) throws -> String {
    let isModel =
      FilePaths.isFolder(name)
      ? ["manifest.json", "model.json"].contains { FilePaths.exists(FilePaths.join(name, $0)) }
      : name.hasSuffix(ModelArchive.ending) && FilePaths.exists(name)
    if isModel { return name }
    let run = try RunReference(name).run(in: store)
    return try SavedModelPlace(run.document, run: run.directory).path
  }

  /// Finds the model of a run.
  /// - Throws: `RunRefusal` where the run saved none, or several.
  init(_ document: ReportDocument, run: String) throws {
    let cells = document.cells.filter { $0.step == SaveStep.name }
    guard let cell = cells.first else {
      throw RunRefusal(
        "'\(run)' holds no model, since its recipe has no 'save' cell; add 'save:' at its end and run it again: all "
          + "else is taken from the cache"
      )
    }
    guard cells.count == 1 else {
      let ids = cells.map { "'\($0.id)'" }.joined(separator: ", ")
      throw RunRefusal(
        "'\(run)' holds \(cells.count) models, of the cells \(ids), and one is wanted; name its folder, or run a recipe with one of them"
      )
    }
    self.cell = cell
    let name = Self.setting("\(cell.id).folder", document) ?? "model"
    let folder = FilePaths.join(FilePaths.join(run, cell.folder ?? ""), name)
    let archive = folder + ModelArchive.ending
    path = FilePaths.isFolder(folder) || !FilePaths.exists(archive) ? folder : archive
    if path == folder, !FilePaths.exists(FilePaths.join(folder, ModelManifest.file)) {
      let formats = Self.setting("\(cell.id).formats", document) ?? ""
      let advice =
        formats.contains(ModelFormat.towerbook.rawValue)
        ? "run the recipe again" : "'\(cell.id)' has 'formats: \(formats)'; add 'towerbook' and run it again"
      throw RunRefusal("there is no '\(ModelManifest.file)' in '\(folder)': \(advice)")
    }
  }

  /// A setting's value by its full name, as text; nil where it is unset.
  static func setting(_ name: String, _ document: ReportDocument) -> String? {
    guard let value = document.settings.first(where: { $0.name == name })?.value, value != "null" else {
      return nil
    }
    for quote in ["\"", "'"] where value.count > 1 && value.hasPrefix(quote) && value.hasSuffix(quote) {
      return String(value.dropFirst().dropLast())
    }
    return value
  }
}
