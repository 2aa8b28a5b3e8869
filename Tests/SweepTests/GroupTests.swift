import Testing

@testable import Sweep

@Suite("Repeated settings")
struct GroupTests {
  private func trial(_ number: Int, group: Int, _ state: TrialState, _ value: Double? = nil) -> Trial {
    var trial = Trial(number: number, assignment: ["x": Double(group)], group: group, state: state)
    trial.values = value.map { [$0] }
    return trial
  }

  @Test("Repetitions become one trial with the mean; one that is not done keeps the setting pending")
  func groups() {
    let trials = [
      trial(0, group: 0, .complete, 1), trial(1, group: 0, .complete, 3),
      trial(2, group: 2, .complete, 5), trial(3, group: 2, .running),
      trial(4, group: 4, .failed), trial(5, group: 4, .complete, 7),
      trial(6, group: 6, .failed), trial(7, group: 6, .pruned),
      trial(8, group: 8, .pruned), trial(9, group: 8, .complete, 99),
    ]
    let groups = Proposals.groups(trials)
    #expect(groups.map(\.number) == [0, 1, 2, 3, 4])
    #expect(groups.map(\.state) == [.complete, .running, .complete, .pruned, .pruned])
    #expect(groups.map(\.values) == [[2], nil, [7], nil, nil])
  }

  @Test(
    "settings stand in the order of their means; one that was stopped on a seed, or has not ended, does not stand among them"
  )
  func standings() {
    let trials = [
      trial(0, group: 0, .complete, 1), trial(1, group: 0, .complete, 3),
      trial(2, group: 2, .complete, 5), trial(3, group: 2, .running),
      trial(4, group: 4, .pruned), trial(5, group: 4, .complete, 99),
      trial(6, group: 6, .complete, 2.5), trial(7, group: 6, .complete, 2.5),
    ]
    #expect(
      Standing.order(of: trials, Goal(metric: "m", direction: .maximize)) == [
        Standing(setting: 6, value: 2.5, seeds: 2), Standing(setting: 0, value: 2, seeds: 2),
      ]
    )
    #expect(Standing.order(of: trials, Goal(metric: "m", direction: .minimize)).map(\.setting) == [0, 6])
  }

  @Test("what runs on fresh seeds is what of the best settings did not yet, wherever earlier ones stand")
  func confirming() throws {
    let study = try FitStep.definition(
      """
      fit as once: { draws: 7 }
      sweep:
        method: random
        metric: { name: once.held_error, goal: minimize }
        parameters: { once.rate: { distribution: uniform, min: 0.1, max: 1 } }
        confirm: { top: 2, seeds: 2 }

      """
    )
    let proposals = Proposals(definition: study, baseSeed: 7)
    #expect(proposals.freshSeeds == [1008, 1009])
    let settings = [0.1, 0.2, 0.3].enumerated().map {
      (group: $0.offset, assignment: ["x": $0.element], value: 0.0)
    }
    func made(_ top: [Int], after before: [Trial] = []) -> [Trial] {
      var trials = before
      while let next = proposals.nextConfirming(top.map { settings[$0] }, after: trials) { trials += next }
      return Array(trials.dropFirst(before.count))
    }
    let first = made([0, 1])
    #expect(first.map(\.group) == [0, 0, 1, 1] && first.map(\.seed) == [1008, 1009, 1008, 1009])
    // Another setting has come between: it runs, under numbers that are free, and nothing twice.
    let later = made([2, 0], after: first)
    #expect(
      later.map(\.group) == [2, 2] && later.map(\.seed) == [1008, 1009] && later.map(\.number) == [4, 5]
    )
    #expect(made([1, 2], after: first + later).isEmpty)
  }
}
