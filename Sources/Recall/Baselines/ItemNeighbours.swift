import Clicks
import Glibc
import Memory

/// The most similar items of every item, as a sparse matrix by rows.
struct ItemNeighbours: Sendable, Equatable {
  /// `offsets[i]..<offsets[i + 1]` is the range of the neighbours of the item with code `i + 1`, `[items + 1]`.
  private(set) var offsets = [0]
  /// Their codes, most similar first, ties by the lower code, `[neighbours]`.
  private(set) var codes: [Int32] = []
  /// The similarities, above 0, `[neighbours]`.
  private(set) var similarities: [Float] = []

  /// Compares all items that were clicked by the same user.
  ///
  ///     s(i, j) = Σ decay^(d − 1) · way / ln(1 + n)  /  (c_i · c_j)^alpha
  ///
  /// over the pairs of a click on `i` and a click on `j` of one user with `n` clicks, `d ≤ window` places apart;
  /// `way` is 1 where `j` comes later, `backward` where it comes first; `c` counts an item's clicks. Where clicks have
  /// weights a pair counts the product of both besides, and `c` sums their squares, so that 0.5 remains the cosine.
  ///
  /// Each row is summed in Float64 by one thread, click after click.
  /// - Parameters:
  ///   - history: whose clicks are compared.
  ///   - clicks: their items as codes of a vocabulary of `items` items, none 0.
  ///   - isCandidate: whether the item of a code is anyone's neighbour, `[items + 1]`.
  init(
    _ history: UserSequences,
    clicks: [Int32],
    items: Int,
    isCandidate: [Bool],
    _ options: ItemCFOptions,
    threads: Int
  ) {
    let pairs = ClickPairs(history, clicks: clicks, items: items, options)
    // More pieces than threads, so that a piece with popular items holds nobody up.
    let workers = max(1, threads)
    let pieces = min(max(items, 1), workers * 16)
    var parts = [Part](repeating: Part(), count: pieces)
    parts.withUnsafeMutableBufferPointer { parts in
      Threads(threads).forEach(workers) { worker in
        var sums = [Double](repeating: 0, count: items + 1)
        var best = BestItems(options.neighbours)
        for piece in stride(from: worker, to: pieces, by: workers) {
          for item in Threads.range(piece, of: pieces, count: items) {
            pairs.addRow(of: item, isCandidate, &sums, &best, to: &parts[piece])
          }
        }
      }
    }
    for part in parts {
      codes += part.codes
      similarities += part.similarities
      for count in part.counts { offsets.append((offsets.last ?? 0) + count) }
    }
  }
}

/// Some rows of the matrix.
private struct Part {
  var codes: [Int32] = []
  var similarities: [Float] = []
  var counts: [Int] = []
}

/// The clicks of all users by item, and what a pair of them counts.
private struct ClickPairs {
  let history: UserSequences
  let clicks: [Int32]
  /// `placeOffsets[i]..<placeOffsets[i + 1]` is the range of the clicks on the item with code `i + 1` in `places`.
  let placeOffsets: [Int]
  /// Places in `clicks`, item after item.
  let places: [Int32]
  /// The place of each click's user, `[clicks]`.
  let users: [Int32]
  /// What the pairs of a user count, `[users]`.
  let userWeights: [Double]
  /// `decay^(d − 1)` at `d`.
  let decays: [Double]
  /// `c^alpha` at each code.
  let norms: [Double]
  let window: Int
  let backward: Double

  init(_ history: UserSequences, clicks: [Int32], items: Int, _ options: ItemCFOptions) {
    self.history = history
    self.clicks = clicks
    var offsets = [Int](repeating: 0, count: items + 1)
    for code in clicks { offsets[Int(code)] += 1 }
    var sums = offsets.map(Double.init)
    if let weights = history.weights {
      sums = [Double](repeating: 0, count: sums.count)
      for (code, weight) in zip(clicks, weights) { sums[Int(code)] += Double(weight) * Double(weight) }
    }
    norms = sums.map { pow($0, options.alpha) }
    for item in 0..<items { offsets[item + 1] += offsets[item] }
    placeOffsets = offsets
    var places = [Int32](repeating: 0, count: clicks.count)
    var users = places
    for user in history.users.indices {
      for place in history.range(user) {
        let item = Int(clicks[place]) - 1
        places[offsets[item]] = Int32(place)
        offsets[item] += 1
        users[place] = Int32(user)
      }
    }
    self.places = places
    self.users = users
    let lengths = history.users.indices.map { history.range($0).count }
    userWeights = lengths.map { options.dampsLongHistories ? 1 / log(1 + Double($0)) : 1 }
    window = min(options.window, max(1, lengths.max() ?? 1))
    decays = (0...window).map { pow(options.decay, Double(max($0, 1) - 1)) }
    backward = options.backward
  }

  /// Adds the row of the item at place `item` of the vocabulary. `sums` holds zeros, before and after.
  func addRow(
    of item: Int,
    _ isCandidate: [Bool],
    _ sums: inout [Double],
    _ best: inout BestItems,
    to part: inout Part
  ) {
    var touched: [Int32] = []
    for place in places[placeOffsets[item]..<placeOffsets[item + 1]] {
      addPairs(of: Int(place), &sums, &touched)
    }
    for code in touched {
      if isCandidate[Int(code)] {
        best.offer(code, Float(sums[Int(code)] / (norms[item + 1] * norms[Int(code)])))
      }
      sums[Int(code)] = 0
    }
    let row = best.drain()
    part.counts.append(row.count)
    for entry in row {
      part.codes.append(entry.code)
      part.similarities.append(entry.score)
    }
  }

  private func addPairs(of place: Int, _ sums: inout [Double], _ touched: inout [Int32]) {
    let user = Int(users[place])
    let range = history.range(user)
    for other in max(range.lowerBound, place - window)..<min(range.upperBound, place + window + 1)
    where clicks[other] != clicks[place] {
      let way = other > place ? decays[other - place] : backward * decays[place - other]
      var weight = userWeights[user] * way
      if let weights = history.weights { weight *= Double(weights[place]) * Double(weights[other]) }
      // A weight of 0 would list an item again and again.
      guard weight > 0 else { continue }
      let code = Int(clicks[other])
      if sums[code] == 0 { touched.append(clicks[other]) }
      sums[code] += weight
    }
  }
}
