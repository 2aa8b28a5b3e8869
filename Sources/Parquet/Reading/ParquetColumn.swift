/// What was read of a column: slots, one for each row, or one for each element of the rows' lists.
package struct ParquetColumn {
  /// The column.
  package let leaf: ParquetLeaf
  /// The slots; where there is a null they hold zeros.
  package let values: ParquetValues
  /// Whether each slot holds a value, 1 for yes; nil where all do.
  package let isPresent: [UInt8]?
  /// How many slots each row has, -1 where its list is a null; nil where a row is a slot.
  package let lengths: [Int32]?
  /// The number of rows.
  package let rows: Int
}

/// The values of the slots.
package enum ParquetValues {
  case booleans([UInt8])
  case int32s([Int32])
  case int64s([Int64])
  case int96s([Int96])
  case floats([Float])
  case doubles([Double])
  /// For each slot its place among the entries of its part, -1 for a null.
  case bytes([Int32], parts: [BytePart])
}

/// The texts of some consecutive slots, those of a row group.
package struct BytePart {
  /// The slots.
  package let slots: Range<Int>
  /// What their numbers are places in; entries may be alike.
  package let entries: ByteEntries
}
