import Clicks
import Numerics

/// The first embeddings of items that a model of before does not know.
struct FirstItemVectors {
  private let model: SavedModel
  private let rows: TableRows

  /// Items whose row in `rows` is none are new.
  init(_ model: SavedModel, _ rows: TableRows) {
    self.model = model
    self.rows = rows
  }

  /// Fills the rows of new items in `table`, whose known rows are filled already.
  func fill(_ table: Matrix, _ first: WarmStart.FirstVectors) {
    let new = rows.rows.indices.filter { rows.rows[$0] < 0 }
    guard !new.isEmpty else { return }
    switch first {
    case .draw: return
    case .zero: for row in new { table.row(row).update(repeating: 0) }
    case .features: fillByFeatures(table, new)
    }
  }

  /// The mean over an item's columns of the mean over its values of the mean embedding of known items with that value.
  private func fillByFeatures(_ table: Matrix, _ new: [Int]) {
    let columns = valuesByCode
    guard !columns.isEmpty else { return }
    let means = columns.map { column in Self.means(column, table, rows) }
    var sum = [Float](repeating: 0, count: table.columns)
    for row in new {
      var parts = 0
      for place in sum.indices { sum[place] = 0 }
      for (column, means) in zip(columns, means) {
        let known = column[row].compactMap { means[$0] }
        guard !known.isEmpty else { continue }
        parts += 1
        for mean in known {
          for place in sum.indices { sum[place] += mean[place] / Float(known.count) }
        }
      }
      // Nothing is known of such items: they begin as in a fresh training.
      guard parts > 0 else { continue }
      let target = table.row(row)
      for place in sum.indices { target[place] = sum[place] / Float(parts) }
    }
  }

  /// The mean row of the known items that have a value, by the value.
  private static func means(_ values: [[Int32]], _ table: Matrix, _ rows: TableRows) -> [Int32: [Float]] {
    var sums: [Int32: (sum: [Float], count: Int)] = [:]
    for (code, own) in values.enumerated() where code > 0 && rows.rows[code] >= 0 {
      for value in own {
        var entry = sums[value] ?? ([Float](repeating: 0, count: table.columns), 0)
        for (place, element) in table.row(code).enumerated() { entry.sum[place] += element }
        entry.count += 1
        sums[value] = entry
      }
    }
    return sums.mapValues { entry in entry.sum.map { $0 / Float(entry.count) } }
  }

  /// The known values of each item by its code, column by column: `[columns][codes]`; none for items without.
  private var valuesByCode: [[[Int32]]] {
    let (catalogue, shape) = (model.catalogue, model.model.shape)
    func byCode(_ values: (Int) -> [Int32]) -> [[Int32]] {
      var result = [[Int32]](repeating: [], count: catalogue.itemVocabulary.size)
      for (item, code) in catalogue.itemCodes.enumerated() where code > 0 { result[Int(code)] = values(item) }
      return result
    }
    let values = catalogue.features.values
    var columns: [[[Int32]]] = []
    if shape.usesCategory {
      columns.append(
        byCode { item in catalogue.categoryCodes[item] > 0 ? [catalogue.categoryCodes[item]] : [] }
      )
    }
    for codes in values.codes { columns.append(byCode { codes[$0] > 0 ? [codes[$0]] : [] }) }
    for lists in values.multi + values.texts {
      columns.append(
        byCode { item in Array(lists.codes[Int(lists.offsets[item])..<Int(lists.offsets[item + 1])]) }
      )
    }
    return columns
  }
}
