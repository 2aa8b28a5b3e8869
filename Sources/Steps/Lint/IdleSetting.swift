import Notebook
import Numerics
import Recipe

/// A setting that was changed and does nothing beside the others.
enum IdleSetting: LintRule {
  static let name = "idle_setting"
  static let summary =
    "A setting that was changed but has no effect with the others, as dropout without dense layers."

  /// Where some settings of a step do nothing.
  private struct Idle: Sendable {
    let step: String
    let keys: [String]
    /// Why, in words, or nil where they have an effect.
    let reason: @Sendable (_ position: Int, Plan) -> String?
  }

  /// The settings that are looked at, as `train.momentum`.
  static var watched: [String] { all.flatMap { idle in idle.keys.map { "\(idle.step).\($0)" } } }

  static func findings(in plan: Plan) -> [LintFinding] {
    all.flatMap { idle in
      plan.cells(of: idle.step).flatMap { position -> [LintFinding] in
        let changed = idle.keys.filter(plan.cells[position].isChanged)
        guard !changed.isEmpty, let reason = idle.reason(position, plan) else { return [] }
        return changed.map {
          LintFinding(cell: position, key: $0, "'\($0)' has no effect here: \(reason); leave it out")
        }
      }
    }
  }

  /// Where `key` has one of `values`.
  private static func whenever(_ step: String, _ key: String, _ values: [String], _ idle: [String]) -> Idle {
    Idle(step: step, keys: idle) { position, plan in
      guard let value = plan.cells[position][key]?.string, values.contains(value) else { return nil }
      return "\(key) is \(value)"
    }
  }

  private static let all: [Idle] = [
    whenever(SplitStep.name, "strategy", ["last_click", "time", "ratio", "files"], ["last_n"]),
    whenever(SplitStep.name, "strategy", ["last_click", "leave_last_n", "files"], ["share"]),
    whenever(SplitStep.name, "strategy", ["last_click", "leave_last_n", "ratio", "files"], ["cutoff"]),
    whenever(SplitStep.name, "strategy", ["last_click", "leave_last_n", "ratio", "time"], ["test_file"]),
    whenever(SplitStep.name, "validation", ["none", "second_last"], ["validation_share"]),
    whenever(
      ModelStep.name,
      "pooling",
      TwoTowerShape.Pooling.allCases.filter { !$0.usesPositionRate }.map(\.rawValue),
      ["position_rate"]
    ),
    whenever(TrainStep.name, "loss", Loss.allCases.filter { !$0.hasPool }.map(\.rawValue), ["pool_size"]),
    whenever(
      TrainStep.name,
      "optimizer",
      ["adagrad", "sgd"],
      ["beta_1", "beta_2", "epsilon_after_correction"]
    ),
    whenever(TrainStep.name, "optimizer", ["sgd"], ["epsilon"]),
    whenever(TrainStep.name, "optimizer", ["adam", "adagrad", "sgd"], ["weight_decay"]),
    whenever(TrainStep.name, "optimizer", ["adam", "adamw", "sgd"], ["initial_accumulator"]),
    whenever(TrainStep.name, "optimizer", ["adam", "adamw", "adagrad"], ["momentum"]),
    whenever(TrainStep.name, "schedule", ["constant"], ["final_lr_fraction"]),
    Idle(step: ModelStep.name, keys: ["hidden_units"], reason: onlySums),
    Idle(step: ModelStep.name, keys: ["dropout"]) { position, plan in
      guard plan.cells[position]["dropout"]?.real != 0 else { return nil }
      let isEmpty = plan.cells[position]["hidden_units"]?.items.isEmpty == true
      return onlySums(position, plan) ?? (isEmpty ? "hidden_units is empty" : nil)
    },
    Idle(step: ModelStep.name, keys: ["category_dim"]) { position, plan in
      plan.cells[position]["category"]?.bool == false ? "category is false" : nil
    },
    Idle(step: TrainStep.name, keys: ["request_lead_seconds", "request_noise_hours"], reason: noTime),
    Idle(step: IndexStep.name, keys: ["nprobe"]) { type("IVF", at: $0, in: $1) },
    Idle(step: IndexStep.name, keys: ["ef_search", "ef_construction", "parallel_build"]) {
      type("HNSW", at: $0, in: $1)
    },
  ]

  @Sendable private static func onlySums(_ position: Int, _ plan: Plan) -> String? {
    let isSum = ["query_tower", "item_tower"].allSatisfy { plan.cells[position][$0]?.string == "identity" }
    return isSum ? "identity towers have no dense layers" : nil
  }

  @Sendable private static func noTime(_ position: Int, _ plan: Plan) -> String? {
    guard let model = plan.cells[position].edges.first(where: { $0.input.kind == ModelArtifact.kind }) else {
      return nil
    }
    let cell = plan.cells[model.producer]
    return cell["time_buckets"]?.items.isEmpty == true ? "\(cell.id).time_buckets is empty" : nil
  }

  private static func type(_ part: String, at position: Int, in plan: Plan) -> String? {
    guard let type = plan.cells[position]["type"]?.string, !type.contains(part) else { return nil }
    return "an index of type \(type) has no \(part)"
  }
}
