import Report

/// A study's facts with what several sections work out from them.
struct StudyDigest {
  let facts: StudyFacts
  /// All settings, ascending by number.
  let settings: [TriedSetting]
  /// The settings with a value of the first goal, best first.
  let ranked: [TriedSetting]
  /// How the first goal's values are shown.
  let format: MetricFormat
  /// The fresh runs, judged, or nil.
  let verdict: WinnerVerdict?
  private let names: [String: String]

  init(_ facts: StudyFacts) {
    self.facts = facts
    let goal = facts.goals[0]
    let settings = TriedSetting.all(of: facts.trials, goals: facts.goals.count)
    let ranked = TriedSetting.ranked(settings, by: goal)
    self.settings = settings
    self.ranked = ranked
    // Outliers at the bad end would cost the good ones their digits.
    let better = ranked.prefix((ranked.count + 1) / 2).map(\.summary.mean)
    let format = MetricFormat(better + [facts.baseline ?? .nan])
    self.format = format
    verdict = facts.confirmation.flatMap { WinnerVerdict($0, among: ranked, of: facts, format) }
    names = Self.shortNames(facts.space.parameters.map(\.name))
  }

  var goal: Goal { facts.goals[0] }
  /// What trials tell on the way.
  var progress: Goal { facts.progress ?? goal }
  var parameters: [Parameter] { facts.space.parameters }
  /// Trials that completed with a number, ascending.
  var complete: [Trial] { facts.trials.filter { $0.firstValue != nil }.sorted { $0.number < $1.number } }
  /// Trials that were stopped early, ascending.
  var pruned: [Trial] { facts.trials.filter { $0.state == .pruned }.sorted { $0.number < $1.number } }
  /// Trials that gave nothing to use, ascending: failed ones, and complete ones without a number.
  var failed: [Trial] {
    facts.trials.filter { $0.state == .failed || ($0.state == .complete && $0.firstValue == nil) }
      .sorted { $0.number < $1.number }
  }
  /// Whether settings differ in their values of the first goal.
  var hasDifferences: Bool { ranked.contains { $0.summary.mean != ranked[0].summary.mean } }
  /// Whether some setting completed more than once.
  var hasRepeats: Bool { ranked.contains { $0.summary.count > 1 } }

  /// The parameters, those that matter most first; without importances in the space's order.
  var byImportance: [Parameter] {
    let shares = facts.importance?.shares.filter(\.share.isFinite) ?? []
    func share(_ name: String) -> Double { shares.first { $0.name == name }?.share ?? -1 }
    return parameters.enumerated()
      .sorted { (-share($0.element.name), $0.offset) < (-share($1.element.name), $1.offset) }.map(\.element)
  }

  /// A parameter's name as short as it is unique.
  func name(_ parameter: String) -> String { names[parameter] ?? parameter }

  /// A value as text, a dash where the parameter does not count or the value is no number.
  func text(_ parameter: Parameter, of assignment: Assignment) -> String {
    guard let value = assignment[parameter.name], value.isFinite else { return NumberFormat.notANumber }
    return facts.shown(parameter.name, value)
  }

  /// `learning_rate = 0.003, dimension = 64`, at most `most` of them, those that matter most first.
  func text(_ assignment: Assignment, most: Int) -> [String] {
    let active = byImportance.filter { assignment[$0.name] != nil }
    return active.prefix(most).map { "\(name($0.name)) = \(text($0, of: assignment))" }
      + (active.count > most ? ["…"] : [])
  }

  /// Last parts of names where these differ, else the whole names.
  private static func shortNames(_ names: [String]) -> [String: String] {
    func last(_ name: String) -> String { name.split(separator: ".").last.map(String.init) ?? name }
    let counts = Dictionary(names.map { (last($0), 1) }, uniquingKeysWith: +)
    let pairs = names.map { ($0, counts[last($0)] == 1 ? last($0) : $0) }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }
}
