/// A chunk to read, and where its rows and slots go.
struct ChunkPlan {
  var leaf: ParquetLeaf
  var chunk: ColumnChunk
  /// Where its pages stand in the file.
  var bytes: UnsafeRawBufferPointer
  /// The rows of its row group.
  var rows: Int
  /// Reading may stop behind so many rows.
  var rowLimit: Int
  /// To how many bytes its pages may unpack.
  var unpackedLimit: Int
  /// For each slot whether it holds a value; as many as the chunk has values. Nil where there are no nulls.
  var present: UnsafeMutablePointer<UInt8>?
  /// For each row the length of its list; nil where there are no lists.
  var lengths: UnsafeMutablePointer<Int32>?
}

/// What a chunk held.
struct ChunkOutcome {
  var slots = 0
  var rows = 0
  var nulls = 0
}

extension ChunkPlan {
  /// Makes rows and slots of the levels of a page: those of repetition, then those of definition, `count` each.
  func place(
    _ levels: UnsafeBufferPointer<UInt8>,
    _ count: Int,
    _ outcome: inout ChunkOutcome
  ) throws -> (slots: Int, nulls: Int) {
    guard let lengths, let present else { return (0, 0) }
    var (slots, nulls) = (0, 0)
    for place in 0..<count {
      let definition = Int(levels[count + place])
      if levels[place] == 0 {
        guard outcome.rows < rows else {
          throw ParquetError("its lists make more rows than the \(rows) of the row group")
        }
        lengths[outcome.rows] = definition < leaf.repeatedDefinition - 1 ? -1 : 0
        outcome.rows += 1
      } else {
        guard outcome.rows > 0, lengths[outcome.rows - 1] > 0, definition >= leaf.repeatedDefinition else {
          throw ParquetError("a list goes on that has not begun")
        }
      }
      guard definition >= leaf.repeatedDefinition else { continue }
      let isThere = definition == leaf.maxDefinition
      lengths[outcome.rows - 1] += 1
      present[outcome.slots + slots] = isThere ? 1 : 0
      slots += 1
      nulls += isThere ? 0 : 1
    }
    outcome.slots += slots
    outcome.nulls += nulls
    return (slots, nulls)
  }
}
