import Report

/// Finished runs of a recipe that differ from one in nothing but the seeds of training: what a figure moves by when all
/// else is the same.
struct SeedRuns {
  private let plan: Plan
  private let runs: [ReportDocument]

  /// - Parameter stored: the finished runs of the recipe, the newest first.
  init(_ plan: Plan, _ stored: [StoredRun]) {
    self.plan = plan
    runs = stored.map(\.document)
  }

  /// The names of the settings that training is repeated with: `train.seed`.
  private var seeds: [String] {
    plan.cells.compactMap { planned in
      type(of: planned.step).repeatedSeed.map { "\(planned.id).\($0)" }
    }
  }

  /// The records of such runs beside `document`: one for each seed that it has not, of several the newest.
  func siblings(of document: ReportDocument) -> [ReportDocument] {
    let seeds = Set(seeds)
    func others(_ facts: [ReportDocument.Fact]) -> [ReportDocument.Fact] {
      facts.filter { !seeds.contains($0.name) }
    }
    func own(_ facts: [ReportDocument.Fact]) -> [String] {
      facts.filter { seeds.contains($0.name) }.map(\.value)
    }
    let settings = others(document.settings)
    var known = [own(document.settings)]
    return runs.filter { run in
      guard run.measuredUnder == document.measuredUnder, others(run.settings) == settings,
        !known.contains(own(run.settings))
      else { return false }
      known.append(own(run.settings))
      return true
    }
  }
}
