import Notebook
import Report

/// A run that is under way: its cells, how far the one that runs is, and its curves.
struct RunProgressView {
  private let progress: RunProgress

  init(_ progress: RunProgress) { self.progress = progress }

  var html: String {
    let cells = progress.cells.map(cell).joined()
    var renderer = HTMLRenderer(prefix: "live-")
    let plots = renderer.render(progress.curves.filter { $0.x.count > 1 }.map { .plot(plot($0)) }, under: 2)
    return """
      <section class="live" aria-label="The run under way">
      <h2>Under way</h2>
      <ol class="cells">
      \(cells)</ol>
      \(plots)</section>

      """
  }

  private func cell(_ cell: RunProgress.Cell) -> String {
    let id = HTMLText.escapedLine(cell.id)
    let words: String
    var bar = ""
    switch cell.state {
    case .waiting: words = "waits"
    case .done:
      let time = cell.isCached ? "cached" : NumberFormat.duration(seconds: cell.seconds ?? 0)
      words = cell.summary.isEmpty ? time : "\(time), \(cell.summary)"
    case .running:
      let left = progress.secondsLeft.map { ", \(NumberFormat.duration(seconds: $0)) left" } ?? ""
      let value = progress.work.map { " value=\"\(NumberFormat.fixed($0.share, digits: 3))\"" } ?? ""
      bar = "<progress max=\"1\"\(value) aria-label=\"Progress of \(id)\"></progress> "
      let share = progress.work.map { "\(Int($0.share * 100)) %\(left)  \($0.detail)" } ?? "runs"
      words = share
    }
    let state = " class=\"\(cell.state.rawValue)\"" + (cell.state == .running ? " aria-current=\"step\"" : "")
    return "<li\(state)><b>\(id)</b> \(bar)<span class=\"aside\">\(HTMLText.escapedLine(words))</span></li>\n"
  }

  private func plot(_ curve: RunProgress.Curve) -> Plot {
    Plot(
      name: "\(curve.cell)-\(curve.name)",
      title: "\(curve.name) of \(curve.cell) so far",
      description: "\(curve.name) against the \(curve.unit), up to now.",
      x: .init(curve.unit),
      y: .init(curve.name),
      series: [.init(curve.name, .line, x: curve.x, y: curve.y)]
    )
  }
}
