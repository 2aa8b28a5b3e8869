/// The exclusions of a group of queries as positions of the searched items, ascending, each once.
struct ExcludedPositions {
  private var positions: [UInt32] = []
  private var starts: [UInt32] = []
  private var ends: [UInt32] = []

  init(of queries: [Int], options: SearchOptions, search: ExactSearch) {
    for query in queries {
      let start = positions.count
      if let exclusions = options.exclusions {
        var list: [UInt32] = []
        for id in exclusions.ids(of: query) {
          for position in search.positions(of: id) { list.append(UInt32(position)) }
        }
        list.sort()
        for position in list where positions.count == start || positions[positions.count - 1] != position {
          positions.append(position)
        }
      }
      starts.append(UInt32(start))
      ends.append(UInt32(positions.count))
    }
  }

  /// How many items query `index` of the group cannot get.
  func count(of index: Int) -> Int { Int(ends[index] - starts[index]) }

  /// Views of the lists for the kernels.
  struct Pointers {
    let positions: UnsafePointer<UInt32>
    let starts: UnsafePointer<UInt32>
    let ends: UnsafePointer<UInt32>

    /// How many items query `index` of the group cannot get.
    func count(of index: Int) -> Int { Int(ends[index] - starts[index]) }
  }

  /// Lends the views to `body`.
  func withPointers<Result>(_ body: (Pointers) -> Result) -> Result {
    // One element too many, so that there is an address also where nothing is excluded.
    (positions + [0]).withUnsafeBufferPointer { positions in
      (starts + [0]).withUnsafeBufferPointer { starts in
        (ends + [0]).withUnsafeBufferPointer { ends in
          guard let positions = positions.baseAddress, let starts = starts.baseAddress,
            let ends = ends.baseAddress
          else { preconditionFailure("an array with an element has an address") }
          return body(Pointers(positions: positions, starts: starts, ends: ends))
        }
      }
    }
  }
}
