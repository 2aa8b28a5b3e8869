import Glibc

/// Names sorted by their bytes, among which one is found by its bytes.
package struct SortedNames: Sendable {
  private let names: [String]

  /// Takes distinct names that are sorted by their bytes.
  package init(_ names: [String]) { self.names = names }

  /// The place of `name`, or nil. Swift's own `==` takes text for equal that is written in other bytes.
  package func place(of name: String) -> Int? {
    var (low, high) = (0, names.count)
    while low < high {
      let middle = (low + high) / 2
      if isBytewiseBefore(names[middle], name) { low = middle + 1 } else { high = middle }
    }
    return low < names.count && names[low].utf8.elementsEqual(name.utf8) ? low : nil
  }
}

/// Whether `a` comes before `b` by their UTF-8 bytes.
package func isBytewiseBefore(_ a: String, _ b: String) -> Bool { bytewiseOrder(a, b) < 0 }

/// Below 0 where `a` comes before `b` by their UTF-8 bytes, 0 where both have the same bytes, else above 0.
private func bytewiseOrder(_ a: String, _ b: String) -> Int {
  let order = a.utf8.withContiguousStorageIfAvailable { a in
    b.utf8.withContiguousStorageIfAvailable { b -> Int in
      guard let first = a.baseAddress, let second = b.baseAddress else { return a.count - b.count }
      let order = memcmp(first, second, min(a.count, b.count))
      return order == 0 ? a.count - b.count : Int(order)
    }
  }
  if let order = order ?? nil { return order }
  // Text that is not stored as UTF-8.
  return a.utf8.elementsEqual(b.utf8) ? 0 : a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
}

/// The union of two lists of names, each distinct and sorted by their bytes, and where the names of each are in it.
package func mergeSorted(_ a: [String], _ b: [String]) -> (
  names: [String], placesOfA: [Int32], placesOfB: [Int32]
) {
  var names: [String] = []
  names.reserveCapacity(max(a.count, b.count))
  var placesOfA: [Int32] = []
  placesOfA.reserveCapacity(a.count)
  var placesOfB: [Int32] = []
  placesOfB.reserveCapacity(b.count)
  var (i, j) = (0, 0)
  while i < a.count || j < b.count {
    let order = i == a.count ? 1 : j == b.count ? -1 : bytewiseOrder(a[i], b[j])
    let place = Int32(names.count)
    names.append(order <= 0 ? a[i] : b[j])
    if order <= 0 {
      placesOfA.append(place)
      i += 1
    }
    if order >= 0 {
      placesOfB.append(place)
      j += 1
    }
  }
  return (names, placesOfA, placesOfB)
}
