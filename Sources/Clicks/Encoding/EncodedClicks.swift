import Tables
import Memory

/// Histories as codes, and the next-item samples in them.
///
/// Nothing is stored per sample and history position: a sample's history is a range of `history`.
package struct EncodedClicks: Sendable, Equatable {
  /// The users with a history; `userVocabulary.keys` is the split's list of users.
  package var userVocabulary: Vocabulary
  /// `offsets[u]..<offsets[u + 1]` is the range of user `u` (code `u + 1`) in `history`, `[users + 1]`.
  package var offsets: [Int]
  /// The item codes of all clicks to learn from, user after user, `[clicks]`; 0 for items not in the table.
  package var history: [Int32]
  /// The samples, user after user, each user's by time.
  package var samples: Samples
  /// How many clicks one history shows at most.
  package var maxSeqLen: Int
  /// Which clicks of a user a sample sees; where it is the others, `samples` say where the targets stand, and all other
  /// clicks of the user are to be drawn from.
  package var kind = HistoryKind.before
  /// How many clicks of `history` are on items that the table does not have.
  package var unknownClicks: Int
  /// What each click counts as a target, 0 or more, `[clicks]`; empty where all count 1.
  package var clickWeights: [Float] = []

  /// Next-item samples as columns, one element a sample.
  package struct Samples: Sendable, Equatable {
    /// The user's code.
    package var users: [Int32]
    /// Where the sample's history begins in `history`.
    package var starts: [Int32]
    /// Where it ends, which is where its target stands.
    package var ends: [Int32]
    /// The target's item code.
    package var items: [Int32]
    /// The code of the target's category.
    package var categories: [Int32]

    /// No samples.
    package init() {
      users = []
      starts = []
      ends = []
      items = []
      categories = []
    }

    /// The range of `history` that sample `sample` has before its target.
    package func history(_ sample: Int) -> Range<Int> { Int(starts[sample])..<Int(ends[sample]) }

    /// The number of samples.
    package var count: Int { users.count }

    /// How many users have a sample.
    package var userCount: Int {
      var count = 0
      for (place, user) in users.enumerated() where place == 0 || users[place - 1] != user { count += 1 }
      return count
    }
  }

  /// Encodes the clicks of `split` with the codes of `catalogue` and cuts the samples.
  ///
  /// The notebook's sliding windows: of a user's clicks every one but the first (with `minHistory` 0 the first
  /// too) is a target, thinned out where there are more than `maxSamplesPerUser`; those with less than
  /// `minHistory` clicks before them go afterwards. The result depends on `options.seed` only where thinned.
  /// - Parameter isTarget: whether each click may be a target, `[clicks]`; nil for all. What counts 0 is none in any case;
  ///   histories show all clicks.
  /// - Throws: `DataError` where an option is out of range.
  package init(
    _ clicks: UserSequences,
    _ catalogue: Catalogue,
    _ options: EncodingOptions,
    isTarget: [Bool]? = nil,
    threads: Int = 1
  ) throws {
    guard options.maxSeqLen >= 1 else {
      throw DataError("expected max_seq_len of at least 1, got \(options.maxSeqLen)")
    }
    guard options.minHistory >= 0 else {
      throw DataError("expected min_history of at least 0, got \(options.minHistory)")
    }
    guard options.maxSamplesPerUser >= 1 else {
      throw DataError("expected max_samples_per_user of at least 1, got \(options.maxSamplesPerUser)")
    }
    userVocabulary = Vocabulary(sortedKeys: clicks.users)
    offsets = clicks.offsets
    history = catalogue.itemVocabulary.codes(of: clicks.items, threads: threads)
    unknownClicks = history.count { $0 == 0 }
    maxSeqLen = options.maxSeqLen
    kind = options.history
    samples = Samples()
    clickWeights = clicks.weights ?? []
    var isTarget = isTarget
    if clickWeights.contains(0) {
      isTarget = clickWeights.indices.map { clickWeights[$0] > 0 && isTarget?[$0] ?? true }
    }
    cutSamples(catalogue, options, isTarget, threads: threads)
  }

  /// The histories of the samples in `range` as rows of codes padded with 0 on the left,
  /// `[range.count, maxSeqLen]`.
  package func paddedHistory(_ range: Range<Int>) -> [Int32] {
    var rows = [Int32](repeating: 0, count: range.count * maxSeqLen)
    for (row, sample) in range.enumerated() {
      copy(samples.history(sample), toRow: row, of: &rows)
    }
    return rows
  }

  /// The range of `history` that a request of the user with code `user` sees: their last `maxSeqLen` clicks.
  package func requestHistory(ofUser user: Int32) -> Range<Int> {
    let end = offsets[Int(user)]
    return max(offsets[Int(user) - 1], end - maxSeqLen)..<end
  }

  /// The last clicks of the users with the codes `users` as rows padded on the left,
  /// `[users.count, maxSeqLen]`.
  package func paddedRequests(ofUsers users: [Int32]) -> [Int32] {
    var rows = [Int32](repeating: 0, count: users.count * maxSeqLen)
    for (row, user) in users.enumerated() { copy(requestHistory(ofUser: user), toRow: row, of: &rows) }
    return rows
  }

  private func copy(_ clicks: Range<Int>, toRow row: Int, of rows: inout [Int32]) {
    let end = (row + 1) * maxSeqLen
    rows.replaceSubrange(end - clicks.count..<end, with: history[clicks])
  }

  /// The targets first, which follow from one generator after another; then the rest of each sample on its own.
  private mutating func cutSamples(
    _ catalogue: Catalogue,
    _ options: EncodingOptions,
    _ isTarget: [Bool]?,
    threads: Int
  ) {
    let (users, ends) = kept(isTarget.map { targets(options, among: $0) } ?? targets(options), options)
    var starts = [Int32](repeating: 0, count: ends.count)
    var items = [Int32](repeating: 0, count: ends.count)
    var categories = items
    let pieces = max(1, min(threads * 4, ends.count / 65_536))
    starts.withUnsafeMutableBufferPointer { starts in
      items.withUnsafeMutableBufferPointer { items in
        categories.withUnsafeMutableBufferPointer { categories in
          Threads(threads).forEachRange(of: ends.count, pieces: pieces) { range in
            for sample in range {
              let end = Int(ends[sample])
              starts[sample] = Int32(max(offsets[Int(users[sample]) - 1], end - maxSeqLen))
              items[sample] = history[end]
              categories[sample] = catalogue.categoryOfItem[Int(history[end])]
            }
          }
        }
      }
    }
    samples.users = users
    samples.starts = starts
    samples.ends = ends
    samples.items = items
    samples.categories = categories
  }

  /// The user code of every sample and where in `history` its target stands.
  private func targets(_ options: EncodingOptions) -> (users: [Int32], ends: [Int32]) {
    if kind == .others { return targets(options, among: [Bool](repeating: true, count: history.count)) }
    var generator = NumpyGenerator(seed: options.seed)
    // A window is no longer than `maxSeqLen`, so that more than that is never there to be asked for.
    let isPossible = options.minHistory <= maxSeqLen
    let firstTarget = options.minHistory == 0 ? 0 : 1
    let most = targetBound(options, firstTarget)
    var users: [Int32] = []
    var ends: [Int32] = []
    users.reserveCapacity(most)
    ends.reserveCapacity(most)
    for user in 0..<(offsets.count - 1) {
      let start = offsets[user]
      let clicks = offsets[user + 1] - start
      // The notebook passes over such users before it draws, and over short histories after it.
      guard clicks >= options.minHistory + 1, isPossible else { continue }
      let code = Int32(user + 1)
      let positions = clicks - firstTarget
      if positions <= options.maxSamplesPerUser {
        for position in max(firstTarget, options.minHistory)..<clicks {
          users.append(code)
          ends.append(Int32(start + position))
        }
        continue
      }
      let tail = min(positions, 3 * options.maxSamplesPerUser)
      for place in generator.choice(tail, size: options.maxSamplesPerUser).sorted() {
        let position = clicks - tail + place
        guard position >= options.minHistory else { continue }
        users.append(code)
        ends.append(Int32(start + position))
      }
    }
    return (users, ends)
  }

  /// The same where only some clicks may be targets: users are thinned out by a draw from the newest of these. Where all
  /// may be, it is the same draw.
  private func targets(_ options: EncodingOptions, among isTarget: [Bool]) -> (users: [Int32], ends: [Int32])
  {
    var generator = NumpyGenerator(seed: options.seed)
    var (users, ends): ([Int32], [Int32]) = ([], [])
    guard options.minHistory <= maxSeqLen else { return (users, ends) }
    let isOrdered = kind == .before
    let firstTarget = options.minHistory == 0 || !isOrdered ? 0 : 1
    for user in 0..<(offsets.count - 1) {
      let (start, end) = (offsets[user], offsets[user + 1])
      guard end - start >= options.minHistory + 1 else { continue }
      var chosen = (start + firstTarget..<end).filter { isTarget[$0] }
      if chosen.count > options.maxSamplesPerUser {
        let newest = isOrdered ? chosen.suffix(3 * options.maxSamplesPerUser) : chosen[...]
        chosen = generator.choice(newest.count, size: options.maxSamplesPerUser).sorted()
          .map { newest[newest.startIndex + $0] }
      }
      for place in chosen where !isOrdered || place - start >= options.minHistory {
        users.append(Int32(user + 1))
        ends.append(Int32(place))
      }
    }
    return (users, ends)
  }

  /// The targets that are left when those go that the options do not want.
  private func kept(_ targets: (users: [Int32], ends: [Int32]), _ options: EncodingOptions)
    -> (users: [Int32], ends: [Int32])
  {
    guard options.dropsRepeatedTargets || options.dropsUnknownTargets else { return targets }
    var (users, ends): ([Int32], [Int32]) = ([], [])
    for (user, end) in zip(targets.users, targets.ends) {
      let place = Int(end)
      let target = history[place]
      if target == 0 && options.dropsUnknownTargets { continue }
      if options.dropsRepeatedTargets && target != 0 && isRepeated(place, of: user) { continue }
      users.append(user)
      ends.append(end)
    }
    return (users, ends)
  }

  /// Whether the target at `place` is among the clicks that are seen with it.
  private func isRepeated(_ place: Int, of user: Int32) -> Bool {
    let start = offsets[Int(user) - 1]
    let before = history[(kind == .before ? max(start, place - maxSeqLen) : start)..<place]
    if before.contains(history[place]) { return true }
    return kind == .others && history[(place + 1)..<offsets[Int(user)]].contains(history[place])
  }

  /// The clicks of the longest history.
  package var longestHistory: Int { zip(offsets.dropFirst(), offsets).map { $0 - $1 }.max() ?? 0 }

  /// At least as many targets as there are.
  private func targetBound(_ options: EncodingOptions, _ firstTarget: Int) -> Int {
    (0..<(offsets.count - 1)).reduce(0) { count, user in
      count + max(0, min(options.maxSamplesPerUser, offsets[user + 1] - offsets[user] - firstTarget))
    }
  }
}

extension EncodedClicks {
  /// Puts encoded clicks together again from their parts.
  package init(
    userVocabulary: Vocabulary,
    offsets: [Int],
    history: [Int32],
    samples: Samples,
    maxSeqLen: Int,
    unknownClicks: Int,
    clickWeights: [Float] = [],
    kind: HistoryKind = .before
  ) {
    self.kind = kind
    self.userVocabulary = userVocabulary
    self.offsets = offsets
    self.history = history
    self.samples = samples
    self.maxSeqLen = maxSeqLen
    self.unknownClicks = unknownClicks
    self.clickWeights = clickWeights
  }
}
