import Clicks
import Files
import Parquet
import Tables

/// The clicks of a split as a Parquet table, for other programs to learn and test on the same.
///
/// A row a click, part after part, within one user after another and by time: `user` and `item` (64-bit integers, or text
/// where ids are), `time` (as the log counts, only where it has times), and `part`: `train`, `validation`, `after_validation`
/// (what a user clicked between the two that are held out, which only requests of the test see) or `test`.
package enum SplitExport {
  private static let rowGroup = 1 << 20

  /// Writes the clicks of `split`, which was made of `log`, to `path`.
  /// - Throws: `FileError`.
  package static func write(_ split: SplitData, of log: ClickLog, to path: String) throws {
    let parts = [
      ("train", split.history), ("validation", split.validation), ("after_validation", split.afterValidation),
      ("test", split.heldOut),
    ].compactMap { name, clicks in clicks.map { (name: name, clicks: $0) } }
    var fields = [
      ParquetField("user", log.userNames == nil ? .int64 : .text),
      ParquetField("item", log.itemNames == nil ? .int64 : .text),
    ]
    if log.times != nil { fields.append(ParquetField("time", .int64)) }
    fields.append(ParquetField("part", .text))
    try AtomicFile.write(to: path) { file in
      let writer = try ParquetWriter(fields) { try file.append($0) }
      for (name, clicks) in parts {
        let users = clicks.users.indices.flatMap { user in
          [Int64](repeating: clicks.users[user], count: clicks.range(user).count)
        }
        for first in stride(from: 0, to: clicks.clickCount, by: rowGroup) {
          let rows = first..<min(first + rowGroup, clicks.clickCount)
          var columns = [
            ids(users[rows], log.userNames, log.userID),
            ids(clicks.items[rows], log.itemNames) { split.itemID($0, in: log) },
          ]
          if log.times != nil {
            columns.append(ParquetFieldValues(.int64s(Array((clicks.times ?? [])[rows]))))
          }
          columns.append(ParquetFieldValues(.codes([Int32](repeating: 0, count: rows.count), names: [name])))
          try writer.write(rows: rows.count, columns)
        }
      }
      try writer.finish()
    }
  }

  private static func ids(_ keys: ArraySlice<Int64>, _ names: [String]?, _ id: (Int64) -> String)
    -> ParquetFieldValues
  {
    ParquetFieldValues(names == nil ? .int64s(Array(keys)) : .texts(keys.map(id)))
  }
}
