import Notebook
import Testing

@testable import Sweep

@Suite("Racing")
struct RacingPrunerTests {
  /// The values of users after epochs, by trial.
  private typealias Table = [Int: [Int: UnitValues]]

  private static func pruner(
    _ table: Table,
    minIter: Int = 1,
    maxIter: Int = 9,
    error: Double = 0.05,
    aim: Goal = Build.up
  ) -> RacingPruner {
    RacingPruner(minIter: minIter, maxIter: maxIter, error: error, aim: aim) { table[$0.number]?[$1] }
  }

  private static func units(_ values: [Double]) -> UnitValues {
    UnitValues(ids: values.indices.map(Int64.init), values: values)
  }

  private static func trial(_ number: Int, _ state: TrialState, _ table: Table, result: Double? = nil)
    -> Trial
  {
    var trial = Build.walk(number, state, (table[number] ?? [:]).mapValues(\.mean))
    trial.values = result.map { [$0] }
    return trial
  }

  /// A trial with (7u mod 11) / 20 for each of 40 users.
  private static let mine = units((0..<40).map { Double($0 * 7 % 11) / 20 })
  /// Another with (5u mod 13) / 20 and more.
  private static func theirs(_ gap: Double) -> UnitValues {
    units((0..<40).map { Double($0 * 5 % 13) / 20 + gap })
  }

  private static func isStopped(gap: Double, settings: Int = 1, epoch: Int = 2, error: Double = 0.05) -> Bool
  {
    var table: Table = [99: [epoch: mine]]
    for number in 0..<settings { table[number] = [epoch: theirs(number == 0 ? gap : -1)] }
    let history = (0..<settings).map {
      trial($0, .complete, table, result: 0.9 - Double($0) / 100)
    }
    let pruner = pruner(table, error: error)
    return pruner.verdict(on: trial(99, .running, table), among: history, goal: Build.up).isPrune
  }

  /// From where on the lower end lies above 0, by NumPy, the quantile by Simpson's rule over the density:
  /// `t.ppf(1 - error / (8 * settings), 39) * d.std(ddof=1) / 40 ** .5 - d.mean()`.
  @Test(
    "a trial is stopped where its share of the error says so: 8 looks, times the settings the best is of",
    arguments: [
      (1, 0.05, 0.055765207519899954), (3, 0.05, 0.07131364589018062), (20, 0.05, 0.09605545902615546),
      (1, 0.2, 0.033964679165760625),
    ]
  )
  func level(settings: Int, error: Double, gap: Double) {
    #expect(!Self.isStopped(gap: gap - 1e-6, settings: settings, error: error))
    #expect(Self.isStopped(gap: gap + 1e-6, settings: settings, error: error))
  }

  @Test("the reason names the numbers that were compared")
  func reason() {
    let table: Table = [4: [2: Self.theirs(0.5)], 9: [2: Self.mine]]
    let verdict = Self.pruner(table).verdict(
      on: Self.trial(9, .running, table),
      among: [Self.trial(4, .complete, table, result: 0.9)],
      goal: Build.up
    )
    #expect(
      verdict
        == .prune(
          reason:
            "at epoch 2 score of 0.2525 is worse than 0.7925 of trial 4, by 0.54 and surely by 0.4442 on the "
            + "same 40 users (error 0.05, shared by 8 looks and 1 setting)"
        )
    )
  }

  @Test("nothing is looked at before min_iter, nor after the last epoch, where nothing is saved")
  func epochs() {
    #expect(Self.isStopped(gap: 2, epoch: 1) && Self.isStopped(gap: 2, epoch: 8))
    #expect(!Self.isStopped(gap: 2, epoch: 9) && !Self.isStopped(gap: 2, epoch: 10))
    let table: Table = [0: [2: Self.theirs(2)], 9: [2: Self.mine]]
    let history = [Self.trial(0, .complete, table, result: 0.9)]
    let running = Self.trial(9, .running, table)
    #expect(Self.pruner(table, minIter: 3).verdict(on: running, among: history, goal: Build.up) == .goOn)
    #expect(Self.pruner(table, minIter: 2).verdict(on: running, among: history, goal: Build.up).isPrune)
  }

  @Test("the best is who has the best result, not who was ahead at the epoch")
  func best() {
    // Trial 1 was far ahead at epoch 2 and came out worse than trial 0, which was behind then.
    let table: Table = [0: [2: Self.theirs(-1)], 1: [2: Self.theirs(2)], 9: [2: Self.mine]]
    let running = Self.trial(9, .running, table)
    func verdict(_ results: [Double], _ aim: Goal) -> Bool {
      let history = [0, 1].map { Self.trial($0, .complete, table, result: results[$0]) }
      return Self.pruner(table, aim: aim).verdict(on: running, among: history, goal: Build.up).isPrune
    }
    #expect(!verdict([0.9, 0.8], Build.up))
    #expect(verdict([0.8, 0.9], Build.up))
    // What is searched for may fall while what is told on the way rises.
    #expect(verdict([0.9, 0.8], Build.down))
  }

  @Test("of a setting that was repeated the trial with the same seed is compared with")
  func repetitions() {
    let table: Table = [0: [2: Self.theirs(2)], 1: [2: Self.theirs(-1)], 9: [2: Self.mine]]
    var history = [0, 1].map { Self.trial($0, .complete, table, result: 0.9) }
    (history[1].group, history[1].repetition) = (0, 1)
    var running = Self.trial(9, .running, table)
    #expect(Self.pruner(table).verdict(on: running, among: history, goal: Build.up).isPrune)
    running.repetition = 1
    #expect(Self.pruner(table).verdict(on: running, among: history, goal: Build.up) == .goOn)
    // A setting does not race itself.
    running.group = 0
    running.repetition = 0
    #expect(Self.pruner(table).verdict(on: running, among: history, goal: Build.up) == .goOn)
  }

  @Test("one that ended before is compared with at its last epoch")
  func ended() {
    let table: Table = [0: [2: Self.theirs(2)], 9: [4: Self.mine]]
    let history = [Self.trial(0, .complete, table, result: 0.9)]
    #expect(
      Self.pruner(table).verdict(on: Self.trial(9, .running, table), among: history, goal: Build.up).isPrune
    )
  }

  @Test("nobody is stopped by other users, by too few who differ, or by a value that nobody kept")
  func incomparable() {
    func verdict(_ theirs: UnitValues?, _ state: TrialState = .complete) -> PruneVerdict {
      let table: Table = [0: theirs.map { [2: $0] } ?? [:], 9: [2: Self.mine]]
      var other = Self.trial(0, state, table, result: state == .complete ? 0.9 : nil)
      if theirs == nil { other.intermediates = [.init(step: 2, value: 9)] }
      return Self.pruner(table).verdict(on: Self.trial(9, .running, table), among: [other], goal: Build.up)
    }
    let good = Self.theirs(2)
    #expect(verdict(good).isPrune)
    #expect(verdict(nil) == .goOn)
    #expect(verdict(good, .failed) == .goOn && verdict(good, .pruned) == .goOn)
    #expect(verdict(good, .running) == .goOn)
    #expect(verdict(UnitValues(ids: good.ids.map { $0 + 1 }, values: good.values)) == .goOn)
    var few = Self.mine.values
    for user in 0..<29 { few[user] += 2 }
    #expect(verdict(Self.units(few)) == .goOn)
    few[29] += 2
    #expect(verdict(Self.units(few)).isPrune)
  }

  /// Values as ranking metrics have them: most users nothing, some 1 / log2(rank + 1). The best of 8 settings is chosen
  /// by the same users, so that it looks better than it is.
  private static func draw(_ chance: Double, _ users: Int, _ draws: inout RandomStream) -> UnitValues {
    units(
      (0..<users).map { _ in
        guard draws.unit() < chance else { return 0 }
        return 1 / Double(2 + Int(draws.unit() * 10))
      }
    )
  }

  @Test(
    "of settings that are no worse than the best at most 5 % are ever stopped, though all epochs are looked at"
  )
  func calibration() {
    var draws = RandomStream(seed: 11, number: 0, parameter: 0)
    var stopped = 0
    let races = 300
    for _ in 0..<races {
      var table: Table = [:]
      for number in 0..<9 {
        for epoch in 1...4 { table[number, default: [:]][epoch] = Self.draw(0.3, 200, &draws) }
      }
      let history = (0..<8).map { number in
        Self.trial(number, .complete, table, result: table[number]?[4]?.mean)
      }
      let pruner = Self.pruner(table, maxIter: 5)
      var running = Self.trial(8, .running, table)
      let all = running.intermediates
      let isStopped = (1...4).contains { epochs in
        running.intermediates = Array(all.prefix(epochs))
        return pruner.verdict(on: running, among: history, goal: Build.up).isPrune
      }
      stopped += isStopped ? 1 : 0
    }
    // 5 % of 300 are 15; three standard deviations more are 26.
    #expect(stopped <= 26)
  }

  @Test("one that finds half as much is stopped")
  func power() {
    var draws = RandomStream(seed: 12, number: 0, parameter: 0)
    var stopped = 0
    for _ in 0..<50 {
      let table: Table = [
        0: [1: Self.draw(0.3, 1000, &draws)], 9: [1: Self.draw(0.15, 1000, &draws)],
      ]
      let history = [Self.trial(0, .complete, table, result: 0.9)]
      let verdict = Self.pruner(table).verdict(
        on: Self.trial(9, .running, table),
        among: history,
        goal: Build.up
      )
      stopped += verdict.isPrune ? 1 : 0
    }
    #expect(stopped >= 45)
  }
}
