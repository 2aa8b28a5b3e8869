import Testing

@testable import Sweep

@Suite("The better and the worse trials")
struct TrialSplitTests {
  private let goals = [Build.down]

  @Test("a tenth counts as better, rounded up, at most 25 with one goal")
  func count() {
    #expect(
      [0, 1, 10, 11, 250, 251, 300].map { TrialSplit.belowCount($0, goals: 1) } == [0, 1, 1, 2, 25, 25, 25]
    )
    #expect(TrialSplit.belowCount(300, goals: 2) == 30)
  }

  @Test("the smallest loss is better, the largest value where that is the goal")
  func direction() {
    let trials = (0..<10).map { Build.complete($0, [:], Double(($0 * 3) % 10)) }
    #expect(TrialSplit(trials, goals: goals).below.map(\.number) == [0])
    // 3 * 3 = 9 is the largest.
    #expect(TrialSplit(trials, goals: [Build.up]).below.map(\.number) == [3])
  }

  @Test("NaN is never among the better, nor the worse, nor counted")
  func notANumber() {
    let trials = (0..<10).map { Build.complete($0, [:], $0 == 4 ? .nan : Double(10 - $0)) }
    let split = TrialSplit(trials, goals: goals)
    #expect(split.below.map(\.number) == [9])
    #expect(split.above.map(\.number) == [0, 1, 2, 3, 5, 6, 7, 8])
    #expect(split.ended == 9)
  }

  @Test("pending trials are among the worse, failed ones nowhere")
  func pending() {
    var trials = (0..<3).map { Build.complete($0, [:], Double($0)) }
    trials.append(Trial(number: 3, assignment: [:], state: .running))
    trials.append(Trial(number: 4, assignment: [:], state: .waiting))
    trials.append(Trial(number: 5, assignment: [:], state: .failed))
    let split = TrialSplit(trials, goals: goals)
    #expect(split.below.map(\.number) == [0])
    #expect(split.above.map(\.number) == [1, 2, 3, 4])
    #expect(split.ended == 3)
  }

  @Test("pruned trials rank after complete ones: the farther first, then the better")
  func pruned() {
    var trials = [Build.complete(0, [:], 1000)]
    trials.append(Build.walk(1, .pruned, [1: 0.1]))
    trials.append(Build.walk(2, .pruned, [1: 0.1, 5: 0.9]))
    trials.append(Build.walk(3, .pruned, [5: 0.5]))
    trials.append(Build.walk(4, .pruned, [5: .nan]))
    trials += (5..<21).map { Build.walk($0, .pruned, [:]) }
    // 21 ended: 3 are better; the complete one and the two farthest with the smaller values.
    #expect(TrialSplit(trials, goals: goals).below.map(\.number) == [0, 2, 3])
  }

  @Test("with two goals whole fronts come first, then what adds most area")
  func fronts() {
    // Front 0 of 5 points, worked by hand: the reference is (4.4, 4.4); alone, (3, 1) covers 1.4 · 3.4 = 4.76, most
    // of all; to it (2, 3) adds 1 · 1.4 = 1.4, and (2.5, 2.8) 0.5 · 1.6 = 0.8.
    let points = [[1.0, 4.0], [2, 3], [2.5, 2.8], [3, 1], [4, 0.5]]
    #expect(FrontSelection.spread(points, count: 2) == [3, 1])
    #expect(FrontSelection.best(points + [[5, 5]], count: 5) == [0, 1, 2, 3, 4])
    #expect(FrontSelection.best([[5, 5]] + points, count: 2) == [2, 4])
    #expect(FrontSelection.best([[1, 1], [1, 1], [2, 2]], count: 3) == [0, 1, 2])
    #expect(FrontSelection.spread([[.infinity, 1], [1, 2]], count: 1) == [0])
  }
}
