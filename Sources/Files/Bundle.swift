/// Named arrays of numbers and named texts: what an artifact is stored as.
///
/// Arrays and texts keep the order they were added in. The bytes on disk are little-endian.
package struct Bundle {
  /// One array.
  package enum Values: Equatable {
    case bytes([UInt8])
    case int32([Int32])
    case int64([Int64])
    case float32([Float])
    case float64([Double])
    case lentFloat32(LentFloats)
    case lentInt64(LentIntegers)

    /// Whether the numbers are the same and of the same type, wherever they lie.
    package static func == (first: Values, second: Values) -> Bool {
      switch (first, second) {
      case (.bytes(let one), .bytes(let other)): one == other
      case (.int32(let one), .int32(let other)): one == other
      case (.int64(let one), .int64(let other)): one == other
      case (.float64(let one), .float64(let other)): one == other
      case (.float32(let one), .float32(let other)): one == other
      case (.lentFloat32(let one), .lentFloat32(let other)): one == other
      case (.lentInt64(let one), .lentInt64(let other)): one == other
      case (.float32(let own), .lentFloat32(let lent)), (.lentFloat32(let lent), .float32(let own)):
        lent.elements.elementsEqual(own)
      case (.int64(let own), .lentInt64(let lent)), (.lentInt64(let lent), .int64(let own)):
        lent.values == own
      default: false
      }
    }
  }

  /// Float32 values in memory that belongs to `owner` and stays as it is while the bundle is there.
  package struct LentFloats: Equatable {
    let owner: AnyObject
    let elements: UnsafeBufferPointer<Float>

    /// Whether the values are the same.
    package static func == (first: LentFloats, second: LentFloats) -> Bool {
      first.elements.elementsEqual(second.elements)
    }
  }

  /// 64-bit integers as a bundle's file has them, in memory that belongs to `owner`.
  package struct LentIntegers: Equatable {
    let owner: AnyObject
    let bytes: UnsafeRawBufferPointer
    /// What the stored numbers, of 32 bits, are counted from; nil where they are stored as they are.
    let least: Int64?

    var count: Int { bytes.count / (least == nil ? 8 : 4) }

    /// Whether the integers are the same.
    package static func == (first: LentIntegers, second: LentIntegers) -> Bool {
      first.values == second.values
    }

    var values: [Int64] {
      var values: [Int64] = []
      append(to: &values)
      return values
    }

    /// Appends the integers to `values` without an array between.
    func append(to values: inout [Int64]) {
      guard let least else {
        values.append(contentsOf: bytes.bindMemory(to: Int64.self))
        return
      }
      let stored = bytes.bindMemory(to: UInt32.self)
      values.reserveCapacity(values.count + stored.count)
      withUnsafeTemporaryAllocation(of: Int64.self, capacity: 4096) { block in
        for start in stride(from: 0, to: stored.count, by: block.count) {
          let count = Swift.min(block.count, stored.count - start)
          for index in 0..<count { block[index] = least &+ Int64(stored[start + index]) }
          values.append(contentsOf: block[..<count])
        }
      }
    }
  }

  /// The arrays by name.
  package private(set) var arrays: [(name: String, values: Values)] = []
  /// The texts by name.
  package private(set) var texts: [(name: String, text: String)] = []

  /// The folder that holds the files the step wrote, or nil for a bundle that was not read from the cache.
  package var folder: String?

  /// Makes an empty bundle.
  package init() {}

  /// Adds an array under a name not used before.
  package mutating func add(_ name: String, _ values: Values) { arrays.append((name, values)) }
  /// Adds an array of bytes.
  package mutating func add(_ name: String, _ values: [UInt8]) { add(name, .bytes(values)) }
  /// Adds an array of 32-bit integers.
  package mutating func add(_ name: String, _ values: [Int32]) { add(name, .int32(values)) }
  /// Adds an array of 64-bit integers.
  package mutating func add(_ name: String, _ values: [Int64]) { add(name, .int64(values)) }
  /// Adds an array of positions, stored as 64-bit integers.
  package mutating func add(_ name: String, _ values: [Int]) { add(name, .int64(values.map(Int64.init))) }
  /// Adds an array of Float32.
  package mutating func add(_ name: String, _ values: [Float]) { add(name, .float32(values)) }
  /// Adds an array of Float32 that is not copied: `owner` keeps it.
  package mutating func add(_ name: String, lent elements: UnsafeBufferPointer<Float>, by owner: AnyObject) {
    add(name, .lentFloat32(LentFloats(owner: owner, elements: elements)))
  }
  /// Adds an array of Float64.
  package mutating func add(_ name: String, _ values: [Double]) { add(name, .float64(values)) }
  /// Adds a text.
  package mutating func add(_ name: String, text: String) { texts.append((name, text)) }
  /// Adds a list of texts, as their bytes and the places where each ends.
  package mutating func add(_ name: String, texts: [String]) {
    var bytes: [UInt8] = []
    var ends: [Int64] = []
    for text in texts {
      bytes.append(contentsOf: text.utf8)
      ends.append(Int64(bytes.count))
    }
    add(name + ".bytes", bytes)
    add(name + ".ends", ends)
  }

  /// Whether there is an array or a list of texts of that name.
  package func has(_ name: String) -> Bool {
    arrays.contains { $0.name == name || $0.name == name + ".bytes" } || texts.contains { $0.name == name }
  }
  /// The bytes of that name.
  package func bytes(_ name: String) throws(BundleError) -> [UInt8] {
    guard case .bytes(let values) = try values(name) else { throw .wrongType(name, expected: "bytes") }
    return values
  }
  /// The 32-bit integers of that name.
  package func int32(_ name: String) throws(BundleError) -> [Int32] {
    guard case .int32(let values) = try values(name) else { throw .wrongType(name, expected: "int32") }
    return values
  }
  /// The 64-bit integers of that name.
  package func int64(_ name: String) throws(BundleError) -> [Int64] {
    switch try values(name) {
    case .int64(let values): return values
    case .lentInt64(let lent): return lent.values
    default: throw .wrongType(name, expected: "int64")
    }
  }
  /// Appends the 64-bit integers of that name to `storage`, with no array between where they are lent.
  package func appendInt64(_ name: String, to storage: inout [Int64]) throws(BundleError) {
    switch try values(name) {
    case .int64(let values): storage += values
    case .lentInt64(let lent): lent.append(to: &storage)
    default: throw .wrongType(name, expected: "int64")
    }
  }
  /// How many numbers the array of that name has.
  package func count(_ name: String) throws(BundleError) -> Int { try values(name).count }
  /// The positions of that name.
  package func ints(_ name: String) throws(BundleError) -> [Int] { try int64(name).map(Int.init) }
  /// The Float32 values of that name where they lie, and whose memory it is; they are never written to.
  package func lentFloat32(_ name: String) throws(BundleError) -> (UnsafeBufferPointer<Float>, by: AnyObject)?
  {
    switch try values(name) {
    case .float32: return nil
    case .lentFloat32(let lent): return (lent.elements, lent.owner)
    default: throw .wrongType(name, expected: "float32")
    }
  }
  /// The Float32 values of that name.
  package func float32(_ name: String) throws(BundleError) -> [Float] {
    switch try values(name) {
    case .float32(let values): return values
    case .lentFloat32(let lent): return Array(lent.elements)
    default: throw .wrongType(name, expected: "float32")
    }
  }
  /// The Float64 values of that name.
  package func float64(_ name: String) throws(BundleError) -> [Double] {
    guard case .float64(let values) = try values(name) else { throw .wrongType(name, expected: "float64") }
    return values
  }
  /// The text of that name.
  package func text(_ name: String) throws(BundleError) -> String {
    guard let found = texts.first(where: { $0.name == name }) else { throw .missing(name) }
    return found.text
  }
  /// The list of texts of that name.
  package func texts(_ name: String) throws(BundleError) -> [String] {
    let bytes = try bytes(name + ".bytes")
    var start = 0
    var result: [String] = []
    for end in try ints(name + ".ends") {
      guard end >= start, end <= bytes.count else { throw .damaged("the texts '\(name)' end out of order") }
      result.append(String(decoding: bytes[start..<end], as: UTF8.self))
      start = end
    }
    return result
  }

  /// The same with lent integers in arrays, as others are.
  var withoutLentIntegers: Bundle {
    var bundle = self
    bundle.arrays = arrays.map { name, values in
      if case .lentInt64(let lent) = values { (name, .int64(lent.values)) } else { (name, values) }
    }
    return bundle
  }

  private func values(_ name: String) throws(BundleError) -> Values {
    guard let found = arrays.first(where: { $0.name == name }) else { throw .missing(name) }
    return found.values
  }
}

/// Why a bundle does not hold what was asked of it.
package enum BundleError: Error, Equatable, CustomStringConvertible {
  /// There is nothing of that name.
  case missing(String)
  /// The array has another type.
  case wrongType(String, expected: String)
  /// The bytes are not those that were written.
  case damaged(String)

  /// What is wrong, in words.
  package var description: String {
    switch self {
    case .missing(let name): "it holds no '\(name)'"
    case .wrongType(let name, let expected): "'\(name)' is no array of \(expected)"
    case .damaged(let reason): reason
    }
  }
}
