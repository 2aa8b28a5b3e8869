import Notebook
import Recipe

extension StudyBuilder {
  func goals() -> [Goal] {
    guard let metric = settings.metric else {
      fields.fail("metric", "'sweep' has no aim: give 'metric', as {name: eval.ndcg@20, goal: maximize}")
      return []
    }
    let listed = metric.items.isEmpty ? [metric] : metric.items
    return listed.compactMap(goal)
  }

  func goal(_ setting: Setting) -> Goal? {
    var name: String?
    var direction: Goal.Direction?
    if case .string(let text) = setting { name = text }
    if case .section(let entries) = setting {
      for entry in entries {
        switch (entry.key, entry.value) {
        case ("name", .string(let text)): name = text
        case ("goal", .string(let text)):
          guard let word = Goal.Direction(rawValue: text) else {
            plan.recipe.problems.error(
              "expected maximize or minimize for 'goal', got '\(text)'",
              at: entry.place
            )
            continue
          }
          direction = word
        default:
          plan.recipe.problems.error(
            "unknown key '\(entry.key)' in 'metric'; it takes name (a text) and goal (maximize or minimize)",
            at: entry.place
          )
        }
      }
    }
    guard let name else {
      fields.fail("metric", "expected the name of a metric, as {name: eval.ndcg@20, goal: maximize}")
      return nil
    }
    let metric = resolved(name, "metric")
    return Goal(metric: metric, direction: direction ?? usualDirection(of: metric))
  }

  /// The way that a metric is better where nothing is said: what its step says of what it tells on the way, else by its name.
  func usualDirection(of metric: String) -> Goal.Direction {
    for cell in plan.cells {
      guard let measure = cell.step.progressMetric else { continue }
      let progress = Goal(measure, of: cell.id)
      if progress.metric == metric { return progress.direction }
    }
    return Goal.Direction(usualFor: metric)
  }

  func resolved(_ name: String, _ key: String) -> String {
    let names = plan.metricNames
    if names.all.contains(name) { return name }
    let cell = name.split(separator: ".").first.map(String.init) ?? ""
    let place =
      fields.valuePlace(of: key, holding: name) ?? fields.valuePlace(of: "\(key).name", holding: name)
    fields.fail(
      key,
      "no step gives the metric '\(name)'\(names.hint(for: name, in: cell))",
      correction: Correction(name, at: place, among: names.all)
    )
    return name
  }

  /// The metric that the winners are measured by: on the test's clicks where the search used those for validation.
  func confirmed(_ goals: [Goal]) -> Goal? {
    guard settings.confirmation.top > 0, let first = goals.first else { return nil }
    if let name = settings.confirmation.metric {
      return Goal(metric: resolved(name, "confirm.metric"), direction: first.direction)
    }
    let other = testTwin(of: first.metric)
    return Goal(metric: other ?? first.metric, direction: first.direction)
  }

  /// The full name of the metric that measures on the test's clicks what `metric` measures on others: of the same cell,
  /// or else of the first that gives one so named.
  private func testTwin(of metric: String) -> String? {
    let parts = metric.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2, let cell = plan.cell(parts[0]),
      let twin = cell.step.testTwin(of: parts[1])
    else { return nil }
    let names = plan.metricNames.all
    if names.contains("\(cell.id).\(twin)") { return "\(cell.id).\(twin)" }
    return plan.cells.lazy.map { "\($0.id).\(twin)" }.first(where: names.contains)
  }
}
