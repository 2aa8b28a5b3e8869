/// The names of many files as one list, sorted by their bytes, and where the names of each file are in it.
///
/// Lists are merged two and two as they come, those that hold equally many files with each other: a name is compared
/// about log2(files) times, and what many files share is held about twice at most.
struct NameUnion {
  private struct Node {
    var names: [String]
    var files: [Int]
    /// The power of two of lists that were merged into it.
    var level: Int
  }

  private var nodes: [Node] = []
  /// For each list the places of its names in the node that holds it; empty for those of a list that is a node itself.
  private var places: [[Int32]] = []

  /// Takes a list of distinct names that are sorted by their bytes; returns its number.
  /// - Throws: `DataError` where there would be more names than codes.
  mutating func add(_ names: [String]) throws -> Int {
    nodes.append(Node(names: names, files: [places.count], level: 0))
    places.append([])
    while nodes.count > 1, nodes[nodes.count - 2].level == nodes[nodes.count - 1].level { try mergeLast() }
    return places.count - 1
  }

  /// Merges all that is left; the names of all lists, and for each list the places of its names among them.
  mutating func finish() throws -> (names: [String], places: [[Int32]]) {
    while nodes.count > 1 { try mergeLast() }
    guard let node = nodes.popLast() else { return ([], []) }
    // A single list is in its place already.
    if node.files.count == 1 { places[node.files[0]] = node.names.indices.map(Int32.init) }
    defer { places = [] }
    return (node.names, places)
  }

  private mutating func mergeLast() throws {
    let (second, first) = (nodes.removeLast(), nodes.removeLast())
    guard first.names.count + second.names.count <= Int(Int32.max) else {
      throw DataError("a column has more than \(Int32.max) different names")
    }
    let merged = mergeSorted(first.names, second.names)
    move(first.files, merged.placesOfA)
    move(second.files, merged.placesOfB)
    nodes.append(
      Node(
        names: merged.names,
        files: first.files + second.files,
        level: max(first.level, second.level) + 1
      )
    )
  }

  private mutating func move(_ files: [Int], _ moved: [Int32]) {
    for file in files {
      if places[file].isEmpty {
        places[file] = moved
      } else {
        for place in places[file].indices { places[file][place] = moved[Int(places[file][place])] }
      }
    }
  }
}

extension ColumnValues {
  /// Whole numbers as the names that their digits are.
  package static func digits(of values: ArraySlice<Int64>) -> (codes: [Int32], names: [String]) {
    var distinct: [Int64] = []
    for value in values.sorted() where distinct.last != value { distinct.append(value) }
    let texts = distinct.map(String.init)
    let order = texts.indices.sorted { isBytewiseBefore(texts[$0], texts[$1]) }
    var places = [Int32](repeating: 0, count: order.count)
    for (place, text) in order.enumerated() { places[text] = Int32(place) }
    let codes = values.map { value in
      var (low, high) = (0, distinct.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if distinct[middle] < value { low = middle + 1 } else { high = middle }
      }
      return places[low]
    }
    return (codes, order.map { texts[$0] })
  }
}
