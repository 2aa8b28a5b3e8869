import Notebook
import Numerics
import Recall
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

  /// Where `key` has a value that takes none of `idle`; `takes` says of each of its values whether it does.
  private static func unless<Value: RawRepresentable<String> & Sendable>(
    _ step: String,
    _ key: String,
    _ takes: @escaping @Sendable (Value) -> Bool,
    _ idle: [String]
  ) -> Idle {
    Idle(step: step, keys: idle) { position, plan in
      guard let text = plan.cells[position][key]?.string, let value = Value(rawValue: text), !takes(value)
      else { return nil }
      return "\(key) is \(text)"
    }
  }

  private static let all: [Idle] =
    [
      unless(SplitStep.name, "strategy", { $0 == SplitStep.Strategy.leaveLastN }, ["last_n"]),
      unless(
        SplitStep.name,
        "strategy",
        { [SplitStep.Strategy.time, .ratio, .items, .random].contains($0) },
        ["share"]
      ),
      unless(SplitStep.name, "strategy", { $0 == SplitStep.Strategy.time }, ["cutoff"]),
      unless(SplitStep.name, "strategy", { $0 == SplitStep.Strategy.files }, ["test_file"]),
      unless(
        SplitStep.name,
        "validation",
        { [SplitStep.Validation.users, .items, .random].contains($0) },
        ["validation_share"]
      ),
      unless(ModelStep.name, "pooling", \TwoTowerShape.Pooling.usesPositionRate, ["position_rate"]),
      unless(
        ModelStep.name,
        "pooling",
        { $0 == TwoTowerShape.Pooling.transformer },
        ["blocks", "heads", "feed_forward", "feed_forward_dim", "history_dropout"]
      ),
      unless(TrainStep.name, "loss", \Loss.hasPool, ["pool_size"]),
      unless(TrainStep.name, "loss", { (loss: Loss) in loss.form == .ccl }, ["margin", "negative_weight"]),
      unless(
        TrainStep.name,
        "loss",
        { (loss: Loss) in loss.form == .softmaxAtK },
        ["at_k", "weight_temperature"]
      ),
      unless(TrainStep.name, "loss", { (loss: Loss) in loss.form == .gbce }, ["calibration"]),
      Idle(step: ModelStep.name, keys: ["temperature"]) { position, plan in
        let losses = plan.readers(of: position).compactMap { plan.cells[$0].loss }
        guard let loss = losses.first, losses.allSatisfy({ !$0.form.usesTemperature }) else { return nil }
        return "the loss '\(loss.rawValue)' takes cosines as they are"
      },
      unless(
        TrainStep.name,
        "schedule",
        { $0 != TrainSettings.ScheduleName.constant },
        ["final_lr_fraction"]
      ),
      Idle(step: ModelStep.name, keys: ["hidden_units"], reason: onlySums),
      Idle(step: ModelStep.name, keys: ["dropout"]) { position, plan in
        guard plan.cells[position]["dropout"]?.real != 0 else { return nil }
        let isEmpty = plan.cells[position]["hidden_units"]?.items.isEmpty == true
        return onlySums(position, plan) ?? (isEmpty ? "hidden_units is empty" : nil)
      },
      Idle(step: EncodeStep.name, keys: ["item_multi_combine"]) { noColumns("item_multi", at: $0, in: $1) },
      Idle(step: EncodeStep.name, keys: ["item_text_buckets"]) { noColumns("item_text", at: $0, in: $1) },
      Idle(step: EncodeStep.name, keys: ["item_number_buckets"]) {
        noColumns("item_numbers", at: $0, in: $1)
      },
      Idle(step: EncodeStep.name, keys: ["user_number_buckets"]) {
        noColumns("user_numbers", at: $0, in: $1)
      },
      Idle(step: EncodeStep.name, keys: ["user_multi_combine"]) { noColumns("user_multi", at: $0, in: $1) },
      Idle(step: ModelStep.name, keys: ["category_dim"]) { position, plan in
        plan.cells[position]["category"]?.bool == false ? "category is false" : nil
      },
      Idle(step: TrainStep.name, keys: ["request_noise_hours"], reason: noTime),
      Idle(step: TrainStep.name, keys: ["request_lead_seconds"]) { position, plan in
        noTime(position, plan).flatMap { hasTrend(position, plan) ? nil : $0 }
      },
      Idle(step: IndexStep.name, keys: IndexChoiceSettings.keys) { position, plan in
        guard let type = plan.cells[position]["type"]?.string, type != IndexChoiceSettings.type else {
          return nil
        }
        return "type is \(type), and only '\(IndexChoiceSettings.type)' chooses by it"
      },
      Idle(step: IndexStep.name, keys: ["rerank"]) { position, plan in
        guard let type = plan.cells[position]["type"]?.string else { return nil }
        if type == IndexChoiceSettings.type { return isChosen }
        return SearchIndex.isLossy(type) ? nil : "an index of type \(type) compares whole vectors already"
      },
      Idle(step: IndexStep.name, keys: ["nprobe"]) { type("IVF", at: $0, in: $1) },
      Idle(step: IndexStep.name, keys: ["ef_search"]) { type("HNSW", at: $0, in: $1) },
      Idle(step: IndexStep.name, keys: ["ef_construction", "parallel_build"]) { position, plan in
        let isChosen = plan.cells[position]["type"]?.string == IndexChoiceSettings.type
        return isChosen ? nil : type("HNSW", at: position, in: plan)
      },
    ] + numbersOfOptimizers

  /// The numbers that only some optimisers take.
  private static var numbersOfOptimizers: [Idle] {
    OptimizerName.Number.allCases.map { number in
      unless(
        TrainStep.name,
        "optimizer",
        { (name: OptimizerName) in name.numbers.contains(number) },
        [number.rawValue]
      )
    }
  }

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

  private static func hasTrend(_ position: Int, _ plan: Plan) -> Bool {
    let model = plan.cells[position].edges.first { $0.input.kind == ModelArtifact.kind }
    return model.map { plan.cells[$0.producer]["trend_hours"]?.items.isEmpty == false } ?? false
  }

  private static func noColumns(_ key: String, at position: Int, in plan: Plan) -> String? {
    plan.cells[position][key]?.items.isEmpty == true ? "\(key) is empty" : nil
  }

  private static let isChosen = "with type '\(IndexChoiceSettings.type)' it is chosen with the index"

  private static func type(_ part: String, at position: Int, in plan: Plan) -> String? {
    guard let type = plan.cells[position]["type"]?.string, !type.contains(part) else { return nil }
    if type == IndexChoiceSettings.type { return isChosen }
    return "an index of type \(type) has no \(part)"
  }
}
