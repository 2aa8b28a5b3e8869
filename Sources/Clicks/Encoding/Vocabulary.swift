import Memory

/// Distinct keys in ascending order, numbered from 1; 0 stands for padding and for unknown keys.
package struct Vocabulary: Sendable, Equatable {
  /// The keys, ascending and distinct; `keys[i]` has the code `i + 1`.
  package let keys: [Int64]
  /// `table[key - keys[0]]` is the code, where keys lie close enough together; empty otherwise.
  private let table: [Int32]

  /// The vocabulary of the distinct keys among `values`.
  package init(keysOf values: [Int64]) {
    self.init(sortedKeys: distinctKeys(values))
  }

  /// The vocabulary of `sortedKeys`, which must be ascending and distinct, as `keys` of another one is.
  package init(sortedKeys: [Int64]) {
    keys = sortedKeys
    guard let range = denseRange(sortedKeys.first, sortedKeys.last, count: sortedKeys.count) else {
      table = []
      return
    }
    var codes = [Int32](repeating: 0, count: range.count)
    for (place, key) in sortedKeys.enumerated() { codes[Int(key - range.lowest)] = Int32(place + 1) }
    table = codes
  }

  /// The number of codes: one for each key and the 0.
  package var size: Int { keys.count + 1 }

  /// The code of `key`, from 1, or 0 where it is unknown.
  @inline(__always)
  package func code(of key: Int64) -> Int32 {
    guard let lowest = keys.first else { return 0 }
    guard table.isEmpty else {
      let place = key.subtractingReportingOverflow(lowest)
      guard !place.overflow, place.partialValue >= 0, place.partialValue < Int64(table.count) else {
        return 0
      }
      return table[Int(place.partialValue)]
    }
    return searchedCode(of: key)
  }

  /// The key with the code `code`, or nil for 0 and for codes there are not.
  package func key(of code: Int32) -> Int64? {
    code >= 1 && Int(code) <= keys.count ? keys[Int(code) - 1] : nil
  }

  /// Whether `key` is known.
  package func contains(_ key: Int64) -> Bool { code(of: key) != 0 }

  /// The codes of `values`, `[values.count]`.
  package func codes(of values: [Int64], threads: Int = 1) -> [Int32] {
    [Int32](unsafeUninitializedCapacity: values.count) { output, count in
      let pieces = max(1, min(threads * 4, values.count / 65_536))
      Threads(threads).forEachRange(of: values.count, pieces: pieces) { range in
        for row in range {
          output.initializeElement(at: row, to: code(of: values[row]))
        }
      }
      count = values.count
    }
  }

  private func searchedCode(of key: Int64) -> Int32 {
    var low = 0
    var high = keys.count
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low < keys.count && keys[low] == key ? Int32(low + 1) : 0
  }

  /// Two vocabularies are equal where their keys are.
  package static func == (a: Vocabulary, b: Vocabulary) -> Bool { a.keys == b.keys }
}

/// The range of keys, where a table over all of it is no more than 16 places a key (a million places are free).
func denseRange(_ lowest: Int64?, _ highest: Int64?, count: Int) -> (lowest: Int64, count: Int)? {
  guard let lowest, let highest else { return nil }
  let (span, overflow) = highest.subtractingReportingOverflow(lowest)
  guard !overflow, span < Int64(max(1 << 20, count.multipliedReportingOverflow(by: 16).partialValue)) else {
    return nil
  }
  return (lowest, Int(span) + 1)
}

/// The distinct keys among `values`, ascending.
package func distinctKeys(_ values: [Int64]) -> [Int64] {
  var lowest = Int64.max
  var highest = Int64.min
  for value in values {
    lowest = min(lowest, value)
    highest = max(highest, value)
  }
  guard let range = denseRange(values.isEmpty ? nil : lowest, highest, count: values.count) else {
    var sorted = values
    sorted.sort()
    var distinct: [Int64] = []
    for value in sorted where distinct.last != value { distinct.append(value) }
    return distinct
  }
  var isThere = [Bool](repeating: false, count: range.count)
  return isThere.withUnsafeMutableBufferPointer { isThere in
    var count = 0
    for value in values {
      let place = Int(value - range.lowest)
      count += isThere[place] ? 0 : 1
      isThere[place] = true
    }
    return [Int64](unsafeUninitializedCapacity: count) { distinct, filled in
      for place in isThere.indices where isThere[place] {
        distinct.initializeElement(at: filled, to: range.lowest + Int64(place))
        filled += 1
      }
    }
  }
}
