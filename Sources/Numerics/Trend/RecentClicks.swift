import Glibc

/// Clicks in the order of time, of which those in windows that end at a moment can be counted.
package struct RecentClicks: Sendable {
  /// When each click was made, ascending, `[clicks]`, in any unit.
  package private(set) var times: [Int64]
  /// What was clicked, as codes from 0, `[clicks]`.
  package private(set) var codes: [Int32]
  /// How long each window is, ascending and above 0, in the unit of the times.
  package let windows: [Int64]

  /// So many further clicks are put in their places one by one; more are sorted in.
  private static let fewClicks = 64

  /// Takes clicks in any order.
  /// - Parameter windows: their lengths in the unit of the times, above 0 and ascending.
  package init(times: [Int64], codes: [Int32], windows: [Int64]) {
    precondition(times.count == codes.count, "one code a click")
    precondition(
      windows.allSatisfy { $0 > 0 } && zip(windows, windows.dropFirst()).allSatisfy(<),
      "windows ascend from above 0"
    )
    (self.times, self.codes, self.windows) = (times, codes, windows)
    sort()
  }

  /// The lengths of windows of so many hours, in ticks of which `ticksPerSecond` make a second.
  package static func windows(hours: [Double], ticksPerSecond: Int64) -> [Int64] {
    hours.map { max(1, Int64(exactly: ($0 * 3600 * Double(ticksPerSecond)).rounded()) ?? .max) }
  }

  /// Takes further clicks, in any order.
  package mutating func add(_ further: [(code: Int32, time: Int64)]) {
    guard further.count <= Self.fewClicks else {
      times += further.map(\.time)
      codes += further.map(\.code)
      return sort()
    }
    for (code, time) in further {
      let place = (times.last ?? .min) <= time ? times.count : firstPlace(notBefore: time)
      times.insert(time, at: place)
      codes.insert(code, at: place)
    }
  }

  /// The place of the first click at `time` or later.
  func firstPlace(notBefore time: Int64) -> Int {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func sort() {
    guard !zip(times, times.dropFirst()).allSatisfy(<=) else { return }
    let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
    (times, codes) = (order.map { times[$0] }, order.map { codes[$0] })
  }
}

/// How often each code was clicked in the windows before one moment; its memory serves for one moment after another.
package struct RecentCounts: Sendable {
  /// The codes that were clicked in the longest window, each once.
  package private(set) var codes: [Int32] = []
  /// How many windows there are.
  package private(set) var windows = 0
  /// The clicks of each of ``codes`` in each window, `[codes, windows]`.
  private var counts: [Int32] = []
  /// Where each code stands in ``codes``, or -1.
  private var places: [Int32]

  /// log(1 + n) of the counts that are usual.
  private static let logs = (0..<4_096).map { Float(log1p(Double($0))) }

  /// Makes room for codes below `vocabulary`.
  package init(vocabulary: Int) { places = [Int32](repeating: -1, count: vocabulary) }

  /// Counts the clicks of `clicks` from a window's length before `moment` on, and before `moment`; codes without room have no
  /// count.
  package mutating func count(_ clicks: RecentClicks, before moment: Int64) {
    for code in codes { places[Int(code)] = -1 }
    codes.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    windows = clicks.windows.count
    var end = clicks.firstPlace(notBefore: moment)
    for (window, length) in clicks.windows.enumerated() {
      let first = moment.subtractingReportingOverflow(length)
      let start = first.overflow ? 0 : min(end, clicks.firstPlace(notBefore: first.partialValue))
      clicks.codes.withUnsafeBufferPointer {
        count(UnsafeBufferPointer(rebasing: $0[start..<end]), in: window)
      }
      end = start
    }
    // What is in a window is in all longer ones.
    guard windows > 1 else { return }
    for place in codes.indices {
      for window in 1..<windows { counts[place * windows + window] += counts[place * windows + window - 1] }
    }
  }

  private mutating func count(_ clicked: UnsafeBufferPointer<Int32>, in window: Int) {
    // Of their own, since the loop has all three of them at once.
    let width = windows
    var (codes, counts) = ([Int32](), [Int32]())
    swap(&codes, &self.codes)
    swap(&counts, &self.counts)
    places.withUnsafeMutableBufferPointer { places in
      for code in clicked where Int(code) < places.count {
        var place = Int(places[Int(code)])
        if place < 0 {
          place = codes.count
          places[Int(code)] = Int32(place)
          codes.append(code)
          for _ in 0..<width { counts.append(0) }
        }
        counts[place * width + window] += 1
      }
    }
    swap(&codes, &self.codes)
    swap(&counts, &self.counts)
  }

  /// The place of `code` in ``codes``; nil where it has no click.
  package func place(of code: Int32) -> Int? {
    guard Int(code) < places.count, places[Int(code)] >= 0 else { return nil }
    return Int(places[Int(code)])
  }

  /// The clicks of the code at `place` in a window.
  package func count(_ place: Int, in window: Int) -> Int { Int(counts[place * windows + window]) }

  /// log(1 + n) of these.
  package func logarithm(_ place: Int, in window: Int) -> Float {
    let count = count(place, in: window)
    return count < Self.logs.count ? Self.logs[count] : Float(log1p(Double(count)))
  }
}
