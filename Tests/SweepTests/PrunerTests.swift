import Testing

@testable import Sweep

@Suite("Pruners")
struct PrunerTests {
  private let five = (0..<5).map { Build.walk($0, .complete, [1: 9, 2: Double($0 + 1)]) }

  @Test("the median pruner compares the best value so far with the median at the epoch")
  func median() {
    let pruner = MedianPruner()
    func verdict(_ values: [Int: Double]) -> PruneVerdict {
      pruner.verdict(on: Build.walk(9, .running, values), among: five, goal: Build.down)
    }
    // The values at epoch 2 are 1 to 5: the median is 3.
    #expect(verdict([1: 9.5, 2: 3]) == .goOn)
    #expect(verdict([1: 2, 2: 8]) == .goOn)
    #expect(
      verdict([1: 9.5, 2: 3.5])
        == .prune(
          reason:
            "up to epoch 2 its best loss of 3.5 is worse than 3, the median of 5 complete trials at that epoch"
        )
    )
    #expect(verdict([3: 99]) == .goOn)
    #expect(verdict([:]) == .goOn)
    #expect(verdict([1: .nan, 2: .nan]).isPrune)
    #expect(MedianPruner.median([4, 1]) == 2.5)
    #expect(MedianPruner.median([]) == nil)
  }

  /// Stops everything.
  private struct StopsAll: Pruner {
    func verdict(on trial: Trial, among history: [Trial], goal: Goal) -> PruneVerdict { .prune(reason: "no") }
  }

  @Test("a trial that has come to its last epoch keeps its value, whatever the rule says")
  func lastEpoch() {
    let rule = StoppingRule(pruner: StopsAll(), goal: Build.down, epochs: 9)
    #expect(rule.reason(for: Build.walk(0, .running, [8: 1]), among: []) == "no")
    #expect(rule.reason(for: Build.walk(0, .running, [8: 1, 9: 1]), among: []) == nil)
    // With rungs at 1, 3 and 9 epochs the worst of three is stopped at the third, and not at the ninth.
    let others = (1...2).map { Build.walk($0, .complete, [3: Double($0), 9: Double($0)]) }
    let halving = StoppingRule(pruner: HalvingPruner(), goal: Build.down, epochs: 9)
    #expect(halving.reason(for: Build.walk(0, .running, [2: 5, 3: 5]), among: others) != nil)
    #expect(halving.reason(for: Build.walk(0, .running, [8: 5, 9: 5]), among: others) == nil)
  }

  @Test(
    "a setting that was stopped on its first seed is stopped on the others, but not after their last epoch"
  )
  func otherSeeds() {
    let first = Build.walk(0, .pruned, [3: 9])
    func second(_ step: Int) -> Trial {
      var trial = Build.walk(1, .running, [step: 1])
      (trial.group, trial.repetition) = (0, 1)
      return trial
    }
    let rule = StoppingRule(pruner: MedianPruner(), goal: Build.down, epochs: 9)
    #expect(rule.reason(for: second(4), among: [first]) == "its setting was stopped on the first seed")
    #expect(rule.reason(for: second(9), among: [first]) == nil)
    #expect(rule.reason(for: second(4), among: [Build.walk(0, .complete, [9: 1])]) == nil)
  }

  @Test("the median pruner waits for complete trials and for its first epoch; failed ones do not count")
  func medianWaits() {
    let bad = Build.walk(9, .running, [2: 99])
    var some = five
    some[4].state = .failed
    some.append(Build.walk(7, .running, [2: 1]))
    some.append(Build.walk(8, .pruned, [2: 1]))
    #expect(MedianPruner().verdict(on: bad, among: some, goal: Build.down) == .goOn)
    #expect(MedianPruner(startupTrials: 4).verdict(on: bad, among: some, goal: Build.down).isPrune)
    #expect(MedianPruner(minimumStep: 3).verdict(on: bad, among: five, goal: Build.down) == .goOn)
    #expect(MedianPruner().verdict(on: bad, among: five, goal: Build.up) == .goOn)
    #expect(MedianPruner(startupTrials: 0).verdict(on: bad, among: [], goal: Build.down) == .goOn)
  }

  @Test("rungs are at powers of eta, from the start on, short of the last epoch")
  func rungs() {
    #expect(HalvingPruner().rungs(upTo: 30) == [1, 3, 9, 27])
    #expect(HalvingPruner(minIter: 2, eta: 2).rungs(upTo: 17) == [2, 4, 8, 16])
    #expect(HalvingPruner(start: 2).rungs(upTo: 30) == [9, 27])
    #expect(HalvingPruner(maxIter: 27).rungs(upTo: 27) == [1, 3, 9])
    #expect(HalvingPruner().rungs(upTo: .max).count == 40)
  }

  @Test("of nine at a rung the best three go on")
  func promotion() {
    let others = (1...8).map { Build.walk($0, $0 < 4 ? .running : .pruned, [3: Double($0)]) }
    func verdict(_ value: Double, step: Int = 3, _ history: [Trial]) -> PruneVerdict {
      HalvingPruner(minIter: 3).verdict(
        on: Build.walk(0, .running, [1: 50, step: value]),
        among: history,
        goal: Build.down
      )
    }
    #expect(verdict(2.5, others) == .goOn)
    #expect(verdict(3, others) == .goOn)
    #expect(
      verdict(3.5, others)
        == .prune(reason: "at epoch 3 loss of 3.5 is worse than 3, number 3 of the 9 trials that got there")
    )
    // Without a rung reached, or past it, there is nothing to judge.
    #expect(verdict(99, step: 2, others) == .goOn)
    #expect(
      HalvingPruner(minIter: 3).verdict(
        on: Build.walk(0, .running, [3: 1, 4: 99]),
        among: others,
        goal: Build.down
      ) == .goOn
    )
    // The first two at a rung have to be the best so far.
    #expect(verdict(99, []) == .goOn)
    #expect(verdict(2, [others[0]]).isPrune)
    #expect(verdict(0.5, [others[0]]) == .goOn)
    #expect(verdict(.nan, others).isPrune)
  }

  @Test("failed trials and NaN are no rivals; larger is better where that is the goal")
  func rivals() {
    let failed = (1...8).map { Build.walk($0, .failed, [1: Double($0) / 100]) }
    let blank = (1...8).map { Build.walk($0, .running, [1: .nan]) }
    let mine = Build.walk(0, .running, [1: 5])
    #expect(HalvingPruner().verdict(on: mine, among: failed + blank, goal: Build.down) == .goOn)
    let others = [1.0, 4].enumerated().map { Build.walk($0.offset + 1, .complete, [1: $0.element]) }
    #expect(HalvingPruner().verdict(on: mine, among: others, goal: Build.up) == .goOn)
    #expect(HalvingPruner().verdict(on: mine, among: others + [mine], goal: Build.down).isPrune)
  }

  @Test("a value that is the first past two rungs is judged at both")
  func skipsRungs() {
    // At rung 1 it is the best of three, at rung 3 the second of two.
    let others = [
      Build.walk(1, .running, [1: 8]), Build.walk(2, .running, [1: 9, 3: 1]),
    ]
    let mine = Build.walk(0, .running, [4: 5])
    #expect(HalvingPruner().verdict(on: mine, among: others, goal: Build.down).isPrune)
    #expect(HalvingPruner().verdict(on: mine, among: [others[0]], goal: Build.down) == .goOn)
  }

  @Test("Hyperband for 27 epochs has four brackets with shares of 27, 12, 6 and 4")
  func hyperband() {
    let pruner = HyperbandPruner(maxIter: 27)
    #expect(pruner.budgets == [27, 12, 6, 4])
    #expect(pruner.brackets.map { $0.rungs(upTo: 27) } == [[1, 3, 9], [3, 9], [9], []])
    var counts = [0, 0, 0, 0]
    for number in 0..<4900 { counts[pruner.bracket(of: Trial(number: number, assignment: [:]))] += 1 }
    for (count, share) in zip(counts, [2700, 1200, 600, 400]) { #expect(abs(count - share) < 140) }
    #expect(HyperbandPruner(maxIter: 1).brackets.count == 1)
    let repeated = Trial(number: 8, assignment: [:], group: 3)
    #expect(pruner.bracket(of: repeated) == pruner.bracket(of: Trial(number: 3, assignment: [:])))
  }

  @Test("Hyperband compares within a bracket only")
  func brackets() throws {
    let pruner = HyperbandPruner(maxIter: 27)
    let all = (0..<200).map { Build.walk($0, .running, [1: 1]) }
    let early = all.filter { pruner.bracket(of: $0) == 0 }
    let late = all.filter { pruner.bracket(of: $0) == 1 }
    var mine = try #require(early.first)
    mine.intermediates[0].value = 2
    #expect(pruner.verdict(on: mine, among: early, goal: Build.down).isPrune)
    #expect(pruner.verdict(on: mine, among: late, goal: Build.down) == .goOn)
    var other = try #require(late.first)
    other.intermediates[0].value = 2
    #expect(pruner.verdict(on: other, among: all, goal: Build.down) == .goOn)
  }
}
