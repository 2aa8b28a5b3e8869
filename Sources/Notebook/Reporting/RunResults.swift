import Files
import Recipe
import Report

/// What came of all cells, and what follows: metrics by full name, expectations met or not.
struct RunResults {
  let plan: Plan
  let outcomes: [CellOutcome]
  /// All metrics by full name, in the order of the cells.
  let metrics: [(name: String, value: Double?)]
  /// The expectations of each cell.
  let expectations: [[ExpectationResult]]

  init(plan: Plan, outcomes: [CellOutcome]) {
    self.plan = plan
    self.outcomes = outcomes
    let metrics = zip(plan.cells, outcomes).flatMap { planned, outcome in
      outcome.entry.metrics.map { (name: "\(planned.id).\($0.name)", value: $0.value) }
    }
    self.metrics = metrics
    let names = plan.metricNames
    expectations = plan.cells.map { planned in
      planned.cell.expectations.map { expectation in
        let name = names.resolve(expectation.metric, in: planned.id) ?? expectation.metric
        let value = metrics.first { $0.name == name }?.value
        return ExpectationResult(
          metric: name,
          expected: expectation.text,
          value: value,
          isMet: value.map { expectation.isMet(by: $0) } ?? false
        )
      }
    }
  }

  /// The claims of the cell at `place`, held against its figures.
  /// - Parameter siblings: the records of runs that differ in seeds alone.
  func claims(_ place: Int, siblings: [ReportDocument]) -> [ClaimResult] {
    let (planned, names) = (plan.cells[place], plan.metricNames)
    let points = outcomes[place].entry.protocolPoints ?? []
    let own = Dictionary(points.map { ($0.name, $0.value) }) { first, _ in first }
    func value(_ name: String) -> Double? { metrics.first { $0.name == name }?.value }
    return planned.cell.claims.map { claim in
      let comparisons = claim.figures.map { figure in
        let name = names.resolve(figure.metric, in: planned.id) ?? figure.metric
        var comparison = ClaimResult.Comparison(metric: name, published: figure.value, own: value(name))
        if let low = value("\(name).low"), let high = value("\(name).high"), low <= high {
          comparison.interval = low...high
        }
        let others = siblings.compactMap { run in run.metrics.first { $0.name == name }?.value }
        comparison.seeds = (comparison.own.map { [$0] } ?? []) + others.filter(\.isFinite)
        return comparison
      }
      return ClaimResult(claim, comparisons, points: planned.step.protocolPoints, own: own)
    }
  }

  /// `text` with its quotes of metrics, settings, tables and plots filled in.
  func filled(_ text: String, in id: String) -> [Block] {
    let names = plan.metricNames
    return Quotes.blocks(of: text) { name, format in
      if let full = names.resolve(name, in: id) {
        guard let value = metrics.first(where: { $0.name == full })?.value else { return "–" }
        return Self.shown(value, format: format)
      }
      // A name of the data's is text, whatever Markdown would make of it.
      return plan.setting(name).map { MarkdownText.escaped(Secrets.masked($0.inline), always: "|") }
    } block: {
      exhibits(of: $0.cell, $0.kind).first(named: $0.name)
    }
  }

  /// What the recipe's prose quotes as a table or plot and no cell shows, each with what there is.
  var missingExhibits: [String] {
    let recipe = plan.recipe
    let texts = [recipe.text] + plan.cells.flatMap { [$0.cell.text, $0.cell.note] }
    return texts.flatMap { Quotes.all(in: $0 ?? "") }.compactMap { quote in
      guard let exhibit = Quotes.Exhibit(quote: quote.name) else { return nil }
      let shown = exhibits(of: exhibit.cell, exhibit.kind)
      guard shown.first(named: exhibit.name) == nil else { return nil }
      let names = shown.map(\.name)
      let hint = Suggestion.nearest(to: exhibit.name, among: names).map { "did you mean '\($0)'?" }
      let known = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
      return "'{{ \(quote.name) }}' is no \(exhibit.kind) of '\(exhibit.cell)'; \(hint ?? known)"
    }
  }

  private func exhibits(of cell: String, _ kind: Quotes.Exhibit.Kind) -> [(name: String, block: Block)] {
    guard let place = plan.position(of: cell) else { return [] }
    return blocks(of: place).flatMap(\.withInner).compactMap { block in
      switch block {
      case .table(let table): kind == .table ? table.name.map { ($0, block) } : nil
      case .plot(let plot): kind == .plot ? (String(plot.name.dropFirst(cell.count + 1)), block) : nil
      case .picture(let picture): kind == .plot ? (picture.name, block) : nil
      case .heading, .prose, .code, .note, .details: nil
      }
    }
  }

  /// What the cell at `place` shows; names of plots begin with its id, so that each is one in the report, and files of
  /// pictures are where the run has them.
  func blocks(of place: Int) -> [Block] {
    let planned = plan.cells[place]
    return outcomes[place].entry.blocks.map { block in
      block.placed(plot: { "\(planned.id)-\($0)" }, picture: { FilePaths.join(planned.outputFolder, $0) })
    }
  }

  private static func shown(_ value: Double, format: String?) -> String {
    if format == "percent" { return NumberFormat.fixed(value * 100, digits: 1) + " %" }
    if let digits = format.flatMap({ Int($0) }) {
      return NumberFormat.fixed(value, digits: min(max(digits, 0), 15))
    }
    if value == value.rounded(), abs(value) < 1e15 { return NumberFormat.grouped(Int(value)) }
    return NumberFormat.significant(value, digits: 4)
  }

  /// The flat `metrics.json`: full names sorted, a metric without a value as null.
  var metricsJSON: String {
    let members = metrics.sorted { $0.name < $1.name }
      .map { (key: $0.name, value: $0.value.map(JSONValue.real) ?? .null) }
    return JSONValue.object(members).text(.indented) + "\n"
  }
}

extension Block {
  /// The block, and those that it folds away.
  fileprivate var withInner: [Block] {
    if case .details(_, let blocks) = self { [self] + blocks.flatMap(\.withInner) } else { [self] }
  }

  fileprivate func placed(plot name: (String) -> String, picture file: (String) -> String) -> Block {
    switch self {
    case .plot(var plot):
      plot.name = name(plot.name)
      return .plot(plot)
    case .picture(var picture):
      picture.file = file(picture.file)
      return .picture(picture)
    case .details(let summary, let blocks):
      return .details(summary: summary, blocks: blocks.map { $0.placed(plot: name, picture: file) })
    case .heading, .prose, .table, .code, .note: return self
    }
  }
}

extension [(name: String, block: Block)] {
  fileprivate func first(named name: String) -> Block? { first { $0.name == name }?.block }
}
