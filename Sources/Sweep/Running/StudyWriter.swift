import Files
import Notebook
import Recipe
import Report

/// Writes what a study has found into its folder: the report with its plots, the best recipe, tables.
struct StudyWriter {
  private let study: Study
  private let tools: StudyTools
  private let proposals: Proposals

  init(_ study: Study, tools: StudyTools) {
    self.study = study
    self.tools = tools
    proposals = Proposals(definition: study.definition, baseSeed: study.baseSeed)
  }

  func write(command: [String], ending: StudyFacts.Ending) throws {
    let trials = try study.ledger.trials()
    let facts = try self.facts(trials, command, ending)
    if let group = facts.bestRecipeGroup, let best = trials.first(where: { $0.group == group }) {
      try AtomicFile.write(try bestRecipe(best.assignment), to: study.folder.best)
    }
    let blocks = StudyReport(facts).blocks
    let plots = blocks.compactMap { if case .plot(let plot) = $0 { plot } else { nil } }
    let folder = FilePaths.join(study.folder.path, "plots")
    if !plots.isEmpty { try Folders.make(folder) }
    for plot in plots {
      try AtomicFile.write(SVGRenderer().render(plot), to: FilePaths.join(folder, "\(plot.name).svg"))
    }
    let text = MarkdownRenderer().render(blocks) { "plots/\($0.name).svg" }
    try AtomicFile.write(text, to: study.folder.report)
  }

  /// What the report of the study is told as it stands.
  func facts(_ trials: [Trial], _ command: [String], _ ending: StudyFacts.Ending) throws -> StudyFacts {
    let definition = study.definition
    let plan = try study.basePlan(tools)
    var facts = StudyFacts(
      title: "Sweep: \(plan.recipe.title ?? plan.recipe.name)",
      recipe: plan.recipe.name,
      goals: definition.goals,
      space: definition.space
    )
    facts.isOnTest = definition.isOnTest
    facts.warnings = definition.warnings
    facts.command = reproducing()
    facts.writtenBy = command.joined(separator: " ")
    facts.method = definition.settings.method.words
    facts.earlyTermination = definition.settings.early == nil ? nil : definition.terminationWords
    facts.trials = trials
    facts.progress =
      plan.cells.lazy.compactMap { cell in
        cell.step.progressMetric.map { Goal($0, of: cell.id) }
      }.first
    let groups = Proposals.groups(trials)
    if let goal = definition.goals.first {
      facts.importance = ParameterImportance.known(of: groups, in: definition.space, goal)
    }
    facts.shown = { definition.shown($0, $1) }
    facts.baseline = baseline(trials)
    facts.baselineGroup = facts.baseline == nil ? nil : 0
    facts.confirmation = try confirmation(trials)
    facts.cost = try cost(trials)
    let threads = max(1, tools.options.threads / facts.cost.parallel)
    facts.savings = definition.savings(of: trials, threads: threads, command: facts.command)
    facts.bestRecipeGroup =
      facts.confirmation?.winner(definition.goals) ?? proposals.best(trials, count: 1).first?.group
    facts.bestRecipeFile = facts.bestRecipeGroup == nil ? nil : "best.yaml"
    facts.ending = ending
    facts.seed = definition.settings.seed
    return facts
  }

  /// The command that makes the study anew, whoever writes the report now.
  private func reproducing() -> String {
    let info = study.ledger.info
    let recipe = info.recipe.isEmpty ? [] : [FilePaths.relative(info.recipe, to: FilePaths.current)]
    let words = ["towerbook", "sweep"] + recipe + info.overrides
    return words.map(ShellWord.quoted).joined(separator: " ")
  }

  /// The recipe's own value, where it was the first trial.
  private func baseline(_ trials: [Trial]) -> Double? {
    guard let own = study.definition.recipeAssignment else { return nil }
    let values = trials.compactMap { $0.assignment == own && $0.group == 0 ? $0.values?.first : nil }
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  private func confirmation(_ trials: [Trial]) throws -> Confirmation? {
    guard let metric = study.definition.confirmedMetric else { return nil }
    let runs = try study.ledger.trials(purpose: .confirm)
    guard !runs.isEmpty else { return nil }
    let seeds = proposals.freshSeeds
    let (settings, median) = proposals.confirmed(trials)
    // What an earlier go confirmed, and is now neither among the best nor what they are held against, has no part in it.
    let confirmed = settings.sorted { $0.group < $1.group }.filter { setting in
      runs.contains { $0.assignment == setting.assignment && seeds.contains($0.seed ?? -1) }
    }
    guard !confirmed.isEmpty else { return nil }
    // Of the same users, or they cannot be paired.
    var users: [String: [Int64]] = [:]
    let entries = confirmed.map { setting in
      let own = seeds.map { seed in runs.first { $0.assignment == setting.assignment && $0.seed == seed } }
      var entry = Confirmation.Entry(
        group: setting.group,
        searchValue: setting.value,
        validation: own.map { $0?.values?.first ?? .nan },
        test: own.map { $0?.metrics[metric.metric] ?? .nan }
      )
      let units = ConfirmedUnits(own.map { $0?.state == .complete ? $0?.number : nil }, in: study.folder)
      func paired(_ name: String) -> [[Double]] {
        guard let (ids, values) = units.values(name), users[name] == nil || users[name] == ids else {
          return []
        }
        users[name] = ids
        return values
      }
      entry.validationUnits = paired(ConfirmedUnits.validation)
      entry.testUnits = paired(ConfirmedUnits.test)
      return entry
    }
    var confirmation = Confirmation(seeds: seeds, testMetric: metric.metric, entries: entries)
    confirmation.medianGroup = median
    return confirmation
  }

  private func cost(_ trials: [Trial]) throws -> StudyCost {
    var cost = StudyCost()
    cost.wallSeconds = try study.ledger.note(SweepRecord.wallKey(.search)).flatMap(Double.init) ?? 0
    cost.confirmingSeconds = try study.ledger.note(SweepRecord.wallKey(.confirm)).flatMap(Double.init) ?? 0
    cost.parallel = study.slots(tools)
    cost.jobs = try study.ledger.jobs()
    for trial in trials {
      for id in trial.cellSeconds.keys.sorted() { cost.ownSeconds += trial.cellSeconds[id] ?? 0 }
      cost.cellsExecuted += trial.cellSeconds.count
      cost.cellsShared += max(0, trial.cellKeys.count - trial.cellSeconds.count)
      cost.savedBySharing += trial.metrics[TrialRun.savedKey] ?? 0
    }
    let pruned = PrunedCost(among: trials)
    cost.savedByPruning = trials.reduce(0) { $0 + pruned.seconds($1) }
    return cost
  }

  /// A recipe that extends the sweep's and sets what was found best.
  private func bestRecipe(_ assignment: Assignment) throws -> String {
    let plan = try study.basePlan(tools)
    var cells: [SettingEntry] = []
    let own = try study.definition.overrides(for: assignment, seed: nil)
    for override in study.ledger.info.overrides + own {
      guard let equals = override.firstIndex(of: "=") else { continue }
      let path = override[..<equals].split(separator: ".").map(String.init)
      guard path.first != "sweep", path.count > 1 else { continue }
      let header = plan.cell(path[0]).map { planned in
        planned.id == planned.cell.header.step ? planned.id : "\(planned.cell.header.step) as \(planned.id)"
      }
      Self.set(
        [header ?? path[0]] + path.dropFirst(),
        String(override[override.index(after: equals)...]),
        in: &cells
      )
    }
    let recipe = study.ledger.info.recipe
    var text = "# The best settings that the sweep of \(plan.recipe.name) found.\n\n"
    if !recipe.isEmpty {
      text += "extends: \(FilePaths.relative(recipe, to: FilePaths.absolute(study.folder.path)))\n\n"
    }
    for cell in cells {
      text += "\(cell.key):\n"
      text += Self.lines(cell.value, indent: 2)
    }
    return text
  }

  /// Lays a value, as YAML on one line, under a path.
  private static func set(_ path: [String], _ value: String, in entries: inout [SettingEntry]) {
    guard let key = path.first else { return }
    let rest = Array(path.dropFirst())
    var inner: [SettingEntry] = []
    let place = entries.firstIndex { $0.key == key }
    if let place, case .section(let existing) = entries[place].value { inner = existing }
    let made: Setting
    if rest.isEmpty {
      made = .string(value)
    } else {
      set(rest, value, in: &inner)
      made = .section(inner)
    }
    if let place { entries[place].value = made } else { entries.append(SettingEntry(key, made)) }
  }

  /// The tree of values that are YAML already.
  private static func lines(_ value: Setting, indent: Int) -> String {
    guard case .section(let entries) = value else { return "" }
    let margin = String(repeating: " ", count: indent)
    return entries.map { entry in
      if case .string(let text) = entry.value { return "\(margin)\(entry.key): \(text)\n" }
      return "\(margin)\(entry.key):\n" + lines(entry.value, indent: indent + 2)
    }
    .joined()
  }
}

extension SweepSettings.Method {
  /// The method in words.
  var words: String {
    switch self {
    case .grid: "grid"
    case .random: "random search"
    case .sobol: "Sobol sequence"
    case .tpe: "tree-structured Parzen estimator"
    }
  }
}

extension Confirmation {
  /// The setting that is best on the fresh seeds by what the search went for, the test having no part in it; nil
  /// where no run gave a number.
  func winner(_ goals: [Goal]) -> Int? {
    guard let goal = goals.first else { return nil }
    let means = entries.compactMap { entry -> (group: Int, loss: Double)? in
      let values = entry.validation.filter(\.isFinite)
      return values.isEmpty ? nil : (entry.group, goal.loss(values.reduce(0, +) / Double(values.count)))
    }
    return means.min { $0.loss < $1.loss }?.group
  }
}
