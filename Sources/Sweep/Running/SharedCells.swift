import Files
import Notebook

/// The cells that all trials of a study share and that come before all others: split, encode. On a cluster one trial computes
/// them before others begin; in place of fifty machines that wait for one.
final class SharedCells {
  private let study: Study
  private let tools: StudyTools
  private var keys: [Digest]?
  private var areSeen = false

  init(_ study: Study, tools: StudyTools) {
    self.study = study
    self.tools = tools
  }

  /// Whether the cache has all of them. Where that cannot be told, as data are not readable here, nobody waits.
  var areKept: Bool {
    if areSeen { return true }
    let cache = StepCache(folder: Runner.cacheFolder(tools.options)) { _ in }
    let wanted = keys ?? ((try? Self.keys(study, tools)) ?? [])
    keys = wanted
    areSeen = wanted.allSatisfy(cache.has)
    return areSeen
  }

  private static func keys(_ study: Study, _ tools: StudyTools) throws -> [Digest] {
    let plan = try study.plan(of: Trial(number: 0, assignment: [:]), purpose: .search, tools: tools)
    let shared = Set(SharingPlan.shared(plan, study.definition))
    let first = plan.cells.prefix { shared.contains($0.id) }.count
    return try plan.keys().prefix(first).map(\.compute)
  }
}
