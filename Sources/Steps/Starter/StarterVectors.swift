import Clicks
import Files
import Numerics
import Tables

/// Pretrained vectors of items in a NumPy file.
struct StarterVectors {
  let file: TableSource
  /// The ids of its rows; nil where they come in the order of the item table's.
  let ids: TableSource?
  let reason: String

  /// The first array that has a row an item, and what is to be said of the arrays.
  static func found(_ arrays: [TableSource], _ log: TableLook, _ items: StarterTable?, threads: Int) throws
    -> (chosen: StarterVectors?, notes: [String])
  {
    var chosen: StarterVectors?
    var notes: [String] = []
    for array in arrays {
      guard let shape = try? NumpyFile.floatShape(array.files[0].path), shape.count == 2, shape[0] > 0 else {
        continue
      }
      let words = "\(shape[0]) vectors of \(shape[1]) numbers"
      if chosen == nil, let ids = try ids(of: shape[0], arrays, log, threads: threads) {
        chosen = StarterVectors(file: array, ids: ids, reason: "\(words), whose ids are in \(ids.label)")
      } else if chosen == nil, let items, items.survey.rows == shape[0] {
        chosen = StarterVectors(
          file: array,
          ids: nil,
          reason: "\(words), as many as \(items.look.label) has rows"
        )
      } else {
        let why = chosen == nil ? "nothing has as many ids" : "\(chosen?.file.label ?? "") is taken"
        notes.append("\(array.label) is not used: it holds \(words), and \(why)")
      }
    }
    if let chosen { notes.append("\(chosen.file.label) is taken for the vectors of items: \(chosen.reason)") }
    return (chosen, notes)
  }

  /// An array of as many ids, a third of the log's items among them.
  private static func ids(of count: Int, _ arrays: [TableSource], _ log: TableLook, threads: Int) throws
    -> TableSource?
  {
    let candidates = arrays.compactMap { array -> (TableSource, Set<String>)? in
      guard let read = try? NumpyFile.read(array.files[0].path, as: Int64.self), read.values.count == count
      else { return nil }
      return (array, Set(read.values.map(String.init)))
    }
    guard !candidates.isEmpty, let item = log.guess.column(.item)?.index else { return nil }
    let logged = try log.ids(item, threads: threads).ids
    return candidates.first { _, ids in 3 * logged.intersection(ids).count >= logged.count }?.0
  }
}
