import Report
import Testing

@testable import Sweep

@Suite("The report of a study")
struct ReportTests {
  private func headings(_ facts: StudyFacts) -> [String] {
    StudyReport(facts).blocks.compactMap { if case .heading(_, let text) = $0 { text } else { nil } }
  }

  private func plot(_ name: String, _ facts: StudyFacts) -> Plot? {
    StudyReport(facts).blocks.lazy.compactMap { if case .plot(let plot) = $0 { plot } else { nil } }
      .first { $0.name.hasPrefix(name) }
  }

  private func text(_ facts: StudyFacts) -> String {
    MarkdownRenderer().render(StudyReport(facts).blocks) { "\($0.name).svg" }
  }

  @Test("a full study has its sections in order")
  func order() {
    #expect(
      headings(SyntheticStudy.facts()) == [
        "Study of quickstart.yaml", "Best settings", "Honest winner", "Leaderboard", "History of the best",
        "Parameter importance", "Slices", "Map of the two most important parameters", "Parallel coordinates",
        "Learning curves and pruning", "Failed trials", "Cost", "Reproduce",
      ]
    )
    #expect(headings(HardStudies.twoGoals).contains("Pareto front"))
  }

  @Test("studies without a value say so instead of showing empty plots", arguments: [0, 1])
  func nothing(which: Int) {
    let facts = which == 0 ? HardStudies.empty : HardStudies.allFailed
    #expect(text(facts).contains("No trial gave a value, so there is no best setting yet."))
    #expect(text(facts).contains(which == 0 ? "No trial ran yet." : "No trial gave a value yet: 3 failed."))
    #expect(!text(facts).contains(".svg"))
  }

  @Test("the result tells the best, its settings, the counts and the gain over the base recipe")
  func result() {
    var facts = HardStudies.oneParameter
    facts.baseline = 0.16
    facts.trials.append(Trial(number: 8, assignment: [:], state: .running))
    facts.ending = .stopped
    #expect(
      StudyReport(facts).blocks.dropFirst().first
        == .prose(
          """
          The best of 9 trials (8 complete, 1 unfinished) reached **0.1700** `ndcg`, where higher is better: \
          setting 7, with `learning_rate = 0.008`. That is 0.0100 (6.3 %) better than the base recipe's 0.1600. \
          This value is the best of many and so flatters: no fresh seeds have confirmed it.
          """
        )
    )
    #expect(text(facts).contains("The study was stopped before its end"))
    facts.ending = .outOfTime
    #expect(
      text(facts).contains("The search ended as its `time_cap` was reached, before all settings were tried")
    )
    #expect(!text(facts).contains("was stopped before its end"))
  }

  @Test("repeats of a setting count once, by their mean and spread")
  func repeats() {
    var trials = [[0.2, 0.4], [0.29, 0.31]].enumerated().flatMap { group, values in
      values.enumerated().map { repetition, value in
        var trial = HardStudies.complete(group * 2 + repetition, [value], [HardStudies.rate.name: 0.01])
        (trial.group, trial.repetition) = (group * 2, repetition)
        return trial
      }
    }
    trials.append(HardStudies.complete(4, [0.35], [HardStudies.rate.name: 0.02]))
    let study = StudyDigest(HardStudies.study(trials))
    #expect(study.ranked.map(\.group) == [4, 0, 2])
    #expect(study.ranked.map(\.summary.count) == [1, 2, 2])
    #expect(text(study.facts).contains("|     2 |       0 | 0.3000 |             0.1414 |     2 |"))
    #expect(text(study.facts).contains("The best of 3 settings in 5 trials"))
  }

  @Test("the best-so-far line steps where a trial is better, in either direction")
  func history() {
    var facts = HardStudies.study(
      [3.0, 5, 2, 4].enumerated().map { HardStudies.complete($0.offset, [$0.element], [:]) }
    )
    #expect(plot("history", facts)?.series.last?.y == [3, 3, 5, 5])
    facts.goals[0].direction = .minimize
    #expect(plot("history", facts)?.series.last?.x == [0, 2, 2, 3])
    #expect(plot("history", facts)?.series.last?.y == [3, 3, 2, 2])
  }

  @Test("a slice leaves out trials in which its parameter does not count, and follows its scale")
  func slices() {
    let facts = SyntheticStudy.facts()
    let with = StudyDigest(facts).ranked.filter { $0.assignment["train.temperature"] != nil }.count
    let temperature = plot("slice-4", facts)
    #expect(temperature?.series.reduce(0) { $0 + $1.x.count } == with)
    #expect(temperature?.x.isLogarithmic == true)
    #expect(plot("slice-3", facts)?.x.categories == SyntheticStudy.losses)
    #expect(plot("slice-5", facts)?.x.isLogarithmic == false)
  }

  @Test("many lines are two names in the legend, and a missing value breaks its line")
  func strands() {
    let facts = SyntheticStudy.facts(trials: 300)
    let named = plot("parallel", facts)?.series.filter { $0.mark != .reference }.map(\.name) ?? []
    #expect(named.count == 2 && named.first == "other settings")
    let other = plot("parallel", facts)?.series.first { $0.name == "other settings" }
    let gaps = other.map { zip($0.x, $0.y).filter { $0.isNaN && $1.isNaN }.count } ?? 0
    let without = StudyDigest(facts).ranked.filter { $0.assignment["train.temperature"] == nil }.count
    let best = (StudyDigest(facts).ranked.count + 9) / 10
    #expect(gaps == StudyDigest(facts).ranked.count - best + without)
  }

  @Test("the map needs two numeric parameters that vary")
  func map() {
    #expect(plot("contour", HardStudies.oneParameter) == nil)
    #expect(plot("contour", HardStudies.constant) == nil)
    let map = plot("contour", SyntheticStudy.facts())
    #expect(map?.series.first?.mark == .cells)
    #expect(map?.x.label == "train.learning_rate")
    #expect(map?.y.label == "model.dimension")
  }

  @Test("the front holds what no other setting beats in every goal; equal ones all stay")
  func front() {
    let goals = [Goal(metric: "a", direction: .maximize), Goal(metric: "b", direction: .minimize)]
    // 0 is beaten by 1; 2 trades b for a; 3 equals 1.
    let values = [[0.2, 10.0], [0.3, 9], [0.4, 20], [0.3, 9]]
    let settings = values.enumerated().map {
      TriedSetting(group: $0.offset, trials: [HardStudies.complete($0.offset, $0.element, [:])], goals: 2)
    }
    #expect(ParetoSection.front(settings, goals).map(\.group) == [1, 2, 3])
  }

  @Test("the pruning table counts who got to an epoch, was pruned there and went on")
  func pruning() {
    let trials = [3, 1, 1, 3, 9].enumerated().map { number, last in
      var trial = HardStudies.complete(number, [0.1], [:])
      trial.intermediates = (1...last).map { .init(step: $0, value: 0.01 * Double($0)) }
      if last < 9 { (trial.state, trial.values) = (.pruned, nil) }
      return trial
    }
    let tables = StudyReport(HardStudies.study(trials)).blocks.compactMap {
      if case .table(let table) = $0 { table } else { nil }
    }
    let table = tables.first { $0.columns.first?.title == "Epoch" }
    #expect(
      table?.rows == [[.text("1"), .int(5), .int(2), .int(3)], [.text("3"), .int(3), .int(2), .int(1)]]
    )
  }

  @Test("a failure shows the last line that says something, with its pipes escaped")
  func failures() {
    #expect(text(HardStudies.allFailed).contains("out of memory \\| no luck"))
    #expect(text(HardStudies.allFailed).contains("no reason recorded"))
    #expect(text(HardStudies.notNumbers).contains("it ended without a number"))
  }

  /// 5400 s of wall clock; 9900 / 2 = 4950; 5400 + (2400 + 7300) / 2 = 10,250.
  @Test("the cost's ratios: 5400 / 4950 = 1.09 and 10,250 / 5400 = 1.90")
  func cost() {
    let text = text(SyntheticStudy.facts())
    #expect(text.contains("| Wall clock over that (1 is no overhead)                |     1.09 × |"))
    #expect(text.contains("| That over the wall clock                               |     1.90 × |"))
    #expect(text.contains("the same trials would have taken about 1.9 times as long."))
  }

  @Test("equal values, odd numbers and long names make a report with every section that applies")
  func robust() {
    #expect(text(HardStudies.constant).contains("All values are equal: nothing was decided."))
    #expect(!text(HardStudies.notNumbers).contains("nan"))
    #expect(text(HardStudies.longNames).contains("4 parameters that matter less are not shown."))
    #expect(headings(HardStudies.oneParameter).contains("Parallel coordinates"))
    #expect(text(SyntheticStudy.facts(trials: 8)).contains("The best of 8 trials"))
  }

  @Test("the same facts make the same report")
  func isDeterministic() {
    // As text: gaps are not numbers, which equal nothing.
    let isSame = text(SyntheticStudy.facts()) == text(SyntheticStudy.facts())
    #expect(isSame)
    let pictures = [0, 1].map { _ in plot("parallel", SyntheticStudy.facts()).map(SVGRenderer().render) }
    #expect(pictures[0] != nil && pictures[0] == pictures[1])
  }
}
