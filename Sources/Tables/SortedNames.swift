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
package func isBytewiseBefore(_ a: String, _ b: String) -> Bool {
  a.utf8.lexicographicallyPrecedes(b.utf8)
}

/// The union of two sorted lists of names, and where the names of each are in it.
package func mergeSorted(_ a: [String], _ b: [String]) -> (
  names: [String], placesOfA: [Int64], placesOfB: [Int64]
) {
  var names: [String] = []
  names.reserveCapacity(max(a.count, b.count))
  var placesOfA: [Int64] = []
  var placesOfB: [Int64] = []
  var (i, j) = (0, 0)
  while i < a.count || j < b.count {
    let isFromA = j >= b.count || (i < a.count && !isBytewiseBefore(b[j], a[i]))
    let isFromB = i >= a.count || (j < b.count && !isBytewiseBefore(a[i], b[j]))
    names.append(isFromA ? a[i] : b[j])
    if isFromA {
      placesOfA.append(Int64(names.count - 1))
      i += 1
    }
    if isFromB {
      placesOfB.append(Int64(names.count - 1))
      j += 1
    }
  }
  return (names, placesOfA, placesOfB)
}
