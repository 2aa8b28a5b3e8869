import Report
import Testing

@testable import Sweep

@Suite("The honest winner, in words")
struct WinnerTests {
  private static let seeds = [11, 12, 13]
  private static let validation = [0.299, 0.300, 0.301]

  /// A study of five trials, of which the best two ran again.
  private func sentences(
    _ entries: [FreshRuns.Entry],
    baseline: Double? = 0.2
  ) -> [String] {
    let values = [0.3, 0.29, 0.28, 0.27, 0.26]
    var facts = HardStudies.study(
      values.enumerated().map { HardStudies.complete($0.offset, [$0.element], [HardStudies.rate.name: 0.01]) }
    )
    facts.baseline = baseline
    facts.confirmation = FreshRuns(seeds: Self.seeds, testMetric: "test", entries: entries)
    return StudyDigest(facts).verdict?.sentences ?? []
  }

  private func entry(_ group: Int, _ seen: Double, less: Double, test: [Double]) -> FreshRuns.Entry {
    .init(group: group, searchValue: seen, validation: Self.validation.map { $0 - less }, test: test)
  }

  /// Deviation 0.001 over both; Φ⁻¹(4.625/5.25) = 1.1776.
  @Test("a lead far from zero on every seed is more than luck")
  func moreThanLuck() {
    let words = sentences([
      entry(0, 0.31, less: 0, test: [0.29, 0.30, 0.31]),
      entry(1, 0.29, less: 0.01, test: [0.279, 0.29, 0.301]),
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
        On fresh seeds setting 0 is 0.1000 better than the base recipe's 0.2000 in validation, more than the \
        0.0012 of luck alone: **the search found more than luck**.
        """,
        """
        On `test` setting 0, the winner, is 0.0100 better than setting 1, the runner-up (95 % interval of its \
        lead 0.0075 to 0.0125, paired t over 3 seeds): **the lead is more than luck**.
        """,
      ]
    )
  }

  @Test("a lead that changes its sign may be luck, and so may a gain below the luck of the best")
  func luck() {
    let words = sentences(
      [
        entry(0, 0.3, less: 0, test: [0.30, 0.30, 0.30]),
        entry(1, 0.29, less: 0.01, test: [0.29, 0.30, 0.31]),
      ],
      baseline: 0.2995
    )
    #expect(
      Array(words.dropFirst()) == [
        """
        The search saw setting 0 at 0.3000; fresh seeds give 0.3000. The search did not flatter it. Were all 5 \
        equal but for seed noise (standard deviation 0.0010), the best of them would look about 0.0012 better \
        than it is (Blom's approximation).
        """,
        """
        On fresh seeds setting 0 is 0.0005 better than the base recipe's 0.2995 in validation, no more than the \
        0.0012 of luck alone: **the gain may be luck**.
        """,
        """
        On `test` setting 0, the winner, is level with setting 1, the runner-up (95 % interval of its \
        lead -0.0248 to 0.0248, paired t over 3 seeds): **the lead may be luck**; treat the two as equal and \
        take the cheaper one.
        """,
      ]
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
        interval of its lead 0.0015 to 0.0065, paired t over 3 seeds; -0.0004 to 0.0084 allowing for the choice \
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
    #expect(abs((verdict?.interval?.difference ?? 0) - 0.1) < 1e-12)
    let words = verdict?.sentences ?? []
    #expect(
      words.contains(
        """
        On fresh seeds setting 0 is level with the search's median setting's 1.100 in validation: \
        **the search gained nothing**.
        """
      )
    )
  }

  @Test("a winner no better than the reference gained nothing")
  func noGain() {
    let words = sentences(
      [entry(0, 0.3, less: 0, test: [0.3, 0.3, 0.3])],
      baseline: 0.31
    )
    #expect(
      words[2] == """
        On fresh seeds setting 0 is 0.0100 worse than the base recipe's 0.3100 in validation: \
        **the search gained nothing**.
        """
    )
    #expect(words[3] == "Only one setting ran again, so there is no runner-up to compare it with.")
  }
}
