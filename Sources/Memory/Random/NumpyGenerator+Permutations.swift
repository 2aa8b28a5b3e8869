extension NumpyGenerator {
  /// Shuffles `values` in place: `rng.shuffle(values)`.
  package mutating func shuffle<Element>(_ values: inout [Element]) {
    values.withUnsafeMutableBufferPointer { values in
      var last = values.count - 1
      while last > 0 {
        values.swapAt(last, Int(masked(UInt64(last))))
        last -= 1
      }
    }
  }

  /// The numbers `0..<count` in random order: `rng.permutation(count)`.
  package mutating func permutation(_ count: Int) -> [Int] {
    var values = Array(0..<count)
    shuffle(&values)
    return values
  }

  /// The same numbers in half the memory; `count` is at most 2,147,483,647.
  ///
  /// Of its own type: what is generic is not made for that type across modules, and takes several times as long.
  package mutating func permutation32(_ count: Int) -> [Int32] {
    var values = Array(0..<Int32(count))
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
