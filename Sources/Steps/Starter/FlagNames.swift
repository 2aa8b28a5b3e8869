import Clicks
import Tables

/// What the flags of an item table without names are called, by a file with a line for each: as `u.genre` beside `u.item`.
struct FlagNames {
  let look: TableLook
  /// In the order of the columns.
  let names: [String]
  /// What the file is called, as a word: `genre`.
  let feature: String
  private let table: String

  /// Nil where the flags have names, or no file has as many.
  init?(_ table: StarterTable, _ others: [TableLook]) {
    let flags = table.features.flags
    guard !table.look.hasNames, flags.count > 1 else { return nil }
    for look in others where look.rows.count == flags.count && !look.hasNames {
      let columns = look.header.indices.map { look.sample($0) }
      let isCounted = columns.contains { $0.compactMap(Int.init) == Array(0..<flags.count) }
      guard isCounted || columns.count == 1,
        let names = columns.first(where: { Set($0).count == flags.count && !$0.contains(where: \.isEmpty) }),
        names.contains(where: { Int($0) == nil })
      else { continue }
      (self.look, self.names, self.table) = (look, names, table.look.label)
      feature = FileNameWords.words(of: look.source.written[0]).last ?? "flags"
      return
    }
    return nil
  }

  var note: String { "\(look.label) names the \(names.count) flags of \(table)" }
}
