import Files
import Recipe

/// Makes a ``Plan`` from a recipe: every setting, edge, file and quoted metric is checked before
/// anything runs, and all problems are reported at once.
package struct Planner: Sendable {
  private let steps: [any Step.Type]
  private let linter: Linter

  /// Makes a planner that knows `steps` and looks plans over by `rules`.
  package init(steps: [any Step.Type], rules: [any LintRule.Type] = []) {
    self.steps = steps
    linter = Linter(rules: rules)
  }

  /// What the steps can be told, in their order.
  package var declarations: [StepDeclaration] { steps.map { $0.declaration } }

  /// Loads the recipe at `path` and plans it.
  /// - Throws: `RecipeErrors` with every problem found.
  package func plan(path: String, loader: RecipeLoader) throws -> Plan {
    try plan(try loader.load(path: path, steps: declarations))
  }

  /// Plans a recipe that is loaded already.
  /// - Throws: `RecipeErrors` with every problem found.
  package func plan(_ recipe: RecipeDocument) throws -> Plan { try checked(examine(recipe)) }

  /// What a recipe says, as far as it can be understood: its problems are left in the document, whose errors make what is
  /// wrong stand at its default.
  ///
  /// For who helps to write it; nothing of this may be run before ``checked(_:)``.
  package func examine(_ recipe: RecipeDocument) -> Plan {
    var cells: [PlannedCell] = []
    var preflights: [() -> Void] = []
    var sound: [Bool] = []
    var readers: [Fields] = []
    var writers: [String: [Int]] = [:]
    let isComplete = !recipe.problems.hasErrors  // an unknown cell may be the one that is missed below
    for cell in recipe.cells {
      guard let type = steps.first(where: { $0.name == cell.header.step }) else { continue }
      let errorsBefore = recipe.problems.errorCount
      var fields = recipe.fields(for: cell)
      let step = type.init(&fields)
      var settings = fields.finish()
      let edges = edges(of: step, in: fields, above: cells, writers, isComplete: isComplete)
      for edge in edges {  // what was left to be found is named, so that reports say what was read
        guard let place = settings.firstIndex(where: { $0.key == edge.input.kind }) else { continue }
        settings[place].value = .string(cells[edge.producer].id)
      }
      readers.append(fields)
      let check = Preflight(
        fields: fields,
        edges: edges,
        above: cells,
        isForOtherMachines: recipe.launchesElsewhere
      )
      // What stands in for a wrong setting must not be looked at: it would give a second error about the first.
      sound.append(
        recipe.problems.errorCount == errorsBefore && edges.allSatisfy { sound[$0.producer] }
          && edges.count(where: { !$0.input.isOptional }) == step.reads.count(where: { !$0.isOptional })
      )
      if sound[cells.count] { preflights.append { step.preflight(check) } }
      if let kind = type.writes { writers[kind, default: []].append(cells.count) }
      cells.append(PlannedCell(cell: cell, step: step, settings: settings, edges: edges))
    }
    if recipe.cells.isEmpty && isComplete {
      recipe.problems.error("the recipe has no cells; start with 'config:'", at: nil)
    }
    let plan = Plan(recipe: recipe, cells: cells)
    OutputName.check(cells, readers)
    checkQuotes(of: plan)
    linter.checkAllowed(recipe)
    for preflight in preflights { preflight() }
    return plan
  }

  /// A plan of ``examine(_:)`` with what it is to be warned of.
  /// - Throws: `RecipeErrors` with every problem found, where any is an error.
  package func checked(_ plan: Plan) throws -> Plan {
    try plan.recipe.problems.check()
    linter.look(over: plan)
    var plan = plan
    plan.warnings = plan.recipe.problems.diagnostics
    return plan
  }

  /// - Parameter writersAbove: the cells above that write a kind of artifact, by that.
  private func edges(
    of step: any Step,
    in fields: Fields,
    above: [PlannedCell],
    _ writersAbove: [String: [Int]],
    isComplete: Bool
  ) -> [PlannedCell.Edge] {
    var edges: [PlannedCell.Edge] = []
    func named(_ input: ArtifactInput) -> Int? {
      input.cell.flatMap { cell in writersAbove[input.kind]?.last { above[$0].id == cell } }
    }
    let others = step.reads.compactMap { input in named(input).map { (kind: input.kind, producer: $0) } }
    for input in step.reads {
      let writers = writersAbove[input.kind] ?? []
      let producer = input.cell == nil ? unnamed(input.kind, writers, others, above) : named(input)
      if let producer {
        edges.append(PlannedCell.Edge(input: input, producer: producer))
      } else if let cell = input.cell, isComplete {
        let known = writers.map { "'\(above[$0].id)'" }.joined(separator: ", ")
        let hint = known.isEmpty ? "no cell above writes one" : "the cells above that write one: \(known)"
        fields.fail(input.kind, "no \(input.kind) cell named '\(cell)' stands above; \(hint)")
      } else if !input.isOptional && isComplete {
        let step = type(of: step).name
        fields.fail("", "'\(step)' reads what '\(input.kind)' writes; put '\(input.kind):' above it")
      }
    }
    return edges
  }

  /// The cell that an input is read from which does not name one: what those that are named were made from, so that an index
  /// brings its model along; else the nearest that was made from these, so that a model brings its index along; else the nearest.
  private func unnamed(
    _ kind: String,
    _ writers: [Int],
    _ named: [(kind: String, producer: Int)],
    _ above: [PlannedCell]
  ) -> Int? {
    for other in named {
      if let source = above.source(of: kind, behind: other.producer) { return source }
    }
    return writers.last { writer in
      named.allSatisfy { other in
        above.source(of: other.kind, behind: writer).map { $0 == other.producer } ?? true
      }
    } ?? writers.last
  }

  /// Every `expect` and every `{{ }}` must name something the recipe gives.
  private func checkQuotes(of plan: Plan) {
    let names = plan.metricNames
    for planned in plan.cells {
      for expectation in planned.cell.expectations {
        if names.resolve(expectation.metric, in: planned.id) == nil {
          let hint = names.hint(for: expectation.metric, in: planned.id)
          plan.recipe.problems.error(
            "no step gives the metric '\(expectation.metric)'\(hint)",
            at: expectation.place,
            correction: names.correction(
              of: expectation.metric,
              in: planned.id,
              at: expectation.metricPlace
            )
          )
        }
      }
      for claim in planned.cell.claims { check(claim, of: planned, names, plan.recipe.problems) }
    }
    checkQuotes(in: plan.recipe.text, from: plan.recipe.textPlace, of: nil, plan, names)
    for planned in plan.cells {
      for (key, text) in [("text", planned.cell.text), ("note", planned.cell.note)] {
        checkQuotes(in: text, from: planned.cell.valuePlace(of: key), of: planned, plan, names)
      }
    }
  }

  /// Looks over the quotes of a text, which begins at `start`; one that cannot be found there is shown at the cell.
  private func checkQuotes(
    in text: String?,
    from start: Place?,
    of planned: PlannedCell?,
    _ plan: Plan,
    _ names: MetricNames
  ) {
    let id = planned?.id ?? ""
    for quote in Quotes.all(in: text ?? "") {
      guard let problem = problem(quote, in: id, of: plan, names) else { continue }
      let place = start.flatMap { plan.recipe.problems.place(ofQuoted: quote.name, from: $0) }
      plan.recipe.problems.error(
        problem,
        at: place ?? planned?.cell.header.place,
        correction: names.correction(
          of: quote.name,
          in: id,
          at: place,
          besides: plan.recipe.settingNames
        )
      )
    }
  }

  /// A claim must be of metrics that are given, under points that the cell knows of.
  private func check(_ claim: Claim, of planned: PlannedCell, _ names: MetricNames, _ problems: Problems) {
    for figure in claim.figures where names.resolve(figure.metric, in: planned.id) == nil {
      let hint = names.hint(for: figure.metric, in: planned.id)
      problems.error(
        "no step gives the metric '\(figure.metric)' of the claim\(hint)",
        at: figure.place,
        correction: names.correction(of: figure.metric, in: planned.id, at: figure.place)
      )
    }
    let points = planned.step.protocolPoints
    for claimed in claim.points {
      guard let point = points.first(where: { $0.name == claimed.name }) else {
        let known = points.map(\.name)
        let near = Suggestion.nearest(to: claimed.name, among: known).map { "; did you mean '\($0)'?" }
        let all =
          known.isEmpty ? "; it says nothing of its protocol" : "; it says \(known.joined(separator: ", "))"
        problems.error(
          "'\(planned.id)' does not say '\(claimed.name)' of how it measures\(near ?? all)",
          at: claimed.place,
          correction: Correction(claimed.name, at: claimed.place, among: known)
        )
        continue
      }
      if let problem = point.problem(claimed.value) {
        problems.error("'\(claimed.name)' of a claim's protocol: \(problem)", at: claimed.place)
      }
    }
  }

  /// What is wrong with a quote in the prose of the cell `id`; nil for nothing.
  private func problem(
    _ quote: (name: String, format: String?),
    in id: String,
    of plan: Plan,
    _ names: MetricNames
  ) -> String? {
    let name = quote.name
    if let exhibit = Quotes.Exhibit(quote: name), plan.position(of: exhibit.cell) != nil { return nil }
    if let kind = Quotes.Exhibit.Kind.allCases.first(where: { name.hasPrefix("\($0) ") }) {
      let cells = plan.cells.map(\.id).joined(separator: ", ")
      return
        "'{{ \(name) }}' names no \(kind) of a cell: expected '{{ \(kind) CELL.NAME }}', CELL one of \(cells)"
    }
    guard names.resolve(name, in: id) != nil || plan.setting(name) != nil else {
      let hint = names.hint(for: name, in: id, besides: plan.recipe.settingNames)
      return "'{{ \(name) }}' names no metric and no setting\(hint)"
    }
    guard let format = quote.format, !Quotes.isFormat(format) else { return nil }
    return "'{{ \(name) | \(format) }}': expected 'percent' or a number of digits, 0 to 15, got '\(format)'"
  }
}

extension Plan {
  /// The setting a dotted name such as `train.epochs` stands for, or nil.
  package func setting(_ name: String) -> Setting? {
    let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1 else { return nil }
    return cell(parts[0])?[parts[1]]
  }
}
