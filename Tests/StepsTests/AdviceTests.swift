import Numerics
import Testing

@testable import Clicks
@testable import Recall
@testable import Steps

@Suite("What a report advises")
struct AdviceTests {
  private func reports(_ losses: [Double]) -> [EpochReport] {
    losses.enumerated().map {
      EpochReport(
        epoch: $0.offset + 1,
        meanLoss: $0.element,
        chanceLoss: 6.24,
        learningRate: 0.1,
        hardNegatives: 0
      )
    }
  }

  @Test(
    "vectors that are zero or the same, and a loss that fell and rose, want a smaller step; a loss that never fell a larger"
  )
  func failures() {
    let spread = Matrix(rows: 2, columns: 2, values: [1, 0, 0, 1])
    let same = Matrix(rows: 3, columns: 2, values: [0.3, 0.2, 0.3, 0.2, 0.3, 0.2])
    let zero = Matrix(rows: 3, columns: 2)
    func failure(_ losses: [Double], _ items: Matrix) -> TrainingFailure? {
      TrainingFailure(reports(losses), some: items, all: items)
    }
    #expect(failure([6.2, 4.1], zero) == nil)
    #expect(failure([6.24, 6.24], spread) == .stalled)
    #expect(failure([6.24, 4.5, 6.2], spread) == .diverged)
    #expect(failure([6.24, 6.24], same) == .sameVectors)
    #expect(failure([4, 6.24], zero) == .zeroVectors)
    // Some may be the same where all are not: a model may know only few items.
    #expect(TrainingFailure(reports([6.24, 6.24]), some: same, all: spread) == .stalled)
    #expect(TrainingFailure(reports([6.24, 6.24]), some: zero, all: same) == .sameVectors)
    let last = reports([6.24])[0]
    for failure in [TrainingFailure.zeroVectors, .sameVectors, .diverged] {
      let words = failure.words(last, .softmax)
      #expect(words.contains("smaller learning rate") && !words.contains("larger"))
    }
    #expect(TrainingFailure.stalled.words(last, .softmax).contains("Its loss, 6.240, is where guessing"))
    let worse = TrainingFailure.zeroVectors.words(reports([12.54])[0], .softmax)
    #expect(worse.contains("Its loss, 12.540, is worse than guessing among a batch's items would be: 6.240."))
    #expect(TrainingFailure.stalled.words(last, .softmax).contains("A larger learning rate or more epochs"))
  }

  /// A split of each user's last click.
  private func split(_ clicks: [(user: Int64, time: Int64)]) throws -> SplitData {
    let log = ClickLog(
      users: clicks.map(\.user),
      items: clicks.indices.map { Int64($0 % 7) },
      times: clicks.map(\.time)
    )
    return try ClickSplitter.split(log, SplitOptions())
  }

  @Test(
    "the time split that is offered tests as many users as it says, and as near as can be as many as are tested now"
  )
  func timeSplit() throws {
    // 100 users with ten clicks each, one an hour; and of 900 more all clicks lie in the last minutes.
    var clicks: [(user: Int64, time: Int64)] = []
    for turn in 0..<10 { for user in 0..<100 { clicks.append((Int64(user), Int64(turn * 3600 + user))) } }
    for user in 100..<1000 {
      for turn in 0..<4 { clicks.append((Int64(user), Int64(35_000 + user * 2 + turn * 400))) }
    }
    clicks.sort { $0.time < $1.time }
    let data = try split(clicks)
    let offer = try #require(TimeSplitOffer(data))
    var options = SplitOptions()
    options.strategy = .time(.share(offer.share))
    let log = ClickLog(
      users: clicks.map(\.user),
      items: clicks.indices.map { Int64($0 % 7) },
      times: clicks.map(\.time)
    )
    #expect(try ClickSplitter.split(log, options).heldOut.users.count == offer.users)
    // The smallest share to two decimals that tests four in five of the most that any does.
    let counts = try (1...90).map { hundredths in
      options.strategy = .time(.share(Double(hundredths) / 100))
      return try ClickSplitter.split(log, options).heldOut.users.count
    }
    let most = try #require(counts.max())
    #expect(most < data.heldOut.users.count)
    #expect(counts.first { 5 * $0 >= 4 * most } == offer.users)
    #expect(counts.firstIndex { 5 * $0 >= 4 * most } == Int((100 * offer.share).rounded()) - 1)
    #expect(offer.users > 300)
    let timeless = ClickLog(users: [1, 1, 2, 2], items: [1, 2, 1, 2], times: nil)
    #expect(TimeSplitOffer(try ClickSplitter.split(timeless, SplitOptions())) == nil)
  }
}
