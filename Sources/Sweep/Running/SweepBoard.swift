import Files
import Report

/// The live table of a sweep on standard error: redrawn on a terminal, a line for each trial that ends elsewhere.
final class SweepBoard {
  private let goal: Goal?
  private let total: Int
  private let isQuiet: Bool
  /// Where trials on other machines are, or what they wait for, by number.
  var places: [Int: String] = [:]
  private let isTerminal = StandardError.isTerminal
  private var drawnLines = 0
  private var lastDraw: ContinuousClock.Instant?

  /// Makes a board for `total` trials.
  init(goal: Goal?, total: Int, isQuiet: Bool) {
    self.goal = goal
    self.total = total
    self.isQuiet = isQuiet
  }

  /// Redraws the table, at most five times a second; the trials are read only then.
  func draw(
    _ trials: @autoclosure () throws -> [Trial],
    _ purpose: TrialPurpose,
    at seconds: Double
  ) rethrows {
    guard isTerminal, !isQuiet else { return }
    let now = ContinuousClock.now
    if let lastDraw, now - lastDraw < .milliseconds(200) { return }
    lastDraw = now
    let lines = self.lines(try trials(), purpose, at: seconds)
    StandardError.write(erasing() + lines.joined(separator: "\n") + "\n")
    drawnLines = lines.count
  }

  /// The table: counts, the best, time left, and what runs.
  func lines(_ trials: [Trial], _ purpose: TrialPurpose, at seconds: Double) -> [String] {
    let running = trials.filter { $0.state == .running }
    let ended = trials.filter { ![.running, .waiting].contains($0.state) }
    let counts: [(String, TrialState)] = [("done", .complete), ("pruned", .pruned), ("failed", .failed)]
    var parts = ["\(running.count) running"]
    for (word, state) in counts { parts.append("\(ended.count { $0.state == state }) \(word)") }
    parts.append("of \(total)")
    if let best = goal.flatMap({ Standing.order(of: trials, $0).first }) {
      parts.append("best \(ShortNumber.text(best.value)) (setting \(best.setting))")
    }
    let share = Double(ended.count) / Double(max(total, 1))
    if share > 0, share < 1, seconds > 2 {
      parts.append("\(NumberFormat.duration(seconds: seconds / share - seconds)) left")
    }
    let head = (purpose == .search ? "sweep" : "confirming") + ": " + parts.joined(separator: ", ")
    return [head]
      + running.prefix(16).map { trial in
        let value = trial.intermediates.last.map { ", epoch \($0.step): \(ShortNumber.text($0.value))" } ?? ""
        return "  trial \(trial.number)\(places[trial.number].map { " \($0)" } ?? "")\(value)"
      }
  }

  /// A trial has ended.
  func ended(_ trial: Trial, _ purpose: TrialPurpose, shown: (String, Double) -> String) {
    let values = trial.values.map { $0.map(ShortNumber.text).joined(separator: ", ") } ?? ""
    let settings = trial.assignment.keys.sorted().map { "\($0)=\(shown($0, trial.assignment[$0] ?? 0))" }
    let name = purpose == .search ? "trial" : "confirming run"
    let reason = trial.state == .complete ? "" : "  \(FailureReason.oneLine(trial.reason ?? ""))"
    line(
      "\(name) \(trial.number) \(trial.state.rawValue)  \(values)\(reason)  \(settings.joined(separator: " "))"
    )
  }

  /// A trial is tried again.
  func retried(_ trial: Trial, _ reason: String) {
    line("trial \(trial.number) is started again: \(FailureReason.oneLine(reason))")
  }

  /// A line that stays.
  func line(_ text: String) {
    guard !isQuiet else { return }
    StandardError.write(erasing() + text + "\n")
    drawnLines = 0
  }

  private func erasing() -> String {
    guard isTerminal, drawnLines > 0 else { return "" }
    return "\u{1B}[\(drawnLines)A\u{1B}[J"
  }
}
