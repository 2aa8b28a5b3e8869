/// The types in which values are stored.
package enum PhysicalType: Int32, Sendable {
  case boolean, int32, int64, int96, float, double, byteArray, fixedLengthByteArray

  /// The bytes of one value where all have as many; 0 for those whose length varies or is the schema's.
  var width: Int {
    switch self {
    case .boolean: 1
    case .int32, .float: 4
    case .int64, .double: 8
    case .int96: 12
    case .byteArray, .fixedLengthByteArray: 0
    }
  }
}

/// How often a field occurs.
enum Repetition: Int32, Sendable {
  case required, optional, `repeated`
}

/// How values are written.
enum Encoding: Int32, Sendable {
  case plain = 0
  case plainDictionary = 2
  case rle = 3
  case bitPacked = 4
  case deltaBinaryPacked = 5
  case deltaLengthByteArray = 6
  case deltaByteArray = 7
  case rleDictionary = 8
  case byteStreamSplit = 9

  /// Whether values are places in a dictionary.
  var isDictionary: Bool { self == .plainDictionary || self == .rleDictionary }
}

/// How pages are compressed.
enum Codec: Int32, Sendable {
  case uncompressed = 0
  case snappy = 1
  case gzip = 2
  case lzo = 3
  case brotli = 4
  case lz4 = 5
  case zstd = 6
  case lz4Raw = 7
}

/// The unit of a time as the schema says it.
package enum ParquetTimeUnit: Int, Sendable {
  case milliseconds = 1000
  case microseconds = 1_000_000
  case nanoseconds = 1_000_000_000

  /// How many of it make a second.
  package var ticksPerSecond: Int64 { Int64(rawValue) }
}

/// What the values of a column mean.
package enum LogicalType: Sendable, Equatable {
  /// What the physical type says: numbers, or bytes.
  case plain
  /// UTF-8 text; also enumerations and JSON.
  case text
  case uuid
  case integer(bits: Int, isSigned: Bool)
  /// Times that count from 1970.
  case timestamp(ParquetTimeUnit)
  /// Days since 1970.
  case date
  /// Times of a day, from midnight.
  case time(ParquetTimeUnit)
  /// The value is the stored whole number divided by ten to the power `scale`.
  case decimal(scale: Int)
  case float16
  /// Something that is not read, by its name.
  case other(String)
}
