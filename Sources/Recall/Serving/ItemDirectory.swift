import Glibc

/// The items of a model for people to look through: found by what they type, the most clicked first.
///
/// Items are places in the catalogue.
struct ItemDirectory: Sendable {
  /// Whose clicks are counted.
  enum Counted: String, Sendable {
    /// The clicks that the model learned from.
    case training
    /// The clicks that the model keeps of users.
    case histories
  }

  /// Whose clicks are counted; nil where there are none to count.
  let counted: Counted?
  /// How often each item was clicked, `[items]`; empty where that is not known.
  let clicks: [Int64]
  /// The items that were clicked, the most clicked first, those clicked as often in the order of the catalogue.
  let popular: [Int32]
  /// The rank of each item among ``popular``, from 1, `[items]`; 0 for one that was never clicked.
  let ranks: [Int32]

  /// Of each item the title and the id in small letters, each ended by a byte that no text in UTF-8 has; then a zero.
  private let text: [UInt8]
  private static let mark: UInt8 = 0xff
  /// Where the id of each item begins, and where its text ends, `[items]`.
  private let ids: [Int]
  private let ends: [Int]

  /// - Parameters:
  ///   - clicks: one number an item; empty where nothing is counted.
  ///   - name: the id of an item, and what it is called.
  init(count: Int, clicks: [Int64], counted: Counted?, name: (Int) -> (id: String, title: String?)) {
    self.clicks = clicks
    self.counted = counted
    var (text, ids, ends): ([UInt8], [Int], [Int]) = ([], [], [])
    for place in 0..<count {
      let (id, title) = name(place)
      text += Self.folded(title ?? "") + [Self.mark]
      ids.append(text.count)
      text += Self.folded(id) + [Self.mark]
      ends.append(text.count)
    }
    text.append(0)
    (self.text, self.ids, self.ends) = (text, ids, ends)
    popular = clicks.indices.filter { clicks[$0] > 0 }.sorted {
      clicks[$0] != clicks[$1] ? clicks[$0] > clicks[$1] : $0 < $1
    }.map(Int32.init)
    var ranks = [Int32](repeating: 0, count: count)
    for (rank, place) in popular.enumerated() { ranks[Int(place)] = Int32(rank + 1) }
    self.ranks = ranks
  }

  /// In small letters, without zero bytes, which would end all of it.
  static func folded(_ text: String) -> [UInt8] { text.lowercased().utf8.filter { $0 != 0 } }

  /// The items whose id or title has `query` in it, at most `limit`: first the one whose id it is, then those that begin
  /// with it, then those with a word that does, then all others; among these the most clicked first.
  func find(_ query: String, limit: Int) -> [Int] {
    let wanted = Self.folded(query)
    guard !wanted.isEmpty, limit > 0 else { return [] }
    var best: [Match] = []
    var next = 0
    while let hit = position(of: wanted, from: next) {
      let place = item(at: hit)
      next = ends[place]
      let match = Match(kind: kind(hit, wanted, place), rank: ranks[place], place: place)
      if best.count == limit, let last = best.last, !(match < last) { continue }
      best.insert(match, at: best.firstIndex { match < $0 } ?? best.count)
      if best.count > limit { best.removeLast() }
    }
    return best.map(\.place)
  }

  private struct Match: Comparable {
    var kind: Int
    var rank: Int32
    var place: Int

    static func < (a: Match, b: Match) -> Bool {
      guard a.kind == b.kind else { return a.kind < b.kind }
      // Rank 0 is no rank.
      let (first, second) = (UInt32(bitPattern: a.rank &- 1), UInt32(bitPattern: b.rank &- 1))
      return first != second ? first < second : a.place < b.place
    }
  }

  private func position(of wanted: [UInt8], from start: Int) -> Int? {
    (wanted + [0]).withUnsafeBufferPointer { wanted in
      text.withUnsafeBytes { text -> Int? in
        guard let base = text.baseAddress, start < text.count else { return nil }
        let begin = (base + start).assumingMemoryBound(to: CChar.self)
        return wanted.withMemoryRebound(to: CChar.self) { wanted in
          wanted.baseAddress.flatMap { strstr(begin, $0) }.map { start + (UnsafePointer($0) - begin) }
        }
      }
    }
  }

  /// The item in whose text a byte stands.
  private func item(at byte: Int) -> Int {
    var (low, high) = (0, ends.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] <= byte { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// How well an item matches whose text has `wanted` first at `hit`: 0 is best.
  private func kind(_ hit: Int, _ wanted: [UInt8], _ place: Int) -> Int {
    let start = place == 0 ? 0 : ends[place - 1]
    let id = ids[place]
    func stands(at byte: Int) -> Bool {
      byte + wanted.count < ends[place] && text[byte..<byte + wanted.count].elementsEqual(wanted)
    }
    if stands(at: id) { return id + wanted.count + 1 == ends[place] ? 0 : 1 }
    if hit == start { return 1 }
    // Letters and digits go on a word, and so does what is no ASCII.
    func isInWord(_ byte: UInt8) -> Bool {
      byte >= 0x80 || (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte)
    }
    var from = hit
    while from < ends[place], let at = position(of: wanted, from: from), at < ends[place] {
      if !isInWord(text[at - 1]) { return 2 }
      from = at + 1
    }
    return 3
  }
}
