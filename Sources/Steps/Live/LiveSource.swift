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
  /// - Throws: as ``SavedModelPlace``; what reading the model throws.
  init(_ document: ReportDocument, folder run: String) throws {
    let place = try SavedModelPlace(document, run: run)
    (self.document, cell, folder) = (document, place.cell, place.path)
    model = try SavedModel(path: place.path)
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
    SavedModelPlace.setting(name, document)
  }
}
