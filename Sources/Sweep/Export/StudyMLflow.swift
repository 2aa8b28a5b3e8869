import Files
import Notebook

/// A study as MLflow keeps runs: a run itself, and its trials are runs under it, in the experiment of their recipe.
enum StudyMLflow {
  /// Writes all of it into the store in the folder `root`, in place of what was written before; gives the study's folder.
  /// - Parameter value: a parameter's value as recipes have it, of its name and its internal form.
  static func write(
    _ info: StudyInfo,
    _ trials: [Trial],
    into root: String,
    value: (String, Double) -> String
  ) throws -> String {
    let store = MLflowStore(root)
    let recipe = FilePaths.stem(of: info.recipe)
    let key = "\(recipe)/\(info.name)/\(info.digest)/\(info.created)"
    var whole = MLflowRun(name: info.name, key: key)
    whole.startMilliseconds = milliseconds(info.created)
    whole.endMilliseconds = milliseconds(trials.compactMap(\.ended).max() ?? info.created)
    whole.parameters =
      [("seed", "\(info.seed)")] + info.goals.map { ("goal.\($0.metric)", $0.direction.rawValue) }
    whole.tags = [("towerbook.overrides", info.overrides.joined(separator: " "))]
    for (place, goal) in info.goals.enumerated() {
      let values = trials.filter { $0.state == .complete }.compactMap { trial in
        trial.values.flatMap { $0.indices.contains(place) && $0[place].isFinite ? $0[place] : nil }
      }
      let best = goal.direction == .maximize ? values.max() : values.min()
      best.map { whole.addMetric("best.\(goal.metric)", $0) }
    }
    let folder = try store.write(whole, experiment: recipe)
    for trial in trials {
      _ = try store.write(run(trial, info, key, parent: folder, value), experiment: recipe)
    }
    return folder
  }

  private static func run(
    _ trial: Trial,
    _ info: StudyInfo,
    _ key: String,
    parent: String,
    _ value: (String, Double) -> String
  ) -> MLflowRun {
    var run = MLflowRun(name: "\(info.name)-\(trial.number)", key: "\(key)/\(trial.number)")
    run.startMilliseconds = milliseconds(trial.created)
    run.endMilliseconds = milliseconds(trial.ended ?? trial.created)
    run.status =
      switch trial.state {
      case .complete: .finished
      case .pruned: .killed
      case .failed: .failed
      case .waiting: .scheduled
      case .running: .running
      }
    run.parent = parent
    run.parameters = trial.assignment.sorted { $0.key < $1.key }.map { ($0.key, value($0.key, $0.value)) }
    trial.seed.map { run.parameters.append(("seed", "\($0)")) }
    run.tags = [("towerbook.state", trial.state.rawValue), ("towerbook.reason", trial.reason ?? "")]
    let points = trial.intermediates.filter(\.value.isFinite)
    if !points.isEmpty {
      run.addCurve(
        RunCurve(name: ["intermediate"], steps: points.map { Int64($0.step) }, values: points.map(\.value))
      )
    }
    for (name, value) in trial.metrics.sorted(by: { $0.key < $1.key }) { run.addMetric(name, value) }
    // What is no metric of the run, as a difference of two, is named by the goal alone.
    for (goal, value) in zip(info.goals, trial.values ?? []) where trial.metrics[goal.metric] == nil {
      if value.isFinite { run.addMetric(goal.metric, value) }
    }
    return run
  }

  private static func milliseconds(_ seconds: Double) -> Int {
    seconds.isFinite ? Int(min(max(seconds, 0), 1e11) * 1_000) : 0
  }
}
