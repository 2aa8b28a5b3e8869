import Memory

/// Rows of a log that repeat an earlier one: the same user, item, time and event.
///
/// Rows are spread over buckets by a hash of all four, so that a bucket's fit the processor's cache; within one, equal
/// hashes are looked at as rows, so that nothing hangs on a hash. Nothing is sorted: a look at a log costs a part of what
/// reading it does.
struct DoubledRows {
  /// The rows that repeat another one before them, in no order.
  private(set) var rows: [Int32] = []

  private let log: ClickLog
  private let times: [Int64]
  private let events: [Int32]?

  /// How many rows are spread at a time, which bounds the memory: 12 bytes a row.
  private static let most = 1 << 25
  /// About how many rows a bucket has.
  private static let bucketRows = 8_192

  /// Looks through `log`; without times there are none.
  init(_ log: ClickLog, threads: Threads) {
    self.log = log
    times = log.times ?? []
    if case .names(let codes, _)? = log.events { events = codes } else { events = nil }
    guard log.times != nil, log.count > 1 else { return }
    let passes = (log.count + Self.most - 1) / Self.most
    for pass in 0..<passes { look(pass, of: passes, threads) }
  }

  @inline(__always)
  private func hash(_ row: Int) -> UInt64 {
    var value = SplitMix.mix(UInt64(bitPattern: log.users[row]))
    value = SplitMix.mix(value ^ UInt64(bitPattern: log.items[row]))
    value = SplitMix.mix(value ^ UInt64(bitPattern: times[row]))
    return events.map { SplitMix.mix(value ^ UInt64(bitPattern: Int64($0[row]))) } ?? value
  }

  private func isSame(_ a: Int, _ b: Int) -> Bool {
    log.users[a] == log.users[b] && log.items[a] == log.items[b] && times[a] == times[b]
      && (events.map { $0[a] == $0[b] } ?? true)
  }

  /// Looks at the rows whose hash belongs to a pass.
  private mutating func look(_ pass: Int, of passes: Int, _ threads: Threads) {
    let pieces = max(1, min(threads.count * 4, log.count / 65_536))
    let buckets = max(1, log.count / passes / Self.bucketRows)
    // The high bits say which pass and bucket; the low ones tell rows of a bucket apart.
    func bucket(_ hash: UInt64) -> Int? {
      let place = Int((hash >> 32) % UInt64(passes * buckets))
      return place / buckets == pass ? place % buckets : nil
    }
    var counts = [Int](repeating: 0, count: pieces * buckets)
    counts.withUnsafeMutableBufferPointer { counts in
      threads.forEach(pieces) { own in
        for row in Threads.range(own, of: pieces, count: log.count) {
          if let bucket = bucket(hash(row)) { counts[own * buckets + bucket] += 1 }
        }
      }
    }
    // Of each bucket one piece's rows after another's: rows stay ascending whatever the number of threads.
    var starts = [0]
    starts.reserveCapacity(buckets + 1)
    var next = 0
    for bucket in 0..<buckets {
      for piece in 0..<pieces {
        let count = counts[piece * buckets + bucket]
        counts[piece * buckets + bucket] = next
        next += count
      }
      starts.append(next)
    }
    let total = next
    var hashes = [UInt32](unsafeUninitializedCapacity: total) { $1 = total }
    var spread = [Int32](unsafeUninitializedCapacity: total) { $1 = total }
    hashes.withUnsafeMutableBufferPointer { hashes in
      spread.withUnsafeMutableBufferPointer { spread in
        counts.withUnsafeMutableBufferPointer { next in
          threads.forEach(pieces) { own in
            for row in Threads.range(own, of: pieces, count: log.count) {
              let hash = hash(row)
              guard let bucket = bucket(hash) else { continue }
              let place = next[own * buckets + bucket]
              next[own * buckets + bucket] = place + 1
              hashes[place] = UInt32(truncatingIfNeeded: hash)
              spread[place] = Int32(truncatingIfNeeded: row)
            }
          }
        }
      }
    }
    var found = [[Int32]](repeating: [], count: buckets)
    found.withUnsafeMutableBufferPointer { found in
      threads.forEach(buckets) { bucket in
        found[bucket] = repeats(among: starts[bucket]..<starts[bucket + 1], hashes, spread)
      }
    }
    for repeats in found { rows += repeats }
  }

  /// The rows at `places` that are the same as one before them.
  private func repeats(among places: Range<Int>, _ hashes: [UInt32], _ rows: [Int32]) -> [Int32] {
    guard places.count > 1 else { return [] }
    var size = 16
    while size < places.count * 2 { size *= 2 }
    var slots = [Int32](repeating: -1, count: size)
    var found: [Int32] = []
    for place in places {
      var slot = Int(hashes[place]) & (size - 1)
      var isRepeat = false
      while slots[slot] >= 0 {
        let other = places.lowerBound + Int(slots[slot])
        if hashes[other] == hashes[place], isSame(Int(rows[other]), Int(rows[place])) {
          isRepeat = true
          break
        }
        slot = (slot + 1) & (size - 1)
      }
      if isRepeat { found.append(rows[place]) } else { slots[slot] = Int32(place - places.lowerBound) }
    }
    return found
  }
}
