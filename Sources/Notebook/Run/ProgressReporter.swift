import Files
import Logging
import Report

/// Tells on standard error how far a run is: a bar that redraws itself on a terminal, plain lines
/// elsewhere. Every line also goes to the run's log.
package final class ProgressReporter {
  /// How much is said.
  package enum Style: Sendable {
    /// A bar where standard error is a terminal, lines elsewhere.
    case automatic
    /// Nothing but warnings.
    case quiet
  }

  /// Where every line goes besides standard error.
  package var log: Logger?
  /// What stands in place of a time where a cell is not computed.
  package var wordForCached = "cached"
  /// Where it is kept for others to see, while the run is under way.
  var record: ProgressRecord?
  private let isQuiet: Bool
  private let isTerminal: Bool
  private let usesColor: Bool
  private let clock = ContinuousClock()
  private var hasBar = false
  private var lastUpdate: ContinuousClock.Instant
  private var cellStart: ContinuousClock.Instant
  private var cell = ""

  /// Makes a reporter. Colours are left out where `NO_COLOR` is set or standard error is no terminal.
  package init(_ style: Style = .automatic) {
    isQuiet = style == .quiet
    isTerminal = StandardError.isTerminal
    usesColor = StandardError.usesColor
    lastUpdate = clock.now
    cellStart = clock.now
  }

  /// A cell begins.
  func begin(cell id: String, position: Int, of count: Int) {
    cell = "[\(position + 1)/\(count)] \(id)"
    cellStart = clock.now
    lastUpdate = clock.now
    record?.begin(position)
    draw("\(cell) …")
  }

  /// The cell that has begun is not in the cache.
  func compute() { record?.compute() }

  /// A cell is done.
  func end(seconds: Double, cached: Bool, summary: String) {
    record?.end(seconds: seconds, cached: cached, summary: summary)
    let time = cached ? wordForCached : NumberFormat.duration(seconds: seconds)
    line("\(cell)  \(time)\(summary.isEmpty ? "" : "  \(summary)")")
  }

  /// How far the cell is; drawn at most ten times a second on a terminal, each ten seconds elsewhere.
  /// - Parameters:
  ///   - done: what is done, in whatever is counted.
  ///   - total: what there is to do, in the same unit.
  ///   - detail: what else is worth seeing: the loss so far.
  package func update(done: Int, total: Int, detail: String = "") {
    record?.update(done: done, total: total, detail: detail)
    let now = clock.now
    let elapsed = now - lastUpdate
    guard elapsed > (isTerminal ? .milliseconds(100) : .seconds(10)) else { return }
    lastUpdate = now
    let share = total > 0 ? Double(min(done, total)) / Double(total) : 0
    let width = 24
    let filled = Int(share * Double(width))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    let text = "\(cell) \(bar) \(Int(share * 100)) %\(remaining(share))\(detail.isEmpty ? "" : "  \(detail)")"
    if isTerminal { draw(text) } else { line(text) }
  }

  /// Gives a point of a curve that grows while the cell runs, for who looks on: `x` in whatever the curve counts, never
  /// less than before.
  package func point(of curve: String, x: Double, y: Double, against unit: String) {
    record?.point(of: curve, x: x, y: y, against: unit)
  }

  /// A line that stays.
  package func line(_ text: String) {
    log?.info("\(text)")
    guard !isQuiet else { return }
    write(clearing() + text + "\n")
  }

  /// A line that stays, marked as a warning; said even when quiet.
  package func warning(_ text: String) {
    log?.warning("\(text)")
    write(clearing() + (usesColor ? "\u{1B}[33mwarning:\u{1B}[0m " : "warning: ") + text + "\n")
  }

  private func remaining(_ share: Double) -> String {
    guard share > 0.02 else { return "" }
    let spent = (clock.now - cellStart) / .seconds(1)
    return spent < 2 ? "" : ", \(NumberFormat.duration(seconds: spent / share - spent)) left"
  }

  private func draw(_ text: String) {
    guard isTerminal, !isQuiet else { return }
    write(clearing() + text)
    hasBar = true
  }

  private func clearing() -> String {
    defer { hasBar = false }
    return hasBar ? "\r\u{1B}[K" : ""
  }

  private func write(_ text: String) { StandardError.write(text) }
}
