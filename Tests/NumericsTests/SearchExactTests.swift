import Memory
import CKernels
import Glibc
import Testing

@testable import Numerics

@Suite("Exact search")
struct SearchExactTests {
  /// Every instruction set that this machine has.
  static let levels = Array(0...Int(search_best_level()))

  /// What vectors are made of.
  enum Kind: CaseIterable, Sendable {
    case normal
    /// Small whole numbers: exact sums, and ties everywhere.
    case tied
    /// All the same.
    case equal
  }

  private func matrix(_ rows: Int, _ columns: Int, _ kind: Kind, _ rng: inout NumpyGenerator) -> Matrix {
    let matrix = Matrix(rows: rows, columns: columns)
    for index in matrix.elements.indices {
      switch kind {
      case .normal: matrix.elements[index] = Float(rng.standardNormal())
      case .tied: matrix.elements[index] = Float(rng.integers(-1, 2))
      case .equal: matrix.elements[index] = 1
      }
    }
    return matrix
  }

  /// Compares one search with the reference, ids and score bits.
  private func check(
    _ search: ExactSearch,
    _ ids: [Int64],
    _ queries: Matrix,
    k: Int,
    excluded: [[Int64]]? = nil,
    threads: Int = 1
  ) throws {
    let options = SearchOptions(exclusions: excluded.map { Exclusions($0) }, threads: threads)
    let found = try search.search(queries: queries, k: k, options: options)
    let expected = SearchReference.search(
      items: search.items,
      ids: ids,
      queries: queries,
      k: k,
      excluded: excluded,
      fused: search.level > 0
    )
    #expect(found.ids.count == queries.rows * k && found.scores.count == queries.rows * k)
    for query in 0..<queries.rows {
      #expect(Array(found.ids(of: query)) == expected.ids[query])
      #expect(Array(found.scores(of: query)) == expected.scores[query])
      for place in found.counts[query]..<k {
        #expect(found.ids[query * k + place] == -1 && found.scores[query * k + place] == -.infinity)
      }
    }
  }

  @Test(
    "a search that is kept gives the same, also for few queries and items that threads share",
    arguments: levels,
    [1, 2, 3]
  )
  func kept(level: Int, threads: Int) throws {
    var rng = NumpyGenerator(seed: 23)
    for dimension in [4, 64, 100] {
      for kind in [Kind.normal, .tied] {
        let items = matrix(2 * SearchRun.fewestItems + rng.integers(0, 300), dimension, kind, &rng)
        let ids = rng.permutation(items.rows).map { Int64($0) - 7 }
        let search = ExactSearch(items: items, ids: ids, level: Int32(level))
        let kept = search.kept(threads: threads)
        for count in [1, 7, 8, 9, 33] {
          let queries = matrix(count, dimension, kind, &rng)
          let best = try search.search(queries: queries, k: 30)
          // Without the best ones, and for one query without nearly all.
          var excluded = (0..<count).map { Array(best.ids(of: $0).prefix(20)) }
          excluded[0] = Array(ids.dropFirst(11))
          let exclusions = Exclusions(excluded)
          let plain = try search.search(
            queries: queries,
            k: 30,
            options: SearchOptions(exclusions: exclusions)
          )
          let found = try kept.search(
            queries: queries,
            k: 30,
            options: SearchOptions(exclusions: exclusions, threads: threads)
          )
          #expect(found.ids == plain.ids && found.scores == plain.scores && found.counts == plain.counts)
        }
      }
    }
  }

  @Test("a search that is kept takes what is no number as any does")
  func keptOdd() throws {
    var rng = NumpyGenerator(seed: 24)
    let items = matrix(2 * SearchRun.fewestItems, 20, .normal, &rng)
    for row in 0..<items.rows where row % 5 != 0 { items[row, 3] = row % 2 == 0 ? .nan : -.infinity }
    let queries = matrix(5, 20, .normal, &rng)
    for column in 0..<20 { queries[1, column] = .nan }
    let ids = (0..<items.rows).map(Int64.init)
    let search = ExactSearch(items: items, ids: ids)
    for k in [10, items.rows - 3] {
      let plain = try search.search(queries: queries, k: k)
      let kept = try search.kept(threads: 2).search(
        queries: queries,
        k: k,
        options: SearchOptions(threads: 2)
      )
      #expect(kept.ids == plain.ids && kept.counts == plain.counts)
      #expect(kept.scores.map(\.bitPattern) == plain.scores.map(\.bitPattern))
    }
  }

  @Test(
    "odd shapes agree with the reference to the bit, at every instruction set",
    arguments: levels,
    Kind.allCases
  )
  func shapes(level: Int, kind: Kind) throws {
    var rng = NumpyGenerator(seed: 1)
    for dimension in [0, 1, 2, 3, 7, 8, 16, 31, 32, 33, 64, 100, 128, 129, 130] {
      let items = matrix(rng.integers(0, 400), dimension, kind, &rng)
      let queries = matrix(rng.integers(0, 40), dimension, kind, &rng)
      let ids = rng.permutation(items.rows).map { Int64($0) - 7 }
      let search = ExactSearch(items: items, ids: ids, level: Int32(level))
      for k in [0, 1, 5, items.rows, items.rows + 3] {
        try check(search, ids, queries, k: k, threads: rng.integers(1, 4))
      }
    }
  }

  @Test("every number of items and queries around a tile's size is right", arguments: levels)
  func tiles(level: Int) throws {
    var rng = NumpyGenerator(seed: 2)
    for count in 0..<50 {
      let items = matrix(count, 5, .tied, &rng)
      let queries = matrix(count, 5, .tied, &rng)
      let ids = (0..<Int64(count)).map { $0 }
      try check(ExactSearch(items: items, ids: ids, level: Int32(level)), ids, queries, k: 4)
    }
  }

  /// Those of them that have a screen.
  static let screens = levels.filter { search_screens(Int32($0)) != 0 }

  /// What a screen must cope with.
  enum Screened: CaseIterable, Sendable {
    case normal, tied
    /// Vectors that differ by a thousandth: more of them are near the threshold than a screen can tell apart.
    case crowded
    /// Lengths over forty powers of ten, rows of zeros, and rows that are no numbers.
    case wild
    /// Few rows that are far from all others, in every column alike: sums of rounded products are as large as they can be, and
    /// few enough are that the screen goes on.
    case extreme
    /// Queries that lie around a point, as those of one kind of users do.
    case around
    /// The same of vectors so small that some products are nothing.
    case faint
    /// Queries that are all the same.
    case level
  }

  private func screenedMatrix(
    _ rows: Int,
    _ columns: Int,
    _ kind: Screened,
    _ rng: inout NumpyGenerator
  ) -> Matrix {
    let matrix = matrix(rows, columns, kind == .tied ? Kind.tied : .normal, &rng)
    for row in 0..<rows {
      let size = Float(pow(10, Double(rng.integers(-20, 20))))
      for column in 0..<columns {
        switch kind {
        case .normal, .tied: break
        case .crowded: matrix[row, column] = Float(column % 5) + matrix[row, column] / 1_000
        case .wild: matrix[row, column] *= row % 97 == 0 ? 0 : size
        case .extreme: matrix[row, column] = row % 101 == 0 || rows < 100 ? 1 + Float(row) / 1_000_000 : -1
        case .around, .faint, .level:
          let point = Float(column % 3) - 0.8
          let spread: Float = kind == .level ? 0 : 0.1
          if rows < 100 { matrix[row, column] = point + spread * matrix[row, column] }
          if kind == .faint { matrix[row, column] *= 1e-20 }
        }
      }
      if kind == .wild && row % 1_999 == 7 { matrix[row, row % columns] = row % 2 == 0 ? .nan : .infinity }
    }
    return matrix
  }

  @Test(
    "a search that leaves items out by their shadows in bytes finds the same to the bit, at every instruction set",
    .enabled(if: !screens.isEmpty, "this processor multiplies no bytes"),
    arguments: screens,
    Screened.allCases
  )
  func screened(level: Int, kind: Screened) throws {
    var rng = NumpyGenerator(seed: 6)
    for (dimension, k) in [(1, 3), (5, 10), (32, 10), (34, 60), (72, 10), (130, 10)] {
      let items = screenedMatrix(12_000 + dimension, dimension, kind, &rng)
      let queries = screenedMatrix(70, dimension, kind, &rng)
      let inOrder = (0..<items.rows).map { Int64($0) }
      let excluded = Exclusions((0..<70).map { query in (0..<Int64(query)).map { $0 * 31 } })
      for ids in [inOrder, rng.permutation(items.rows).map { Int64($0) }] {
        let found = [false, true].map { isScreened in
          let search = ExactSearch(items: items, ids: ids, level: Int32(level), isScreened: isScreened)
          return try? search.search(
            queries: queries,
            k: k,
            options: SearchOptions(exclusions: excluded, threads: 2)
          )
        }
        let (plain, screened) = (try #require(found[0]), try #require(found[1]))
        #expect(plain.ids == screened.ids && plain.counts == screened.counts)
        #expect(plain.scores.map(\.bitPattern) == screened.scores.map(\.bitPattern))
      }
    }
  }

  @Test(
    "queries are rounded around their mean where that is closer, and alone where it is not",
    arguments: screens
  )
  func steps(level: Int) throws {
    var rng = NumpyGenerator(seed: 12)
    let items = screenedMatrix(3_000, 32, .around, &rng)
    let search = ExactSearch(items: items, ids: (0..<3_000).map { $0 }, level: Int32(level))
    for (kind, isAround) in [(Screened.around, true), (.level, true), (.normal, false), (.wild, false)] {
      let queries = screenedMatrix(70, 32, kind, &rng)
      let screen = try #require(SearchScreen(of: search, queries: queries, threads: 1))
      let scratch = SearchScratch(queries: 70, k: 10, dimension: 32, level: Int32(level), screens: true)
      var group = search_group()
      (group.panels, group.queries) = (scratch.panels, 70)
      (group.screen_panels, group.screen_queries) = (scratch.screenPanels, scratch.screenQueries)
      (group.screen_steps, group.screen_shifts) = (scratch.screenSteps, scratch.screenShifts)
      for query in 0..<70 {
        search_pack(&group, Int32(level), 32, UInt32(query), queries.row(query).baseAddress)
      }
      withUnsafePointer(to: screen.screen) { search_pack_screen(&group, Int32(level), $0, 32) }
      let steps = try #require(scratch.screenSteps)
      let width = search_panel_width(Int32(level))
      for panel in 0..<70 / width { #expect((steps[panel] > 0) == isAround, "\(kind), panel \(panel)") }
      // The last six are scanned one by one.
      #expect(steps[70 / width] == 0)
    }
  }

  @Test("items that share one vector are searched once, and the result is as if all had been")
  func repeats() throws {
    var rng = NumpyGenerator(seed: 5)
    for kind in Kind.allCases {
      let items = matrix(400, 9, kind, &rng)
      // All but 60 rows, scattered, have the vector of row 0.
      let own = Set(rng.permutation(400).prefix(60))
      for row in 0..<400 where !own.contains(row) {
        for column in 0..<9 { items[row, column] = items[0, column] }
      }
      let queries = matrix(20, 9, kind, &rng)
      let ids = rng.permutation(400).map { Int64($0) * 3 }
      let search = ExactSearch(items: items, ids: ids)
      let excluded = (0..<20).map { _ in
        (0..<rng.integers(0, 30)).map { _ in Int64(rng.integers(0, 400)) * 3 }
      }
      // What one call left out serves the next ones, where they ask for no more.
      for k in [1, 10, 100, 10] {
        try check(search, ids, queries, k: k, excluded: excluded, threads: 2)
      }
      let fewer = ExactSearch(items: items, ids: ids)
        .withoutRepeats(k: 10, exclusions: Exclusions(excluded))
      #expect((fewer?.items.rows ?? 400) <= 60 + 10 + 30)
      #expect(search.withoutRepeats(k: 400, exclusions: nil) == nil)
    }
  }

  @Test("excluded ids never return, and places are filled while items remain", arguments: levels)
  func exclusions(level: Int) throws {
    var rng = NumpyGenerator(seed: 3)
    for kind in Kind.allCases {
      let items = matrix(300, 9, kind, &rng)
      let queries = matrix(30, 9, kind, &rng)
      // Ids that repeat: excluding one hides all of its rows.
      let ids = rng.integers(0, 200, count: 300).map { Int64($0) * 1_000_000_007 }
      let search = ExactSearch(items: items, ids: ids, level: Int32(level))
      let excluded = (0..<30).map { query -> [Int64] in
        query == 0
          ? ids : (0..<rng.integers(0, 150)).map { _ in Int64(rng.integers(-5, 205)) * 1_000_000_007 }
      }
      for k in [1, 10, 300, 301] {
        try check(search, ids, queries, k: k, excluded: excluded, threads: 2)
      }
    }
  }

  @Test(
    "large catalogues, where first thresholds are guessed, agree with the reference",
    arguments: levels,
    Kind.allCases
  )
  func sampled(level: Int, kind: Kind) throws {
    var rng = NumpyGenerator(seed: 4)
    let items = matrix(6000, 6, kind, &rng)
    let queries = matrix(20, 6, kind, &rng)
    let shuffled = rng.permutation(6000).map(Int64.init)
    for ids in [Array(0..<6000), shuffled] {
      let search = ExactSearch(items: items, ids: ids, level: Int32(level))
      #expect(SearchSample(of: search, k: 10) != nil, "the guess is made at this size")
      let best = try search.search(queries: queries, k: 40)
      let excluded = (0..<20).map { Array(best.ids(of: $0)) }
      try check(search, ids, queries, k: 10)
      try check(search, ids, queries, k: 10, excluded: excluded, threads: 2)
    }
  }

  @Test("a guess that is too high is found out: the very best items are just those of the sample")
  func misled() throws {
    let count = 10_000
    let step = SearchSample.step
    let items = Matrix(rows: count, columns: 1)
    for row in 0..<count {
      items[row, 0] = row % step == 0 && row < 50 * step ? 2 : Float(row) / Float(count)
    }
    let ids = Array(0..<Int64(count))
    let search = ExactSearch(items: items, ids: ids)
    let queries = Matrix(rows: 3, columns: 1, values: [1, 0.5, -1])
    let rank = try #require(SearchSample(of: search, k: 100)?.rank)
    #expect(rank < 50, "so the guess lies above the hundredth best")
    try check(search, ids, queries, k: 100)
    let seen = stride(from: 0, to: count, by: 2 * step).map { Int64($0) }
    try check(search, ids, queries, k: 100, excluded: [seen, [], seen])
  }

  @Test("the same items come for one, two and five threads, alone and in company")
  func threads() throws {
    var rng = NumpyGenerator(seed: 5)
    let items = matrix(3000, 32, .normal, &rng)
    let queries = matrix(700, 32, .normal, &rng)
    let search = ExactSearch(items: items, ids: (0..<3000).map { Int64(3000 - $0) })
    let one = try search.search(queries: queries, k: 20)
    for threads in [2, 5] {
      #expect(try search.search(queries: queries, k: 20, options: SearchOptions(threads: threads)) == one)
    }
    for query in [0, 399, 699] {
      let alone = Matrix(rows: 1, columns: 32, values: queries.row(query))
      let found = try search.search(queries: alone, k: 20)
      #expect(found.ids == Array(one.ids(of: query)) && found.scores == Array(one.scores(of: query)))
    }
  }

  @Test(
    "not-a-numbers and negative infinity come last, by id; infinity comes first; nothing crashes",
    arguments: levels
  )
  func nonFinite(level: Int) throws {
    let values: [Float] = [.nan, 1, .infinity, -.infinity, 0, -0.0, .nan, 2]
    let ids: [Int64] = [10, 11, 12, 13, 15, 14, 9, 16]
    let search = ExactSearch(
      items: Matrix(rows: 8, columns: 1, values: values),
      ids: ids,
      level: Int32(level)
    )
    let ones = Matrix(rows: 1, columns: 1, values: [1])
    let all = try search.search(queries: ones, k: 9)
    #expect(all.ids == [12, 16, 11, 14, 15, 9, 10, 13, -1])
    #expect(all.counts == [8])
    let some = try search.search(
      queries: ones,
      k: 6,
      options: SearchOptions(exclusions: Exclusions([[9, 12]]))
    )
    #expect(some.ids == [16, 11, 14, 15, 10, 13])
    // All scores are no numbers.
    let none = try search.search(queries: Matrix(rows: 1, columns: 1, values: [.nan]), k: 3)
    #expect(none.ids == [9, 10, 11] && none.scores == [-.infinity, -.infinity, -.infinity])
  }

  @Test("progress ends at the number of queries, and what the checkpoint throws ends the search")
  func watched() throws {
    struct Stop: Error {}
    var rng = NumpyGenerator(seed: 6)
    let items = matrix(50, 4, .normal, &rng)
    let queries = matrix(1000, 4, .normal, &rng)
    let search = ExactSearch(items: items, ids: (0..<50).map(Int64.init))
    var seen: [Int] = []
    _ = try search.search(
      queries: queries,
      k: 3,
      options: SearchOptions(
        threads: 2,
        progress: { done, total in
          #expect(total == 1000)
          seen.append(done)
        }
      )
    )
    #expect(seen.last == 1000 && seen == seen.sorted())
    #expect(throws: Stop.self) {
      try search.search(queries: queries, k: 3, options: SearchOptions(checkpoint: { throw Stop() }))
    }
  }
}
