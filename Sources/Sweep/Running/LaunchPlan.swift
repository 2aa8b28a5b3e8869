import Notebook

/// What will be handed over to an engine, known before the first trial is.
struct LaunchPlan {
  /// In words; nothing where trials are processes of this machine.
  let lines: [String]

  init(_ study: Study, tools: StudyTools) throws {
    guard let settings = study.definition.settings.launcher, settings.kind != .local else {
      lines = []
      return
    }
    let launcher: any TrialLauncher
    do { launcher = try Launchers.launcher(of: study) } catch { throw CannotStart("\(error)") }
    let slots = study.slots(tools)
    let desk = TrialDesk(study, tools: tools, launcher: launcher, slots: slots) { _ in }
    var lines = ["launcher \(settings.words); at most \(slots) at once"]
    let plan = try study.plan(of: Trial(number: 0, assignment: [:]), purpose: .search, tools: tools)
    let shared = Set(SharingPlan.shared(plan, study.definition))
    let first = plan.cells.map(\.id).prefix { shared.contains($0) }
    if !first.isEmpty, settings.cache == nil {
      lines.append(
        "one trial alone until \(Words.list(Array(first))) \(first.count == 1 ? "is" : "are") in the cache, then the others"
      )
    }
    if let cache = settings.cache { lines.append("each machine has its own cache in \(cache)") }
    self.lines = lines + desk.preview().map { "handed over by: \($0)" }
  }
}
