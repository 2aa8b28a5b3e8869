import Clicks
import Numerics

/// Items of which something was said since a model was trained: those it lacks, those that are otherwise now, and those that
/// are given no more. They lie beside its index and are searched exactly.
struct ItemOverlay {
  /// An item that is there.
  struct Entry {
    var key: Int64
    var id: String
    var title: String?
    /// `[dimension]`.
    var vector: [Float]
    /// When it may be given.
    var moments: MomentSet
  }

  /// How many things were said of items until what is here.
  var number = 0
  /// The items of the model's catalogue that are not to be given as it has them.
  private(set) var hidden: Set<Int64> = []
  /// Items that are given no more.
  private(set) var deleted: Set<Int64> = []
  /// Items of which something was said that this model cannot take, and why, in the order of their ids.
  private(set) var refused: [IDText: String] = [:]
  /// The items that are searched here, by ascending keys; nil where there are none.
  private(set) var index: SearchIndex?
  /// When they may be given; nil where always.
  private(set) var candidates: CandidateItems?

  private var entries: [Int64: Entry] = [:]
  /// The keys of items that the catalogue lacks.
  private var keys: [IDText: Int64] = [:]
  private var ids: [Int64: String] = [:]

  /// The key of an item that the catalogue lacks; nil where nobody spoke of it.
  func key(of id: String) -> Int64? { keys[IDText(id)] }
  /// The id of such an item.
  func id(of key: Int64) -> String? { ids[key] }
  /// What is there of an item; nil where it is as the model has it.
  func entry(_ key: Int64) -> Entry? { entries[key] }
  /// The items that the model lacks, by their keys.
  var added: [Entry] { entries.values.filter { ids[$0.key] != nil }.sorted { $0.key < $1.key } }
  /// The items that the model lacks, and those that it has otherwise.
  var counts: (added: Int, changed: Int) {
    let added = entries.keys.count { ids[$0] != nil }
    return (added, entries.count - added)
  }

  /// The row of an item's vector in ``index``.
  func row(of key: Int64) -> Int? {
    guard entries[key] != nil, let ids = index?.ids else { return nil }
    var (low, high) = (0, ids.count)
    while low < high {
      let middle = (low + high) / 2
      if ids[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low < ids.count && ids[low] == key ? low : nil
  }

  /// Gives an id that the catalogue lacks a key: `wanted`, or one behind the `names` that the model has.
  mutating func add(_ id: String, wanted: Int64?, names: Int) -> Int64 {
    if let key = keys[IDText(id)] { return key }
    let key = wanted ?? Int64(names) + Int64(keys.count)
    (keys[IDText(id)], ids[key]) = (key, id)
    return key
  }

  /// An item is there, in place of what the catalogue says of it.
  mutating func put(_ entry: Entry, isInCatalogue: Bool) {
    entries[entry.key] = entry
    deleted.remove(entry.key)
    refused[IDText(entry.id)] = nil
    if isInCatalogue { hidden.insert(entry.key) }
  }

  /// An item of the catalogue is as the model has it; ``number`` and the rest stay.
  mutating func restore(_ key: Int64, _ id: String) {
    entries[key] = nil
    deleted.remove(key)
    hidden.remove(key)
    refused[IDText(id)] = nil
  }

  /// An item is given no more.
  mutating func delete(_ key: Int64, _ id: String, isInCatalogue: Bool) {
    entries[key] = nil
    deleted.insert(key)
    refused[IDText(id)] = nil
    if isInCatalogue { hidden.insert(key) }
  }

  /// What was said of an item cannot be taken; it is as the model has it, if it does.
  mutating func refuse(_ id: String, _ reason: String, key: Int64?) {
    if let key { restore(key, id) }
    refused[IDText(id)] = reason
  }

  /// Makes what is searched of what is there.
  mutating func build(dimension: Int) {
    let all = entries.values.sorted { $0.key < $1.key }
    guard !all.isEmpty else {
      (index, candidates) = (nil, nil)
      return
    }
    let vectors = Matrix(rows: all.count, columns: dimension)
    for (row, entry) in all.enumerated() { _ = vectors.row(row).update(fromContentsOf: entry.vector) }
    let keys = all.map(\.key)
    index = SearchIndex(vectors: vectors, ids: keys, approximate: nil)
    let areAlways = all.allSatisfy { $0.moments == .always }
    candidates = areAlways ? nil : CandidateItems(ids: keys, moments: all.map(\.moments))
  }
}

extension RankedLists {
  /// The best of both lists of each request, as wide as these; ties go to the lower key, and what is no number comes last.
  func merged(with other: RankedLists) -> RankedLists {
    precondition(width == other.width && count == other.count, "lists of the same requests")
    var merged = self
    func isFirst(_ own: Int, _ others: Int) -> Bool {
      let (a, b) = (Self.ranked(scores[own]), Self.ranked(other.scores[others]))
      return a > b || (a == b && items[own] < other.items[others])
    }
    for list in counts.indices {
      let start = list * width
      var (own, others, place) = (0, 0, 0)
      while place < width, own < Int(counts[list]) || others < Int(other.counts[list]) {
        let takesOwn =
          own < Int(counts[list])
          && (others == Int(other.counts[list]) || isFirst(start + own, start + others))
        merged.items[start + place] = takesOwn ? items[start + own] : other.items[start + others]
        merged.scores[start + place] = takesOwn ? scores[start + own] : other.scores[start + others]
        if takesOwn { own += 1 } else { others += 1 }
        place += 1
      }
      merged.counts[list] = Int32(place)
    }
    return merged
  }

  private static func ranked(_ score: Float) -> Float { score.isNaN ? -.infinity : score }
}
