import Memory

/// Rows of a log that repeat an earlier one: the same user, item, time and event.
///
/// Rows are spread over buckets by a hash of all four, so that a bucket's fit the processor's cache; within one, equal
/// hashes are looked at as rows, so that nothing hangs on a hash. Nothing is sorted: a look at a log costs a part of what
/// reading it does.
struct DoubledRows {
  /// The rows that repeat another one before them, in no order.
  private(set) var rows: [Int32] = []

  /// The columns as memory: an array in a loop over all rows would be counted as held, row by row.
  private struct Columns {
    let users: UnsafeBufferPointer<Int64>
    let items: UnsafeBufferPointer<Int64>
    let times: UnsafeBufferPointer<Int64>
    /// Empty where the log has no events.
    let events: UnsafeBufferPointer<Int32>

    @inline(__always)
    func hash(_ row: Int) -> UInt64 {
      // Odd constants (the digits of pi) and one shuffle: what it is for bears rows that are alike by chance.
      var value = UInt64(bitPattern: users[row]) &* 0x243F_6A88_85A3_08D3
      value = (value ^ value >> 29) &+ UInt64(bitPattern: items[row]) &* 0x1319_8A2E_0370_7345
      value = (value ^ value >> 31) &+ UInt64(bitPattern: times[row]) &* 0xA409_3822_299F_31D1
      if !events.isEmpty { value ^= UInt64(bitPattern: Int64(events[row])) &* 0x082E_FA98_EC4E_6C89 }
      value = (value ^ value >> 32) &* 0x4528_21E6_38D0_1377
      return value ^ value >> 29
    }

    func isSame(_ a: Int, _ b: Int) -> Bool {
      users[a] == users[b] && items[a] == items[b] && times[a] == times[b]
        && (events.isEmpty || events[a] == events[b])
    }
  }

  /// How many rows are spread at a time, which bounds the memory: 12 bytes a row.
  private static let most = 1 << 26
  /// About how many rows a bucket has.
  private static let bucketRows = 8_192

  /// Looks through `log`; without times there are none.
  init(_ log: ClickLog, threads: Threads) {
    guard let times = log.times, log.count > 1 else { return }
    var events: [Int32] = []
    if case .names(let codes, _)? = log.events { events = codes }
    let passes = (log.count + Self.most - 1) / Self.most
    log.users.withUnsafeBufferPointer { users in
      log.items.withUnsafeBufferPointer { items in
        times.withUnsafeBufferPointer { times in
          events.withUnsafeBufferPointer { events in
            let columns = Columns(users: users, items: items, times: times, events: events)
            for pass in 0..<passes { rows += Self.look(at: columns, pass, of: passes, threads) }
          }
        }
      }
    }
  }

  /// Looks at the rows whose hash belongs to a pass.
  private static func look(at columns: Columns, _ pass: Int, of passes: Int, _ threads: Threads) -> [Int32] {
    let total = columns.users.count
    let pieces = max(1, min(threads.count * 4, total / 65_536))
    let buckets = max(1, total / passes / bucketRows)
    // The high bits say which pass and bucket; the low ones tell rows of a bucket apart.
    func bucket(_ hash: UInt64) -> Int? {
      let place = Int((hash >> 32) % UInt64(passes * buckets))
      return place / buckets == pass ? place % buckets : nil
    }
    var counts = [Int](repeating: 0, count: pieces * buckets)
    counts.withUnsafeMutableBufferPointer { counts in
      threads.forEach(pieces) { own in
        for row in Threads.range(own, of: pieces, count: total) {
          if let bucket = bucket(columns.hash(row)) { counts[own * buckets + bucket] += 1 }
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
    var hashes = [UInt32](unsafeUninitializedCapacity: next) { $1 = next }
    var spread = [Int32](unsafeUninitializedCapacity: next) { $1 = next }
    hashes.withUnsafeMutableBufferPointer { hashes in
      spread.withUnsafeMutableBufferPointer { spread in
        counts.withUnsafeMutableBufferPointer { next in
          threads.forEach(pieces) { own in
            for row in Threads.range(own, of: pieces, count: total) {
              let hash = columns.hash(row)
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
        found[bucket] = repeats(among: starts[bucket]..<starts[bucket + 1], of: columns, hashes, spread)
      }
    }
    return found.flatMap { $0 }
  }

  /// The rows at `places` that are the same as one before them.
  private static func repeats(
    among places: Range<Int>,
    of columns: Columns,
    _ hashes: [UInt32],
    _ rows: [Int32]
  ) -> [Int32] {
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
        if hashes[other] == hashes[place], columns.isSame(Int(rows[other]), Int(rows[place])) {
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
