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
    ]
    let groups = Proposals.groups(trials)
    #expect(groups.map(\.number) == [0, 1, 2, 3])
    #expect(groups.map(\.state) == [.complete, .running, .complete, .pruned])
    #expect(groups.map(\.values) == [[2], nil, [7], nil])
  }
}
