import Files
import Notebook
import Report

/// What is known of a cell before it is run: whether the cache has its result, how long it takes, what came of it last.
struct CellForecast: Sendable, Equatable {
  /// Whether the cache has its result; nil where the recipe cannot be run as it is.
  var isCached: Bool?
  /// The seconds that it took, for this result or in the last run.
  var seconds: Double?
  /// What came of it, in a few words: `hit_rate@20 0.664 [0.657, 0.670]`.
  var outcome: String?
  /// Its metrics then, as they are written, by the names inside of the cell.
  var metrics: [String: String] = [:]

  /// One line for above the cell.
  var title: String {
    let time = seconds.map { NumberFormat.duration(seconds: $0) }
    var parts: [String]
    switch isCached {
    case true?: parts = ["cached" + (time.map { ", took \($0)" } ?? "")]
    case false?: parts = [time.map { "would run, about \($0) as last time" } ?? "would run"]
    case nil: parts = time.map { ["took \($0) last time"] } ?? []
    }
    if let outcome, !outcome.isEmpty { parts.append((isCached == true ? "" : "last ") + outcome) }
    return parts.isEmpty ? "never run" : parts.joined(separator: " · ")
  }
}

/// Makes forecasts of cells by what the cache and earlier runs know.
final class Forecaster {
  private struct Record {
    var seconds: Double
    var outcome: String?
    var metrics: [String: String]
  }

  private let outputs: String
  private let cache: StepCache
  private let memo = DigestMemo()
  /// What was read of results and of runs, which do not change.
  private var results: [String: Record] = [:]
  private var runs: [String: [String: Record]] = [:]

  /// A forecaster of runs under `outputs` with their results in `cache`, both absolute.
  init(outputs: String, cache: String) {
    self.outputs = outputs
    self.cache = StepCache(folder: cache) { _ in }
  }

  /// The forecasts of the cells of a plan, by id; reads all data files whose digests are not known.
  func forecasts(of plan: Plan, isSound: Bool) -> [String: CellForecast] {
    let last = lastRun(of: plan.recipe.name)
    let keys = isSound ? try? plan.keys(memo) : nil
    var forecasts: [String: CellForecast] = [:]
    for (position, planned) in plan.cells.enumerated() {
      let kept = keys.flatMap { result($0[position].compute) }
      let known = kept ?? last[planned.id]
      forecasts[planned.id] = CellForecast(
        isCached: keys.map { _ in kept != nil },
        seconds: known?.seconds,
        outcome: known?.outcome,
        metrics: known?.metrics ?? [:]
      )
    }
    return forecasts
  }

  private func result(_ key: Digest) -> Record? {
    guard cache.has(key) else { return nil }
    if let known = results[key.description] { return known }
    guard let entry = try? cache.record(key) else { return nil }
    let record = Record(
      seconds: entry.seconds,
      outcome: Self.words(entry.headline, entry.summary),
      metrics: Self.words(entry.metrics.map { ($0.name, $0.value) })
    )
    results[key.description] = record
    return record
  }

  private func lastRun(of recipe: String) -> [String: Record] {
    let store = RunStore(outputs)
    guard let id = store.latest(of: recipe) else { return [:] }
    if let known = runs["\(recipe)/\(id)"] { return known }
    guard let run = try? store.run(id, of: recipe) else { return [:] }
    var records: [String: Record] = [:]
    for cell in run.document.cells {
      let own = run.document.metrics.filter { $0.name.hasPrefix(cell.id + ".") }
      records[cell.id] = Record(
        seconds: cell.seconds,
        outcome: Self.words(cell.headline, cell.summary),
        metrics: Self.words(own.map { (String($0.name.dropFirst(cell.id.utf8.count + 1)), $0.value) })
      )
    }
    runs["\(recipe)/\(id)"] = records
    return records
  }

  private static func words(_ metrics: [(name: String, value: Double?)]) -> [String: String] {
    let written = metrics.compactMap { metric in metric.value.map { (metric.name, "\($0)") } }
    return Dictionary(written) { first, _ in first }
  }

  private static func words(_ headline: Headline?, _ summary: String?) -> String? {
    headline.map { "\($0.metric) \($0.figure)" } ?? summary
  }
}
