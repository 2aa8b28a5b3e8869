import CFaiss

/// The links of an HNSW graph over the rows of a matrix, so that other programs' forms can hold it.
///
/// A row has up to `2 links` neighbours on level 0, which has all rows, and up to `links` on each level above, up to its own.
/// Source: Y. Malkov and D. Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical Navigable
/// Small World graphs", TPAMI 2020.
package struct HNSWGraph {
  /// The most neighbours of a row above level 0, the M of the paper.
  package let links: Int
  /// How many candidates an insertion kept.
  package let construction: Int
  /// A row of the highest level, where searches begin; nil where there are no rows.
  package let entry: Int?
  /// The highest level of each row, from 0, `[rows]`.
  package private(set) var levels: [Int32]
  /// The neighbours on level 0, `[rows, 2 links]`, of which `baseCounts` are there.
  private var base: [Int32]
  private var baseCounts: [Int32]
  /// Those on the levels above: lists of `links` one after another, a row's from `upperStarts` on.
  private var upper: [Int32] = []
  private var upperCounts: [Int32] = []
  private var upperStarts: [Int]
  /// How many rows have this one for a neighbour on level 0.
  private var incoming: [Int32]

  /// Builds the graph of `vectors` by inner product, the same each time.
  /// - Parameters:
  ///   - vectors: `[vectors, dimension]`, finite.
  ///   - rows: which row each of them is, distinct, below `count`.
  ///   - count: how many rows there are; those without a vector have no neighbours and are nobody's.
  ///   - links: 2 or more.
  ///   - construction: how many candidates an insertion keeps, 1 or more.
  /// - Throws: `FaissFailure.library`.
  package init(building vectors: Matrix, rows: [Int32], of count: Int, links: Int, construction: Int)
    throws(FaissFailure)
  {
    precondition(vectors.rows == rows.count && vectors.columns > 0, "there is one row a vector")
    precondition(links >= 2 && construction >= 1, "graphs have two links or more")
    var made: OpaquePointer?
    let code = faiss_shim_graph_build(
      Int64(vectors.rows),
      Int32(clamping: vectors.columns),
      vectors.elements.baseAddress,
      Int32(clamping: links),
      Int32(clamping: construction),
      &made
    )
    guard code == FAISS_SHIM_OK.rawValue, let made else { throw Self.failure("build an HNSW graph") }
    defer { faiss_shim_graph_destroy(made) }
    self.init(made, rows: rows, of: count)
  }

  /// The graph that `index` has over vectors as they are, where it is such a one.
  /// - Parameter rows: which row each vector of the index is, in the order of its ids, distinct, below their number.
  /// - Throws: `FaissFailure.library` where its lists do not fit each other.
  package init?(of index: FaissIndex, rows: [Int32]) throws(FaissFailure) {
    precondition(rows.count == index.count, "there is one row a vector")
    var found: OpaquePointer?
    let code = faiss_shim_graph_of(index.handle, &found)
    guard code == FAISS_SHIM_OK.rawValue else { throw Self.failure("read the graph of \(index.factory)") }
    guard let found else { return nil }
    defer { faiss_shim_graph_destroy(found) }
    let links = faiss_shim_graph_about(found).links
    // One link a row is a list and no graph, and 1 / ln 1 no share of rows.
    guard links >= 2 else { return nil }
    self.init(found, rows: rows, of: rows.count)
  }

  private init(_ graph: OpaquePointer, rows: [Int32], of count: Int) {
    let facts = faiss_shim_graph_about(graph)
    links = Int(facts.links)
    construction = Int(facts.construction)
    entry = facts.entry < 0 ? nil : Int(rows[Int(facts.entry)])
    levels = [Int32](repeating: 0, count: count)
    for (node, row) in rows.enumerated() { levels[Int(row)] = faiss_shim_graph_level(graph, Int64(node)) }
    let width = 2 * links
    base = [Int32](repeating: 0, count: count * width)
    (baseCounts, incoming) = ([Int32](repeating: 0, count: count), [Int32](repeating: 0, count: count))
    upperStarts = [Int](repeating: 0, count: count)
    var lists = 0
    for (row, level) in levels.enumerated() {
      upperStarts[row] = lists
      lists += Int(level)
    }
    upper = [Int32](repeating: 0, count: lists * links)
    upperCounts = [Int32](repeating: 0, count: lists)
    var room = [Int32](repeating: 0, count: width)
    for (node, row) in rows.enumerated() {
      for level in 0...levels[Int(row)] {
        let found = Int(faiss_shim_graph_neighbours(graph, Int64(node), level, &room))
        set(room[..<found].map { rows[Int($0)] }, of: Int(row), level: Int(level))
      }
    }
  }

  private mutating func set(_ neighbours: [Int32], of row: Int, level: Int) {
    if level == 0 {
      baseCounts[row] = Int32(neighbours.count)
      for (place, other) in neighbours.enumerated() {
        base[row * 2 * links + place] = other
        incoming[Int(other)] += 1
      }
    } else {
      let list = upperStarts[row] + level - 1
      upperCounts[list] = Int32(neighbours.count)
      for (place, other) in neighbours.enumerated() { upper[list * links + place] = other }
    }
  }

  private static func failure(_ operation: String) -> FaissFailure {
    .library(operation: operation, text: String(cString: faiss_shim_error()))
  }

  /// How many rows there are.
  package var count: Int { levels.count }

  /// The neighbours of `row` on `level`, which it has: rows of that level, each once.
  package func neighbours(of row: Int, level: Int) -> ArraySlice<Int32> {
    if level == 0 { return base[row * 2 * links..<row * 2 * links + Int(baseCounts[row])] }
    let list = upperStarts[row] + level - 1
    return upper[list * links..<list * links + Int(upperCounts[list])]
  }
}

// MARK: - Rows that are added to a graph

extension HNSWGraph {
  /// Hangs rows that have no neighbours yet below `row`, whose vector they share: a tree, as wide as lists are.
  ///
  /// As neighbours of each other, as an insertion has them, rows at the same place fill up their lists with nothing but
  /// themselves, and a search that comes among many of them does not get out again. In a tree they are found when their
  /// vector is, and lead nobody astray.
  package mutating func hang(_ repeats: [Int32], below row: Int) {
    for (place, other) in repeats.enumerated() {
      link(place == 0 ? row : Int(repeats[(place - 1) / (2 * links)]), to: other)
    }
  }

  /// Sees to it that all rows are reached from the entry on level 0: by a link from one of those that they have for
  /// neighbours. By inner product short vectors are nobody's best, and may have none that leads to them.
  package mutating func connect() {
    guard let entry else { return }
    // A link that makes room for another may have been the only one to where it led.
    for _ in 0..<8 {
      var isReached = [Bool](repeating: false, count: count)
      walk(from: entry, &isReached)
      var isWhole = true
      for row in 0..<count where !isReached[row] {
        isWhole = false
        let near = neighbours(of: row, level: 0).map(Int.init).filter { isReached[$0] }
        link(near.first { baseCounts[$0] < 2 * links } ?? near.first ?? entry, to: Int32(row))
        walk(from: row, &isReached)
      }
      if isWhole { return }
    }
  }

  private func walk(from start: Int, _ isReached: inout [Bool]) {
    var waiting = [start]
    isReached[start] = true
    while let row = waiting.popLast() {
      for other in neighbours(of: row, level: 0) where !isReached[Int(other)] {
        isReached[Int(other)] = true
        waiting.append(Int(other))
      }
    }
  }

  /// Makes `other`, which is none yet, a neighbour of `row` on level 0. A full list gives up the row that most others lead
  /// to.
  private mutating func link(_ row: Int, to other: Int32) {
    let start = row * 2 * links
    incoming[Int(other)] += 1
    guard baseCounts[row] == 2 * links else {
      base[start + Int(baseCounts[row])] = other
      baseCounts[row] += 1
      return
    }
    let places = start..<start + 2 * links
    let place = places.max { incoming[Int(base[$0])] < incoming[Int(base[$1])] } ?? start
    incoming[Int(base[place])] -= 1
    base[place] = other
  }
}
