import Tables

/// How pretrained vectors were matched with items.
package struct VectorMatches: Sendable, Equatable {
  /// How many items have a vector.
  package var items: Int
  /// How many vectors are of no item.
  package var strangers: Int
}

extension ItemTable {
  /// Gives the items the vectors `[ids, width]` of `ids`, which are matched with the log's and the table's by their bytes;
  /// items that have none get NaN.
  /// - Throws: `DataError` where an id stands twice, or none is an item's.
  package mutating func take(vectors values: [Float], width: Int, of ids: [String], file: String) throws
    -> VectorMatches
  {
    let vocabulary = Vocabulary(keysOf: items)
    let known = itemNames.map(SortedNames.init)
    var rowOfCode = [Int](repeating: -1, count: vocabulary.size)
    var strangers = 0
    for (row, id) in ids.enumerated() {
      let key =
        known.map { $0.place(of: id).map { Int64($0) } }
        ?? listedID(id, areNumbers: idsAreNumbers)
      let code = key.map { Int(vocabulary.code(of: $0)) } ?? 0
      guard code > 0 else {
        strangers += 1
        continue
      }
      guard rowOfCode[code] < 0 else {
        throw DataError(
          "the id \(quotedBytes(id.utf8)) has two vectors, in rows \(rowOfCode[code] + 1) and \(row + 1)",
          file: file
        )
      }
      rowOfCode[code] = row
    }
    guard strangers < ids.count else {
      throw DataError(
        "none of its \(ids.count) ids, such as \(quotedBytes((ids.first ?? "").utf8)), is an item's",
        file: file
      )
    }
    var own: [Float] = []
    own.reserveCapacity(items.count * width)
    for item in items {
      let row = rowOfCode[Int(vocabulary.code(of: item))]
      if row < 0 {
        own += repeatElement(.nan, count: width)
      } else {
        own += values[row * width..<(row + 1) * width]
      }
    }
    vectors = LogColumn(name: "vectors", values: .vectors(own, width: width))
    return VectorMatches(items: ids.count - strangers, strangers: strangers)
  }
}
