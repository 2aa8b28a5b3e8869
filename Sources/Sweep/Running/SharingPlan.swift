import Notebook
import Recipe
import Report

/// How much work the trials of a study have in common, known before the first one starts.
struct SharingPlan {
  /// Trials at most.
  let trials: Int
  /// The cells each trial needs.
  let cells: [String]
  /// The cells that no parameter reaches: all trials share one execution.
  let shared: [String]
  /// How many executions are left; nil where proposals depend on results, and each may be new.
  let exact: Int?

  /// Step executions if nothing were shared.
  var unshared: Int { trials * cells.count }
  /// Step executions at most.
  var atMost: Int { exact ?? shared.count + trials * (cells.count - shared.count) }

  /// The most trials that are planned one by one to be counted.
  private static let countedTrials = 200

  init(_ study: Study, tools: StudyTools) throws {
    let definition = study.definition
    let base = try study.plan(of: Trial(number: 0, assignment: [:]), purpose: .search, tools: tools)
    trials = definition.cap * definition.settings.seeds
    cells = base.cells.map(\.id)
    shared = Self.shared(base, definition)
    let isFixed = definition.settings.method != .tpe
    exact = isFixed && trials <= Self.countedTrials ? try Self.count(study, tools) : nil
  }

  /// The cells that no parameter reaches.
  static func shared(_ base: Plan, _ definition: StudyDefinition) -> [String] {
    var names = definition.settings.parameters.map(\.name)
    if definition.settings.seeds > 1 { names.append(definition.seedSetting) }
    let touched = Set(names.compactMap { $0.split(separator: ".").first.map(String.init) })
    var reached: Set<Int> = []
    for (position, planned) in base.cells.enumerated() {
      let isReached = touched.contains(planned.id) || planned.edges.contains { reached.contains($0.producer) }
      if isReached { reached.insert(position) }
    }
    return base.cells.indices.filter { !reached.contains($0) }.map { base.cells[$0].id }
  }

  /// The distinct executions of a study whose proposals do not depend on results.
  private static func count(_ study: Study, _ tools: StudyTools) throws -> Int {
    let proposals = Proposals(definition: study.definition, baseSeed: study.baseSeed)
    var keys: Set<String> = []
    var trials: [Trial] = []
    while let made = proposals.next(after: trials) {
      for trial in made {
        // A combination that cannot be planned fails as a trial, with its reason.
        guard let plan = try? study.plan(of: trial, purpose: .search, tools: tools) else { continue }
        for key in try plan.keys() { keys.insert("\(key.compute)") }
      }
      trials += made
    }
    return keys.count
  }

  /// The plan in words.
  var lines: [String] {
    let names = shared.isEmpty ? "none" : shared.joined(separator: ", ")
    let rest = exact == nil ? "at most \(atMost)" : "\(atMost)"
    return [
      "\(trials) trials of \(cells.count) cells (\(cells.joined(separator: ", "))): \(unshared) step executions",
      "shared by all trials: \(names); \(unshared - atMost) executions are shared, \(rest) remain",
    ]
  }
}

extension Study {
  /// The seed that the recipe's own training has.
  var baseSeed: Int { definition.ownSeed }
}
