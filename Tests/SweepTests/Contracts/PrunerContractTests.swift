import Notebook
import Testing

@testable import Sweep

/// What every pruner that a recipe can name holds to.
@Suite("Pruners: the contract of all kinds")
struct PrunerContractTests {
  private typealias Kind = SweepSettings.Termination

  /// The pruner as a study makes it, for trainings of nine epochs.
  private static func pruner(_ kind: Kind, _ goal: Goal = Build.down) throws -> any Pruner {
    let definition = try FitStep.definition(
      """
      fit: { rounds: 9, rises: \(goal.direction == .maximize) }
      sweep:
        metric: { name: fit.held_error, goal: \(goal.direction.rawValue) }
        parameters: { fit.rate: { min: 0.1, max: 1.0 } }
        early_terminate: { type: \(kind.rawValue) }

      """
    )
    return try #require(definition.pruner(units: users))
  }

  /// Fifty users whose values lie around the trial's; the same for two trials that differ in their sign alone.
  private static let users: @Sendable (Trial, Int) -> UnitValues? = { trial, epoch in
    guard let told = trial.intermediates.first(where: { $0.step == epoch }) else { return nil }
    let sign = told.value < 0 ? -1.0 : 1
    let values = (0..<50).map { told.value + sign * Double(($0 * 7 + trial.number * 3) % 11 - 5) / 50 }
    return UnitValues(ids: (0..<50).map(Int64.init), values: values)
  }

  /// Complete trials that fall in a straight line; trial `n` is the worse by `n`.
  private static func falling(_ count: Int, sign: Double = 1) -> [Trial] {
    (0..<count).map { number in
      let values = (1...9).map { ($0, sign * (Double(20 - $0) + Double(number))) }
      var trial = Build.walk(number, .complete, Dictionary(uniqueKeysWithValues: values))
      trial.values = values.last.map { [$0.1] }
      return trial
    }
  }

  /// The verdicts after each epoch on a trial with the number 100 that falls with `values`.
  private static func verdicts(
    _ pruner: any Pruner,
    _ values: [Double],
    _ history: [Trial],
    _ goal: Goal,
    number: Int = 100
  ) -> [Bool] {
    (1...values.count).map { epochs in
      let known = zip(1..., values).prefix(epochs).map { ($0.0, $0.1) }
      let trial = Build.walk(number, .running, Dictionary(uniqueKeysWithValues: known))
      return pruner.verdict(on: trial, among: history, goal: goal).isPrune
    }
  }

  @Test("nobody is stopped where there is nobody to compare with", arguments: Kind.allCases)
  func first(kind: SweepSettings.Termination) throws {
    let failed = (0..<9).map { Build.walk($0, .failed, [1: 0, 2: 0, 3: 0]) }
    for goal in [Build.down, Build.up] {
      let pruner = try Self.pruner(kind, goal)
      for history in [[], failed, [Trial(number: 0, assignment: [:])]] {
        #expect(!Self.verdicts(pruner, [9, 99, 999, 9999], history, goal).contains(true))
      }
      // Before its first value, in any company.
      let silent = Trial(number: 100, assignment: [:], state: .running)
      #expect(pruner.verdict(on: silent, among: Self.falling(30), goal: goal) == .goOn)
    }
  }

  @Test("who is the best at every epoch is never stopped; who is the worst is", arguments: Kind.allCases)
  func bestAndWorst(kind: SweepSettings.Termination) throws {
    // In halvings side by side a trial's number decides from when on it is looked at.
    for number in 100..<120 {
      for sign in [1.0, -1.0] {
        let goal = sign > 0 ? Build.down : Build.up
        let pruner = try Self.pruner(kind, goal)
        let history = Self.falling(30, sign: sign)
        let best = (1...9).map { sign * (Double(20 - $0) - 1) }
        #expect(!Self.verdicts(pruner, best, history, goal, number: number).contains(true))
      }
    }
    let pruner = try Self.pruner(kind)
    let worst = (1...9).map { Double(20 - $0) + 31 }
    let stopped = (100..<120).map { Self.verdicts(pruner, worst, Self.falling(30), Build.down, number: $0) }
    #expect(stopped.contains { $0.contains(true) })
  }

  @Test("what is to fall and what is to rise are judged alike", arguments: Kind.allCases)
  func symmetric(kind: SweepSettings.Termination) throws {
    let (falling, rising) = (try Self.pruner(kind), try Self.pruner(kind, Build.up))
    var stopped = 0
    for number in 100..<140 {
      let values = (1...9).map { Double(20 - $0) + Double(number * 7 % 31) }
      let down = Self.verdicts(falling, values, Self.falling(30), Build.down, number: number)
      let up = Self.verdicts(rising, values.map { -$0 }, Self.falling(30, sign: -1), Build.up, number: number)
      #expect(down == up)
      stopped += down.contains(true) ? 1 : 0
    }
    #expect(stopped > 0 && stopped < 40)
  }

  @Test(
    "values that are no numbers are borne, and never keep a trial alive or kill a good one",
    arguments: Kind.allCases
  )
  func notNumbers(kind: SweepSettings.Termination) throws {
    let broken = (30..<60).map { Build.walk($0, .complete, [1: .nan, 2: .nan, 3: .nan]) }
    let best = (1...9).map { Double(19 - $0) }
    for goal in [Build.down, Build.up] {
      let pruner = try Self.pruner(kind, goal)
      let sign = goal.direction == .minimize ? 1.0 : -1
      let values = best.map { sign * $0 }
      let lost = (60..<70).map { Build.walk($0, .complete, [1: sign * .infinity, 2: sign * .infinity]) }
      let history = Self.falling(30, sign: sign) + broken + lost
      #expect(!Self.verdicts(pruner, values, history, goal).contains(true))
      let nothing = [Double](repeating: .nan, count: 9)
      let verdicts = (100..<120).map { Self.verdicts(pruner, nothing, history, goal, number: $0) }
      #expect(verdicts.contains { $0.contains(true) })
    }
  }
}
