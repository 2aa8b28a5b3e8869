import Files
import Notebook
import Recall
import Report

/// The model that a finished run saved, and what its record says of how it is asked.
struct LiveSource {
  /// The record.
  let document: ReportDocument
  /// Where the model is.
  let folder: String
  /// The model.
  let model: SavedModel
  /// The cell that saved it.
  private let cell: ReportDocument.Cell

  /// Finds and reads it.
  /// - Throws: `RunRefusal` where the run saved none, or several; what reading it throws.
  init(_ document: ReportDocument, folder run: String) throws {
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
        "'\(run)' holds \(cells.count) models, of the cells \(ids), and a page holds one; run a recipe with one of them"
      )
    }
    self.document = document
    self.cell = cell
    let name = Self.setting("\(cell.id).folder", document) ?? "model"
    folder = FilePaths.join(FilePaths.join(run, cell.folder ?? ""), name)
    let missing = SavedModel.Part.allCases.first { [folder] part in
      !FilePaths.exists(FilePaths.join(folder, part.rawValue))
    }
    if let missing {
      let formats = Self.setting("\(cell.id).formats", document) ?? ""
      let advice =
        formats.contains(ModelFormat.towerbook.rawValue)
        ? "run the recipe again" : "'\(cell.id)' has 'formats: \(formats)'; add 'towerbook' and run it again"
      throw RunRefusal("there is no '\(missing.rawValue)' in '\(folder)': \(advice)")
    }
    model = try SavedModel(folder: folder)
  }

  /// The index over the model's items: the first cell that reads the same training.
  var index: ReportDocument.Cell? {
    let train = setting("\(cell.id).train")
    return document.cells.first { $0.step == IndexStep.name && setting("\($0.id).train") == train }
  }

  /// When the index takes the age of items, in the log's unit; nil for the newest training click.
  var moment: Int64? { index.flatMap { setting("\($0.id).at") }.flatMap { Int64($0) } }

  /// A setting's value by its full name, as text.
  func setting(_ name: String) -> String? { Self.setting(name, document) }

  private static func setting(_ name: String, _ document: ReportDocument) -> String? {
    guard let value = document.settings.first(where: { $0.name == name })?.value, value != "null" else {
      return nil
    }
    for quote in ["\"", "'"] where value.count > 1 && value.hasPrefix(quote) && value.hasSuffix(quote) {
      return String(value.dropFirst().dropLast())
    }
    return value
  }
}
