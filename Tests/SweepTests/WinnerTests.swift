import Report
import Testing

@testable import Sweep

@Suite("The honest winner, in words")
struct WinnerTests {
  private static let seeds = [11, 12, 13]
  private static let validation = [0.299, 0.300, 0.301]

  /// A study of five trials, of which the best ran again, and setting 4, which is the base recipe's.
  private func sentences(_ entries: [FreshRuns.Entry], base: Int? = 4) -> [String] {
    let values = [0.3, 0.29, 0.28, 0.27, 0.26]
    var facts = HardStudies.study(
      values.enumerated().map { HardStudies.complete($0.offset, [$0.element], [HardStudies.rate.name: 0.01]) }
    )
    facts.baseline = 0.26
    facts.baselineGroup = base
    facts.confirmation = FreshRuns(seeds: Self.seeds, testMetric: "test", entries: entries)
    facts.confirmation?.medianGroup = 2
    return StudyDigest(facts).verdict?.sentences ?? []
  }

  private func entry(_ group: Int, _ seen: Double, less: Double, test: [Double]) -> FreshRuns.Entry {
    .init(group: group, searchValue: seen, validation: Self.validation.map { $0 - less }, test: test)
  }

  /// Deviation 0.001 over both; Φ⁻¹(4.625/5.25) = 1.1776. Leads over the base of 0.1 on every seed are 0.1 ± 0.
  @Test("a lead far from zero on every seed is more than luck")
  func moreThanLuck() {
    let words = sentences([
      entry(0, 0.31, less: 0, test: [0.29, 0.30, 0.31]),
      entry(1, 0.29, less: 0.01, test: [0.279, 0.29, 0.301]),
      entry(4, 0.26, less: 0.1, test: [0.2, 0.2, 0.2]),
    ])
    #expect(
      words == [
        "Setting 0, the search's best, is also the best on fresh seeds in validation.",
        """
        The search saw setting 0 at 0.3100; fresh seeds give 0.3000. The 0.0100 between them is optimism: the \
        best of 5 settings is partly the luckiest. Were all 5 equal but for seed noise (standard deviation \
        0.0010), the best of them would look about 0.0012 better than it is (Blom's approximation).
        """,
        """
        On the same fresh seeds setting 0 is 0.1000 better than the base recipe (setting 4) in validation (95 % interval \
        0.1000 to 0.1000, paired over 3 seeds; 0.1000 to 0.1000 allowing for the choice among 5 settings): **the search \
        found more than luck**.
        """,
        """
        On `test` setting 0, the winner, is 0.0100 better than setting 1, the runner-up (95 % interval of its \
        lead 0.0075 to 0.0125, paired over 3 seeds; 0.0056 to 0.0144 allowing for the choice of these two among 3): \
        **the lead is more than luck**.
        """,
      ]
    )
  }

  @Test("a lead that changes its sign may be luck, and so may a gain that seeds or users scatter")
  func luck() {
    var base = entry(4, 0.26, less: 0.0005, test: [0.2, 0.2, 0.2])
    base.validation = [0.300, 0.298, 0.3005]
    let words = sentences([
      entry(0, 0.3, less: 0, test: [0.30, 0.30, 0.30]),
      entry(1, 0.29, less: 0.0001, test: [0.29, 0.30, 0.31]),
      base,
    ])
    #expect(
      words[2].hasPrefix(
        "On the same fresh seeds setting 0 is 0.0005 better than the base recipe (setting 4)"
      )
    )
    #expect(words[2].hasSuffix("**the gain may be luck**."))
    #expect(
      words[3].hasPrefix(
        "On `test` setting 0, the winner, is level with setting 1, the runner-up (95 % interval"
      )
    )
    #expect(words[3].hasSuffix("**the lead may be luck**; treat the two as equal and take the cheaper one."))
  }

  /// Hits of `users` users on three seeds, the first `share` of them hit; `shift` users more are hit by each seed.
  private func hits(_ users: Int, share: Double, shift: Int) -> [[Double]] {
    (0..<3).map { seed in
      (0..<users).map { user in
        let place = (user * 7919 + seed * shift) % users
        return Double(place) < share * Double(users) ? 1 : 0
      }
    }
  }

  @Test("among 900 users a lead of .003 may be luck, however alike the seeds; among 900,000 it is more")
  func users() {
    for (count, isReal) in [(900, false), (900_000, true)] {
      var (winner, base) = (
        entry(0, 0.3, less: 0, test: [0.3, 0.3, 0.3]), entry(4, 0.26, less: 0, test: [0.2, 0.2, 0.2])
      )
      winner.validationUnits = hits(count, share: 0.667, shift: 3)
      base.validationUnits = hits(count, share: 0.664, shift: 40)
      winner.validation = winner.validationUnits.map { $0.reduce(0, +) / Double(count) }
      base.validation = base.validationUnits.map { $0.reduce(0, +) / Double(count) }
      let words = sentences([winner, base])
      let gained = words.first { $0.hasPrefix("On the same fresh seeds") }
      #expect(
        gained?.contains("paired over \(count == 900 ? "900" : "900,000") users and 3 seeds") == true,
        "\(words)"
      )
      #expect(
        gained?.hasSuffix(isReal ? "**the search found more than luck**." : "**the gain may be luck**.")
          == true
      )
    }
  }

  @Test("without the base among those tried the setting in the middle is what had to be beaten")
  func median() {
    let words = sentences(
      [entry(0, 0.3, less: 0, test: [0.3, 0.3, 0.3]), entry(2, 0.28, less: 0.02, test: [0.2, 0.2, 0.2])],
      base: nil
    )
    #expect(
      words[2].hasPrefix(
        "On the same fresh seeds setting 0 is 0.0200 better than the search's median setting (setting 2)"
      )
    )
  }

  @Test("one seed in common is too few")
  func tooFewSeeds() {
    let words = sentences([
      entry(0, 0.3, less: 0, test: [0.3, .nan, .nan]), entry(1, 0.29, less: 0.01, test: [0.29, 0.3, .nan]),
    ])
    #expect(
      words.last == """
        Winner (setting 0) and runner-up (setting 1) have 1 complete fresh seed in common where an \
        interval needs two: **too few seeds to tell them apart**.
        """
    )
  }

  @Test("validation on fresh seeds may prefer another setting, and test may disagree with it")
  func otherWinner() {
    let words = sentences([
      entry(0, 0.3, less: 0.02, test: [0.31, 0.321, 0.33]),
      entry(1, 0.29, less: 0, test: [0.29, 0.3, 0.311]),
    ])
    #expect(
      words.first
        == "On fresh seeds setting 1 is the best in validation, not setting 0, which the search had first."
    )
    #expect(words.last?.contains("is 0.0200 worse than setting 0, the runner-up") == true)
    #expect(
      words.last?.hasSuffix("**the runner-up is the better one on test**, though validation chose the other.")
        == true
    )
  }

  @Test("among three settings the lead must hold for all pairs: 4.303 holds for one, 7.649 for three")
  func allPairs() {
    // Differences 1, 2, 3 thousandths about 5: the mean error is 1/√3 thousandths.
    let test = (0..<3).map { [0.3, 0.306, 0.312][$0] }
    let words = sentences([
      entry(0, 0.3, less: 0, test: test), entry(1, 0.29, less: 0.01, test: [0.297, 0.302, 0.307]),
      entry(2, 0.28, less: 0.02, test: [0.2, 0.2, 0.2]),
    ])
    // Lead 3, 4, 5 thousandths: 4 ± 4.303/√3 = 1.5 to 6.5; 4 ± 7.649/√3 = -0.4 to 8.4.
    #expect(
      words.last == """
        On `test` setting 0, the winner, is 0.0040 better than setting 1, the runner-up (95 % \
        interval of its lead 0.0015 to 0.0065, paired over 3 seeds; -0.0004 to 0.0084 allowing for the choice \
        of these two among 3): **the lead may be luck**; treat the two as equal and take the cheaper one.
        """
    )
  }

  @Test("where less is better, the lead and the optimism turn")
  func minimize() {
    var facts = HardStudies.study([HardStudies.complete(0, [1.0], [:]), HardStudies.complete(1, [1.2], [:])])
    facts.goals = [Goal(metric: "loss", direction: .minimize)]
    facts.confirmation = FreshRuns(
      seeds: [1, 2],
      testMetric: "test",
      entries: [
        .init(group: 1, searchValue: 1.2, validation: [1.2, 1.2], test: [1.5, 1.5]),
        .init(group: 0, searchValue: 1.0, validation: [1.1, 1.1], test: [1.4, 1.4]),
      ]
    )
    let verdict = StudyDigest(facts).verdict
    #expect(verdict?.candidates.map(\.entry.group) == [0, 1])
    #expect(abs((verdict?.candidates.first?.optimism ?? 0) - 0.1) < 1e-12)
    #expect(abs((verdict?.duel?.difference ?? 0) - 0.1) < 1e-12)
  }

  @Test("a winner no better than the base gained nothing, and the base's own setting is said to be that")
  func noGain() {
    var base = entry(4, 0.26, less: 0, test: [0.2, 0.2, 0.2])
    base.validation = [0.299, 0.302, 0.301]
    let own = entry(0, 0.3, less: 0, test: [0.3, 0.3, 0.3])
    #expect(
      sentences([own, base]).contains {
        $0.hasSuffix("**the search found nothing better than what it began with**.")
      }
    )
    #expect(
      sentences([own]).last == "Only one setting ran again, so there is no runner-up to compare it with."
    )
    base.validation = [0.301, .nan, .nan]
    #expect(
      sentences([own, base]).contains {
        $0.hasSuffix("**too few to say whether the search gained anything**.") || $0.contains("began with")
      }
    )
  }

  /// By NumPy and SciPy: mean squares 0.08 (users), 0.0646667 (seeds), 0.003 (rest); t(5) of the sum of the three.
  @Test("an interval by user and seed carries what both add")
  func crossed() throws {
    let differences = [[0.1, 0.0, 0.3, -0.1, 0.2], [0.2, 0.1, 0.4, 0.0, 0.1], [0.0, -0.2, 0.2, -0.3, 0.0]]
    let zeros = differences.map { $0.map { _ in 0.0 } }
    let interval = try #require(CrossedInterval(differences, zeros))
    #expect(abs(interval.difference - 0.066_666_666_666_666_67) < 1e-12)
    #expect(
      abs(interval.low + 0.183_148_983_755_974_66) < 1e-9
        && abs(interval.high - 0.316_482_317_090_307_96) < 1e-9
    )
    let strict = try #require(CrossedInterval(differences, zeros, error: 0.01))
    #expect(abs(strict.low + 0.325_187_196_170_809) < 1e-9)
    // Seeds that say the same leave what users scatter: 1/6 ± 0.7902.
    let alike = [[1, 0, 0, -1, 0, 1.001], [1.001, 0, 0, -1, 0, 1]]
    let users = try #require(CrossedInterval(alike, alike.map { $0.map { _ in 0 } }))
    #expect(abs(users.low + 0.623_385_478_411_856) < 1e-9 && abs(users.high - 0.957_052_145_078_522_5) < 1e-9)
    #expect(CrossedInterval([[1, 2]], [[0, 0]]) == nil && CrossedInterval([], []) == nil)
    #expect(CrossedInterval([[1], [2]], [[0], [0]]) == nil)
  }

  @Test("what pruning saved is reckoned by the steps that whole trials took")
  func savedByPruning() {
    func trial(_ number: Int, _ steps: Int, _ state: TrialState) -> Trial {
      var trial = Trial(number: number, assignment: [:], state: state)
      trial.intermediates = (1...steps).map { .init(step: $0, value: 0.1) }
      trial.cellSeconds = ["train": Double(steps)]
      return trial
    }
    // Early stopping ended whole trials after 6 and 8 epochs, whatever the recipe allows: 7 - 2 epochs of a second each.
    let trials = [trial(0, 6, .complete), trial(1, 8, .complete), trial(2, 2, .pruned)]
    #expect(PrunedCost(among: trials).seconds(trials[2]) == 5)
    #expect(PrunedCost(among: trials).seconds(trials[0]) == 0)
    #expect(PrunedCost(among: [trials[2]]).seconds(trials[2]) == 0)
  }

  @Test("what pruning saved is epochs that were not run, without the start of the training")
  func savedEpochs() {
    // Nine epochs of half a second each, the first after eight seconds of start-up.
    func trial(_ number: Int, _ state: TrialState, epochs: Int) -> Trial {
      var (trial, pace) = (Build.walk(number, state, [:]), EpochPace())
      trial.intermediates = (1...epochs).map { .init(step: $0, value: 1) }
      for epoch in 1...epochs { pace.hear(cell: "train", step: epoch, seconds: 8 + 0.5 * Double(epoch)) }
      trial.cellSeconds = ["train": 8 + 0.5 * Double(epochs)]
      trial.metrics[PrunedCost.paceKey] = pace.seconds
      return trial
    }
    let trials = [
      trial(0, .complete, epochs: 9), trial(1, .pruned, epochs: 3), trial(2, .pruned, epochs: 1),
    ]
    let cost = PrunedCost(among: trials)
    #expect(cost.seconds(trials[1]) == 3)
    // It does not know its own epochs: those of the others stand for them.
    #expect(trials[2].metrics.isEmpty && cost.seconds(trials[2]) == 4)
  }

  @Test("an epoch is timed from one value to the next, anew where the training begins anew")
  func pace() {
    var pace = EpochPace()
    pace.hear(cell: "train", step: 1, seconds: 10)
    #expect(pace.seconds == nil)
    pace.hear(cell: "train", step: 3, seconds: 14)
    #expect(pace.seconds == 2)
    pace.hear(cell: "train", step: 3, seconds: 1)
    #expect(pace.seconds == nil)
    pace.hear(cell: "train", step: 5, seconds: 2)
    #expect(pace.seconds == 0.5)
  }

  @Test("which parameter mattered is withheld below ten complete settings")
  func importance() {
    func groups(_ count: Int) -> [Trial] {
      (0..<count).map {
        HardStudies.complete($0, [Double($0)], [HardStudies.rate.name: 0.001 * Double($0 + 1)])
      }
    }
    let space = SearchSpace([HardStudies.rate])
    let goal = Goal(metric: "m", direction: .maximize)
    #expect(ParameterImportance.known(of: groups(9), in: space, goal) == nil)
    #expect(ParameterImportance.known(of: groups(10), in: space, goal)?.shares.count == 1)
  }
}
