import ClickFixtures
import Memory
import Tables
import TestSupport
import Testing

@testable import Clicks

@Suite("Properties of splits and of encoding")
struct SplitPropertyTests {
  /// A click as it stands in the log.
  private struct Click: Hashable {
    var user: Int64
    var item: Int64
    var time: Int64
    var row: Int32
    /// The order within a user: time, then the file's.
    var place: (Int64, Int32) { (time, row) }
  }

  private func log(_ draw: inout SplitMix) -> ClickLog {
    let count = 1 + draw.below(60)
    let (users, items, span) = (1 + draw.below(9), 1 + draw.below(12), 1 + draw.below(40))
    let isTimed = draw.below(5) > 0
    return ClickLog(
      users: (0..<count).map { _ in Int64(draw.below(users)) * 3 - 4 },
      items: (0..<count).map { _ in Int64(draw.below(items)) + 100 },
      times: isTimed ? (0..<count).map { _ in Int64(draw.below(span)) - 5 } : nil
    )
  }

  private func clicks(_ log: ClickLog) -> [Click] {
    log.users.indices.map {
      Click(user: log.users[$0], item: log.items[$0], time: log.times?[$0] ?? 0, row: Int32($0))
    }
  }

  private func clicks(_ part: UserSequences?) -> [Click] {
    guard let part else { return [] }
    return part.users.indices.flatMap { user in
      part.range(user).map {
        Click(user: part.users[user], item: part.items[$0], time: part.times?[$0] ?? 0, row: part.rows[$0])
      }
    }
  }

  private func strategy(_ draw: inout SplitMix, isTimed: Bool) -> SplitStrategy {
    let share = [0.1, 0.25, 0.5, 0.9][draw.below(4)]
    switch draw.below(isTimed ? 8 : 6) {
    case 0: return .lastClick
    case 1: return .leaveLast(1 + draw.below(3))
    case 2: return .ratio(share)
    case 3: return .random(share)
    case 4: return .items(share)
    case 5: return .nothing
    case 6: return .time(.timestamp(Int64(draw.below(40)) - 5))
    default: return .time(.share(share))
    }
  }

  /// What stays of the clicks when users and items must have so many, taken away by turns until nothing goes.
  private func core(_ clicks: [Click], users: Int, items: Int) -> [Click] {
    var rest = clicks
    while true {
      let (byUser, byItem) = (Dictionary(grouping: rest, by: \.user), Dictionary(grouping: rest, by: \.item))
      let next = rest.filter {
        (byUser[$0.user]?.count ?? 0) >= users && (byItem[$0.item]?.count ?? 0) >= items
      }
      if next.count == rest.count { return rest }
      rest = next
    }
  }

  private func withoutRepeats(_ clicks: [Click], _ rule: Deduplication) -> [Click] {
    Dictionary(grouping: clicks, by: \.user).values.flatMap { own in
      var kept: [Click] = []
      var last: Int64?
      for click in own.sorted(by: { $0.place < $1.place }) {
        let isRepeated = rule == .consecutive ? click.item == last : kept.contains { $0.item == click.item }
        if rule == .none || !isRepeated { kept.append(click) }
        last = click.item
      }
      return kept
    }
  }

  @Test(
    "no click is in two parts or made up; parts of a user stand in their order; counts are those of dictionaries"
  )
  func invariants() throws {
    var tried = 0
    for number in 0..<PropertyCases.count {
      var draw = SplitMix(seed: number, stream: 921)
      let log = log(&draw)
      var options = SplitOptions()
      options.strategy = strategy(&draw, isTimed: log.times != nil)
      options.deduplication = Deduplication.allCases[draw.below(3)]
      (options.minUserClicks, options.minItemClicks) = (draw.below(4), draw.below(4))
      options.seed = number
      if draw.below(4) == 0 { options.sampleUsers = 1 + draw.below(6) }
      if draw.below(4) == 0 { options.testUsers = 1 + draw.below(6) }
      let all = clicks(log)
      let kept = core(
        withoutRepeats(all, options.deduplication),
        users: options.minUserClicks,
        items: options.minItemClicks
      )
      var data: SplitData
      do { data = try ClickSplitter.split(log, options) } catch let error as DataError {
        // Nothing to learn from, or nothing to test on.
        #expect(kept.isEmpty || "\(error)".contains("noth") || "\(error)".contains("no "), "\(error)")
        continue
      }
      tried += 1
      let holdsOut = draw.below(3)
      if holdsOut == 1 { data.holdOutNewestForValidation() }
      if holdsOut == 2 { data.holdOutNewestForValidation(share: 0.5, seed: number) }
      check(data, kept, options, Comment(rawValue: "case \(number) \(options.strategy)"))
      if holdsOut == 1 {
        // The validation click of who is not tested is learned from.
        #expect(data.validation?.users.allSatisfy { data.heldOut.place(of: $0) != nil } ?? true)
      }
    }
    #expect(tried > PropertyCases.count / 3)
  }

  private func check(_ data: SplitData, _ kept: [Click], _ options: SplitOptions, _ place: Comment) {
    let (history, heldOut, validation) = (clicks(data.history), clicks(data.heldOut), clicks(data.validation))
    let parts = history + heldOut + validation + clicks(data.afterValidation)
    #expect(Set(parts).count == parts.count, place)
    #expect(Set(parts).isSubset(of: Set(kept)), place)
    #expect(data.history.users == data.history.users.sorted(), place)
    let request = clicks(data.requestHistory)
    #expect(Set(request) == Set(history + validation), place)
    for part in [history, heldOut, validation, request] {
      for (a, b) in zip(part, part.dropFirst()) where a.user == b.user { #expect(a.place < b.place, place) }
    }
    if case .time(let cutoff) = options.strategy, let moment = data.facts.cutoff {
      if case .timestamp(let time) = cutoff { #expect(moment == time, place) }
      #expect((history + validation).allSatisfy { $0.time < moment }, place)
      #expect(heldOut.allSatisfy { $0.time >= moment }, place)
    }
    if case .items = options.strategy {
      #expect(Set(heldOut.map(\.item)).isDisjoint(with: (history + validation).map(\.item)), place)
    }
    let own = Dictionary(grouping: kept, by: \.user).mapValues { $0.sorted { $0.place < $1.place } }
    for (user, clicks) in own where data.history.place(of: user) != nil {
      let tested = heldOut.filter { $0.user == user }
      let before = (history + validation).filter { $0.user == user }.sorted { $0.place < $1.place }
      let expected: Int? =
        switch options.strategy {
        case .lastClick: 1
        case .leaveLast(let count): min(count, clicks.count)
        case .ratio(let share): max(1, Int((share * Double(clicks.count) + 1e-9).rounded(.down)))
        case .nothing: 0
        default: nil
        }
      if let expected {
        // Who is not drawn to be tested keeps all clicks.
        let isTested = options.testUsers == nil || !tested.isEmpty
        #expect(before == Array(clicks.dropLast(isTested ? expected : 0)), place)
        #expect(tested.isEmpty || tested == Array(clicks.suffix(expected)), place)
      }
      let chosen = validation.filter { $0.user == user }
      #expect(chosen.count <= 1, place)
      if let click = chosen.first {
        #expect(history.allSatisfy { $0.user != user || $0.place < click.place }, place)
      }
    }
  }

  @Test("every click of a log is in one part or counted as left out, whatever leaves it out")
  func accounted() throws {
    var tried = 0
    for number in 0..<PropertyCases.count {
      var draw = SplitMix(seed: number, stream: 923)
      let isWeighed = draw.below(2) == 0
      let hasEvents = draw.below(2) == 0
      func drawn() -> ClickLog {
        var log = self.log(&draw)
        if isWeighed { log.weights = log.users.map { _ in Float(draw.below(3)) } }
        if hasEvents {
          log.events = .names(codes: log.users.map { _ in Int32(draw.below(2)) }, names: ["buy", "view"])
        }
        return log
      }
      let (log, second) = (drawn(), drawn())
      var options = SplitOptions()
      options.strategy = strategy(&draw, isTimed: log.times != nil)
      options.targets = hasEvents ? ["buy"] : []
      options.deduplication = Deduplication.allCases[draw.below(3)]
      options.filters = draw.below(2) == 0 ? [RowFilter(.item, .atMost(.integer(107)))] : []
      (options.minUserClicks, options.minItemClicks) = (draw.below(3), draw.below(3))
      options.seed = number
      if draw.below(3) == 0 { options.maxUserClicks = 4 + draw.below(10) }
      if draw.below(3) == 0 { options.sampleUsers = 1 + draw.below(6) }
      if draw.below(3) == 0 { options.testUsers = 1 + draw.below(3) }
      var notes = SplitNotes()
      var data: SplitData
      do {
        data =
          draw.below(5) == 0
          ? try ClickSplitter.files(train: log, test: second, options, &notes)
          : try ClickSplitter.split(log, options, &notes)
        let isTarget = try log.canBeHeldOut(options.targets)
        switch draw.below(5) {
        case 1: data.holdOutNewestForValidation(of: isTarget)
        case 2: data.holdOutNewestForValidation(share: 0.5, seed: number, of: isTarget)
        case 3: data.holdOutRandomForValidation(share: 0.3, seed: number, of: isTarget)
        case 4: try data.holdOutItemsForValidation(share: 0.3, seed: number, of: isTarget)
        default: break
        }
      } catch is DataError { continue }
      tried += 1
      let place = Comment(rawValue: "case \(number) \(options.strategy)")
      let parts = [data.history, data.heldOut, data.validation, data.afterValidation].compactMap { $0 }
      let facts = data.facts
      let left = [
        facts.filteredClicks, notes.repeatedClicks, notes.busyUserClicks, facts.coreClicks,
        facts.clicksWithoutHistory, notes.otherEventClicks, notes.unsampledClicks, notes.untestedClicks,
      ]
      #expect(parts.reduce(0) { $0 + $1.clickCount } + left.reduce(0, +) == facts.clicks, place)
      for part in [data.heldOut, data.validation].compactMap({ $0 }) {
        #expect(part.weights?.allSatisfy { $0 > 0 } ?? true, place)
      }
    }
    #expect(tried > PropertyCases.count / 4)
  }

  @Test("codes of random clicks are decoded to them, and every sample shows the clicks before its target")
  func encoding() throws {
    for number in 0..<PropertyCases.count {
      var draw = SplitMix(seed: number, stream: 922)
      let spread: Int64 = draw.below(2) == 0 ? 1 : 1 << 40
      let table = Array(Set((0...draw.below(15)).map { _ in (Int64(draw.below(20)) - 8) * spread })).sorted()
      let histories = (0...draw.below(5)).map { _ in
        (0...draw.below(9)).map { _ in (Int64(draw.below(24)) - 10) * spread }
      }
      var options = EncodingOptions()
      (options.maxSeqLen, options.minHistory) = (1 + draw.below(6), draw.below(4))
      let catalogue = Catalogue(ItemTable(items: table, categories: table.map { $0 % 3 }))
      let encoded = try EncodedClicks(
        UserSequences(histories),
        catalogue,
        options,
        threads: 1 + draw.below(2)
      )
      let place = Comment(rawValue: "case \(number)")
      let decoded = encoded.history.map { catalogue.itemVocabulary.key(of: $0) }
      let known = Set(table)
      #expect(decoded == histories.flatMap { $0 }.map { known.contains($0) ? $0 : nil }, place)
      var expected: [(target: Int64?, window: [Int64?])] = []
      for own in histories {
        for target in own.indices where target > 0 || options.minHistory == 0 {
          let window = own[..<target].suffix(options.maxSeqLen).map {
            known.contains($0) ? Optional($0) : nil
          }
          // A window shows no more than that, so that more is never there to be asked for.
          guard window.count >= options.minHistory else { continue }
          let padding = [Int64?](repeating: nil, count: options.maxSeqLen - window.count)
          expected.append((known.contains(own[target]) ? own[target] : nil, padding + window))
        }
      }
      let rows = encoded.paddedHistory(0..<encoded.samples.count).map { catalogue.itemVocabulary.key(of: $0) }
      #expect(
        encoded.samples.items.map { catalogue.itemVocabulary.key(of: $0) } == expected.map(\.target),
        place
      )
      #expect(rows == expected.flatMap(\.window), place)
    }
  }
}
