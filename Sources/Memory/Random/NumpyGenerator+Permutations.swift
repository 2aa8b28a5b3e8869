extension NumpyGenerator {
  /// Shuffles `values` in place: `rng.shuffle(values)`.
  @inlinable
  package mutating func shuffle<Element>(_ values: inout [Element]) {
    values.withUnsafeMutableBufferPointer { values in
      for last in values.indices.dropFirst().reversed() {
        values.swapAt(last, Int(masked(UInt64(last))))
      }
    }
  }

  /// The numbers `0..<count` in random order: `rng.permutation(count)`.
  @inlinable
  package mutating func permutation<Number: FixedWidthInteger>(_ count: Int, of type: Number.Type = Int.self)
    -> [Number]
  {
    var values = Array(0..<Number(count))
    shuffle(&values)
    return values
  }

  /// `size` different numbers of `0..<population` in random order:
  /// `rng.choice(population, size, replace=False)`; `size` is at most `population`.
  ///
  /// As in NumPy, large draws from large populations shuffle the tail of the whole population, and all
  /// others are Floyd's algorithm with a shuffle of what it picked.
  package mutating func choice(_ population: Int, size: Int) -> [Int] {
    precondition(size >= 0 && size <= population, "a choice without replacement takes at most all")
    if size == 0 { return [] }
    if population > 10_000 && size > population / 50 {
      var values = Array(0..<population)
      values.withUnsafeMutableBufferPointer { shuffleTail($0, downTo: max(population - size, 1)) }
      return Array(values[(population - size)...])
    }
    var values = floydSample(population, size: size)
    values.withUnsafeMutableBufferPointer { shuffleTail($0, downTo: 1) }
    return values
  }

  /// `size` different elements of `values` in random order: `rng.choice(values, size, replace=False)`.
  @inlinable
  package mutating func choice<Element>(_ values: [Element], size: Int) -> [Element] {
    choice(values.count, size: size).map { values[$0] }
  }

  /// Fisher and Yates from the end down to `lowest`: the places below keep what is left for them.
  ///
  /// NumPy's `choice` draws here by Lemire's method and its `shuffle` by masking, so there are two.
  private mutating func shuffleTail<Element>(
    _ values: UnsafeMutableBufferPointer<Element>,
    downTo lowest: Int
  ) {
    guard values.count > lowest else { return }
    for last in (lowest..<values.count).reversed() {
      values.swapAt(last, Int(bounded(UInt64(last))))
    }
  }

  /// Source: Bentley and Floyd, "A Sample of Brilliance", 1987.
  ///
  /// Only membership is asked of the hash set, so that its layout need not be NumPy's.
  private mutating func floydSample(_ population: Int, size: Int) -> [Int] {
    var taken = IntegerSet(capacity: size)
    var sample: [Int] = []
    sample.reserveCapacity(size)
    for last in population - size..<population {
      let drawn = Int(bounded(UInt64(last)))
      if taken.insert(drawn) {
        sample.append(drawn)
      } else {
        _ = taken.insert(last)
        sample.append(last)
      }
    }
    return sample
  }
}

/// A set of non-negative integers of known largest size: open addressing, linear probing.
private struct IntegerSet {
  private var slots: [Int]
  private let mask: Int

  init(capacity: Int) {
    var size = 8
    while size < 2 * capacity { size *= 2 }
    slots = Array(repeating: -1, count: size)
    mask = size - 1
  }

  /// Adds `value`; false if it was there.
  mutating func insert(_ value: Int) -> Bool {
    var slot = value & mask
    while slots[slot] != -1 {
      if slots[slot] == value { return false }
      slot = (slot + 1) & mask
    }
    slots[slot] = value
    return true
  }
}
