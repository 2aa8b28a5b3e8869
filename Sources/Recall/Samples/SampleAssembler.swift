import Clicks
import Numerics

/// Makes samples of lists.
package struct SampleAssembler {
  /// The lists of one source, of the requests of a block.
  package typealias SourceLists = (source: CandidateSource, lists: RankedLists)

  /// The requests of a block.
  package struct Block {
    /// The number of the first among all requests, from 0.
    package var first: Int
    /// Their users.
    package var users: [Int64]
    /// What they are for the features.
    package var requests: [SampleFeatures.Request]
    /// What they were answered with: what the list holds.
    package var targets: [Set<Int64>]
    /// Their vectors, `[requests, dimension]`.
    package var vectors: Matrix
    /// The candidates of each.
    package var candidates: RankedLists
    /// Where merged candidates come from; nil for those of the model alone.
    package var origins: [UInt8]?
    /// The lists of each source.
    package var sources: [SourceLists]

    /// Puts a block together.
    package init(
      first: Int,
      users: [Int64],
      requests: [SampleFeatures.Request],
      targets: [Set<Int64>],
      vectors: Matrix,
      candidates: RankedLists,
      origins: [UInt8]?,
      sources: [SourceLists]
    ) {
      (self.first, self.users, self.requests, self.targets) = (first, users, requests, targets)
      (self.vectors, self.candidates, self.origins, self.sources) = (vectors, candidates, origins, sources)
    }
  }

  /// What the columns are.
  package let schema: RankingSamples.Schema
  private let features: SampleFeatures
  private let index: SearchIndex
  private let columns: [SampleColumn]
  private let negatives: NegativeItems
  private let addsMissed: Bool
  private let rules: CandidateRules
  private let filter: CandidateFilter
  private let filterRows: Vocabulary

  /// The columns of numbers that sources have, by their names: a score and a rank each.
  package static func names(of sources: [CandidateSource]) -> [String] {
    ["recall_score", "recall_rank"] + sources.flatMap { ["\($0.rawValue)_score", "\($0.rawValue)_rank"] }
  }

  /// - Parameters:
  ///   - addsMissed: whether held-out items that are no candidates are rows as well.
  ///   - rules: what lists may hold.
  package init(
    _ schema: RankingSamples.Schema,
    features: SampleFeatures,
    index: SearchIndex,
    columns: [SampleColumn],
    negatives: NegativeItems,
    addsMissed: Bool,
    rules: CandidateRules
  ) {
    (self.schema, self.features, self.index, self.columns) = (schema, features, index, columns)
    (self.negatives, self.addsMissed, self.rules) = (negatives, addsMissed, rules)
    filterRows = Vocabulary(keysOf: rules.items?.ids ?? [])
    filter = CandidateFilter(rules.items, filterRows)
  }

  /// The rows of a block.
  package func samples(_ block: Block) -> RankingSamples {
    var samples = RankingSamples(schema)
    for row in block.users.indices { add(row, of: block, to: &samples) }
    return samples
  }

  private func add(_ row: Int, of block: Block, to samples: inout RankingSamples) {
    let candidates = Array(block.candidates[row])
    let request = block.requests[row]
    let hidden = rules.seen == .leaveOut ? Set(request.history) : []
    let listed = Set(candidates)
    func isOpen(_ item: Int64) -> Bool {
      !listed.contains(item) && !hidden.contains(item) && features.row(of: item) != nil
        && filter.allows(filterRows.code(of: item), at: request.moment)
    }
    let missed = addsMissed ? block.targets[row].filter(isOpen).sorted() : []
    let drawn = negatives.drawn(block.first + row) { isOpen($0) && !block.targets[row].contains($0) }
    let items = candidates + missed + drawn
    samples.requests += [Int32](repeating: Int32(block.first + row), count: items.count)
    samples.users += [Int64](repeating: block.users[row], count: items.count)
    samples.items += items
    if schema.hasTimes { samples.times += [Int64](repeating: request.moment, count: items.count) }
    samples.labels += items.map { block.targets[row].contains($0) ? 1 : 0 }
    samples.kinds +=
      candidates.map { _ in .candidate } + missed.map { _ in .missed } + drawn.map { _ in .negative }
    if schema.hasSources {
      let start = row * block.candidates.width
      let origins = block.origins.map { $0[start..<start + candidates.count] } ?? []
      samples.sources += origins + [UInt8](repeating: 0, count: items.count - origins.count)
    }
    let numbers = scores(row, of: block, items, candidates.count) + features.values(items, request)
    precondition(numbers.count == schema.numbers.count, "one column of numbers for each name")
    for (place, values) in numbers.enumerated() { samples.numbers[place] += values }
    for (place, column) in columns.filter({ !$0.isText }).enumerated() {
      let keys = column.isOfUsers ? items.map { _ in block.users[row] } : items
      column.add(keys, to: &samples.columns[place])
    }
    for (place, column) in columns.filter(\.isText).enumerated() {
      samples.texts[place] += items.map { column.text(column.isOfUsers ? block.users[row] : $0) }
    }
  }

  /// Score and rank of the list and of each source. The model has a score for every item, whatever its list holds.
  private func scores(_ row: Int, of block: Block, _ items: [Int64], _ candidates: Int) -> [[Float]] {
    let start = row * block.candidates.width
    let rest = [Float](repeating: .nan, count: items.count - candidates)
    var columns = [
      Array(block.candidates.scores[start..<start + candidates]) + rest,
      (0..<candidates).map { Float($0 + 1) } + rest,
    ]
    for (source, lists) in block.sources {
      var places: [Int64: Int] = [:]
      for (place, item) in lists[row].enumerated() { places[item] = place }
      if source == .twoTower {
        columns.append(
          index.vectors.scores(
            ofRows: items.map { UInt32(features.row(of: $0) ?? 0) },
            with: block.vectors.row(row)
          )
        )
      } else {
        columns.append(
          items.map { item in places[item].map { lists.scores[row * lists.width + $0] } ?? .nan }
        )
      }
      columns.append(items.map { item in places[item].map { Float($0 + 1) } ?? .nan })
    }
    return columns
  }
}
