import Clicks
import Memory
import Numerics

/// How often a page that holds rounded vectors recommends what the model itself does, measured on made-up requests:
/// nobody's history is at hand.
package struct LiveAgreement {
  /// How many requests are made up.
  package static let requests = 1_000
  /// How many items of each list are looked at.
  package static let k = 20

  private let saved: SavedModel
  private let items: LiveItems
  private let inputs: QueryInputs
  private let seen: Exclusions
  private let exact: TopK

  /// Makes requests up: histories of 1 to as many clicks as the model reads, of items that the page holds, the clicked ones
  /// as often as they were; a user, and a value of each context; the newest training click's time.
  /// - Throws: what the model throws.
  package init(_ saved: SavedModel, _ items: LiveItems) throws {
    self.saved = saved
    self.items = items
    let (inputs, seen) = Self.requests(saved, items)
    (self.inputs, self.seen) = (inputs, seen)
    exact = try Self.lists(of: saved.model, items.vectors, inputs, seen, items, saved)
  }

  /// The share of places on which both have the same item.
  package func share(bits: PackedVectors.Precision) throws -> Double {
    let rounded = try roundedModel(bits)
    let vectors = PackedVectors.rounded(items.vectors, bits: bits)
    let lists = try Self.lists(of: rounded, vectors, inputs, seen, items, saved)
    let places = exact.counts.reduce(0, +)
    let alike = zip(exact.ids, lists.ids).count { $0 == $1 && $0 != TopK.noItem }
    return places == 0 ? 1 : Double(alike) / Double(places)
  }

  /// The model with what its query tower reads of items and users rounded.
  private func roundedModel(_ bits: PackedVectors.Precision) throws -> TwoTowerModel {
    let result = try TwoTowerModel(saved.model.shape, seed: nil, compute: saved.model.compute)
    try result.load(saved.model.weights)
    let embeddings = PackedVectors.rounded(items.embeddings ?? items.vectors, bits: bits)
    for weight in result.weights {
      if weight.name == saved.clickedTable {
        for (row, place) in items.places.enumerated() where saved.catalogue.itemCodes[place] > 0 {
          let code = Int(saved.catalogue.itemCodes[place])
          _ = weight.matrix.row(code).update(fromContentsOf: embeddings.row(row))
        }
      } else if weight.name == "emb_user" {
        let users = PackedVectors.rounded(weight.matrix, bits: bits)
        _ = weight.matrix.elements.update(fromContentsOf: users.elements)
      }
    }
    return result
  }

  private static func lists(
    of model: TwoTowerModel,
    _ vectors: Matrix,
    _ inputs: QueryInputs,
    _ seen: Exclusions,
    _ items: LiveItems,
    _ saved: SavedModel
  ) throws -> TopK {
    let ids = items.places.map { saved.catalogue.items[$0] }
    return try ExactSearch(items: vectors, ids: ids).search(
      queries: try model.queryVectors(inputs),
      k: k,
      options: SearchOptions(exclusions: seen)
    )
  }

  private static func requests(_ saved: SavedModel, _ items: LiveItems) -> (QueryInputs, Exclusions) {
    let (shape, codes) = (saved.model.shape, saved.catalogue.itemCodes)
    let known = items.places.filter { codes[$0] > 0 }
    var ends: [Int] = []
    for place in known { ends.append((ends.last ?? 0) + Int(saved.itemClicks?[place] ?? 1)) }
    var draw = SplitMix(seed: 0, stream: 0x6C69_7665)
    var clicks: [Int32] = []
    var (starts, stops, users): ([Int32], [Int32], [Int32]) = ([], [], [])
    var contexts = shape.contexts.map { _ in [Int32]() }
    var seen: [[Int64]] = []
    for _ in 0..<(known.isEmpty ? 0 : requests) {
      starts.append(Int32(clicks.count))
      var own: [Int64] = []
      for _ in 0...draw.below(shape.maxSeqLen) {
        let total = ends.last ?? 0
        let place = known[total > 0 ? firstEnd(ends, above: draw.below(total)) : draw.below(known.count)]
        clicks.append(codes[place])
        own.append(saved.catalogue.items[place])
      }
      stops.append(Int32(clicks.count))
      seen.append(own)
      users.append(Int32(draw.below(shape.userVocabulary)))
      for (column, context) in shape.contexts.enumerated() {
        contexts[column].append(Int32(draw.below(context.vocabulary)))
      }
    }
    let hours = shape.timeWidths.isEmpty ? [] : users.map { _ in Float(saved.clock.span) }
    let histories = HistoryWindows(clicks: clicks, starts: starts, ends: stops)
    return (
      QueryInputs(users: users, histories: histories, contexts: contexts, hours: hours), Exclusions(seen)
    )
  }

  /// The first place whose end lies above `value`; ends ascend.
  private static func firstEnd(_ ends: [Int], above value: Int) -> Int {
    var (low, high) = (0, ends.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > value { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
