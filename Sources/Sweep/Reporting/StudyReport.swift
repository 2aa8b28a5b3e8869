import Report

/// The report of a hyperparameter study as blocks, ready to render.
package struct StudyReport: Sendable {
  private let facts: StudyFacts

  /// Makes the report of a study.
  package init(_ facts: StudyFacts) { self.facts = facts }

  /// What is worth seeing while the study goes, without what is only known at its end.
  package var liveBlocks: [Block] {
    let study = StudyDigest(facts)
    let sections: [any StudySection.Type] = [
      HistorySection.self, LeaderboardSection.self, ImportanceSection.self, SlicesSection.self,
      ParallelSection.self, ParetoSection.self, CurvesSection.self, FailuresSection.self, CostSection.self,
      PlacesSection.self, SavingsSection.self,
    ]
    return sections.flatMap { $0.blocks(study) }
  }

  /// The result so far in words.
  package var summary: [Block] { ResultSection.blocks(StudyDigest(facts)).filter { !$0.isHeading } }

  /// All sections in order, with a heading of level 1 at the top.
  package var blocks: [Block] {
    let study = StudyDigest(facts)
    let sections: [any StudySection.Type] = [
      ResultSection.self, BestSettingsSection.self, WinnerSection.self, LeaderboardSection.self,
      HistorySection.self, ImportanceSection.self, SlicesSection.self, ContourSection.self,
      ParallelSection.self, ParetoSection.self, CurvesSection.self, FailuresSection.self, CostSection.self,
      PlacesSection.self, SavingsSection.self, ReproduceSection.self,
    ]
    return sections.flatMap { $0.blocks(study) }
  }
}

extension Block {
  /// Whether it is a heading.
  fileprivate var isHeading: Bool { if case .heading = self { true } else { false } }
}
