import Report

/// What breaks out of a page that does not escape it.
let hostile = #"<b>5 > 3</b> & "it's" *x* `y` 🎉 </script><script>alert(1)</script> ]]> \#u{1}"#

/// Two plots of one name, as where prose quotes one, each with hatched bars.
private let plot = Plot(
  name: "eval-bars",
  title: "Bars \(hostile)",
  description: "What \(hostile) shows.",
  x: .init("k", categories: ["5", "10"]),
  y: .init("rate"),
  series: [.init("a \(hostile)", .bars, x: [0, 1], y: [1, 2]), .init("b", .bars, x: [0, 1], y: [2, 1])]
)

private let table = Table(
  name: "slices",
  caption: "Slices \(hostile)",
  columns: [.init("By"), .init("Slice \(hostile)"), .init("rate", .trailing), .init("", .center)],
  rows: [
    [.text("users \(hostile)"), .text("1\n2"), .real(0.5, digits: 3), .markdown("**b** \(hostile)")],
    [.empty, .text("3–4"), .real(.nan, digits: 3), .empty],
    [.text(""), .text("5"), .int(1_234)],
    [.text("items"), .text("all"), .real(-1.25, digits: 1), .text("<br>")],
  ]
)

/// A report with every kind of block in every place, and text that means harm wherever text can be.
func hostileDocument() -> ReportDocument {
  var document = ReportDocument(title: "Title \(hostile)\n# two")
  document.recipe = "r"
  document.run = "20261125-1"
  document.date = "2026-11-25T12:42:15Z"
  document.text = [.prose("# eval\n\nOpening \(hostile)"), .plot(plot)]
  document.warnings = ["Of no cell: \(hostile)"]
  document.cells = [evaluation(), empty()]
  document.overrides = ["train.epochs=5"]
  document.provenance = [.init("towerbook", hostile)]
  document.measuredUnder = [.init("eval: \(hostile)", "00ff")]
  document.command = "towerbook run 'r \(hostile).yaml'"
  return document
}

private func evaluation() -> ReportDocument.Cell {
  var headline = Headline(
    metric: "hit_rate@20",
    meaning: hostile,
    subject: hostile,
    value: 0.195,
    level: 0.95,
    units: 6000
  )
  headline.interval = [0.185, 0.204]
  headline.rival = .init(name: "popularity \(hostile)", meaning: hostile, value: 0.042, difference: 0.153)
  headline.rival?.isMoreThanLuck = true
  headline.rival?.pValue = 0.0001
  var cell = ReportDocument.Cell(
    id: "eval",
    step: "eval",
    blocks: [
      .heading(level: 3, text: "eval"), .prose(hostile), .table(table), .plot(plot),
      .code(language: "a\"b c", text: hostile), .note(kind: .warning, text: "**Bold \(hostile).** More."),
      .note(kind: .tip, text: "# Note\n\n```\nopen"),
      .details(
        summary: hostile,
        blocks: [.table(table), .plot(plot), .note(kind: .warning, text: "folded")]
      ),
    ],
    seconds: 1.5,
    isCached: true
  )
  cell.text = [.prose("Before \(hostile)\n\n- [x] done\n- [ ] to do")]
  cell.settings = "k: [5, 10]\nname: \"\(hostile)\""
  cell.defaults = "seed: 42"
  cell.warnings = ["Before the run: [a](b) \(hostile)"]
  cell.folder = "eval"
  cell.expectations = [.init(metric: "eval.m", expected: "<= 1", value: nil, isMet: false)]
  cell.note = [.prose("After \(hostile)")]
  cell.summary = hostile
  cell.highlights = [.init("Data", "clicks of `\(hostile)`")]
  cell.headline = headline
  return cell
}

private func empty() -> ReportDocument.Cell {
  ReportDocument.Cell(id: "größe", step: "index", blocks: [], seconds: 0, isCached: false)
}
