import Notebook
import Numerics
import Recall
import Recipe
import Report

/// The settings of an index that is chosen.
struct IndexChoiceSettings: Sendable {
  /// What `type` says for it.
  static let type = "auto"
  /// The settings that only it takes.
  static let keys = ["recall", "at", "budget", "types", "requests"]

  /// What must hold.
  let goal: IndexGoal
  /// What is tried; empty for what suits the number of items.
  let types: [String]
  /// How many requests are asked.
  let requests: Int

  init(_ fields: inout Fields) {
    var goal = IndexGoal()
    goal.recall = fields.double(
      "recall",
      default: goal.recall,
      in: .open(0, 1),
      "auto: the share of the exact lists that the index's must hold, on average over requests; the lower end of its 95 % "
        + "interval must. For all of them take 'type: Flat'."
    )
    goal.k = fields.int(
      "at",
      default: goal.k,
      in: 1...10_000,
      "auto: how long these lists are: as long as the candidates that are wanted. (The moment of items' ages is 'ages_at'.)"
    )
    (goal.milliseconds, goal.bytes) = fields.section("budget", "auto: what the index may cost.") { budget in
      let milliseconds = budget.optionalDouble(
        "milliseconds",
        in: .above(0),
        "What one request may take on this machine, alone and on one thread; by default any time."
      )
      let megabytes = budget.optionalDouble(
        "megabytes",
        in: .aboveUpTo(0, 1e9),
        "How large it may be, in millions of bytes: its file, and the vectors where they are compared; by default any size."
      )
      return (milliseconds, megabytes.map { Int($0 * 1e6) })
    }
    types = fields.strings(
      "types",
      default: [],
      "auto: the factory strings that are tried, as 'type' takes them; by default those that suit the number of items: Flat, "
        + "SQ8, IVF with whole vectors, 8 bits and PQ, and HNSW."
    )
    requests = fields.int(
      "requests",
      default: 4000,
      in: 1...1_000_000,
      "auto: how many requests are asked, at most: those before clicks held out for validation, or else before the last click "
        + "that was learned from. The more, the narrower the interval of the recall."
    )
    self.goal = goal
  }

  /// What it measures.
  var metrics: [String] {
    ["recall@\(goal.k)", "recall_low@\(goal.k)", "hit_rate@\(goal.k)", "exact_hit_rate@\(goal.k)"]
      + ["query_ms", "megabytes"]
  }

  /// Factory strings must be such, and lists must leave something out.
  /// - Parameter items: how many there are, where that is known.
  func preflight(_ check: Preflight, items: Int?) {
    for type in types {
      do { _ = try FaissIndex(factory: type, dimension: 32) } catch { check.fail("types", "\(error)") }
    }
    if let items, goal.k > items {
      check.fail(
        "at",
        "there are \(NumberFormat.grouped(items)) items only, so a list of \(goal.k) holds all of them"
      )
    }
  }

  /// Chooses.
  /// - Throws: `RunFailure` that says the best that was found where nothing holds.
  func choose(
    _ vectors: Matrix,
    _ ids: [Int64],
    _ requests: IndexRequests,
    _ build: IndexBuild,
    _ search: SearchSettings,
    _ context: RunContext
  ) throws -> (setting: IndexSetting, index: FaissIndex?, blocks: [Block]) {
    guard goal.k <= ids.count else {
      throw RunFailure(
        "an index is to be chosen by lists of \(goal.k), and there are \(ids.count) items; set 'at' to less"
      )
    }
    var options = IndexTuner.Options()
    options.goal = goal
    options.forms = types.isEmpty ? nil : types.map(IndexForm.init)
    options.build = build
    options.search = search
    options.threads = context.threads
    options.progress = { context.progress.line("  \($0)") }
    options.checkpoint = { try context.checkCancellation() }
    let choice = try IndexTuner.choice(
      vectors: vectors,
      ids: ids,
      requests: requests.requests,
      options
    )
    let report = IndexChoiceReport(choice, goal, requests, build, threads: context.threads)
    guard let chosen = choice.chosen else { throw RunFailure(report.failure) }
    let values = [
      chosen.recall, chosen.interval.low, chosen.hitRate, chosen.exactHitRate, chosen.milliseconds,
      Double(chosen.bytes) / 1e6,
    ]
    for (name, value) in zip(metrics, values) { context.metric(name, value) }
    return (chosen.setting, choice.index?.faiss, report.blocks(chosen))
  }
}
