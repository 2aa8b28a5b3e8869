import Files
import Recipe
import Report

/// Puts a run's results into blocks: the report as the recipe's cells have it.
struct ReportComposer {
  private let results: RunResults
  private let options: RunOptions
  private let directory: String

  /// `directory` is where the run will be found: paths in the resolved recipe are written relative to it.
  init(results: RunResults, options: RunOptions, directory: String) {
    self.results = results
    self.options = options
    self.directory = FilePaths.absolute(directory)
  }

  /// The report as Markdown, and the plots that belong beside it under `plots/`.
  func report() -> (markdown: String, plots: [Plot]) {
    let recipe = results.plan.recipe
    var head: [Block] = [.heading(level: 1, text: recipe.title ?? recipe.name)]
    if let text = recipe.text { head.append(.prose(results.filled(text, in: ""))) }
    head.append(.prose(statusLine))
    head += warnings(of: nil)
    var body: [Block] = []
    var plots: [Plot] = []
    for (planned, (outcome, expectations)) in zip(
      results.plan.cells,
      zip(results.outcomes, results.expectations)
    ) {
      let blocks = cell(planned, outcome, expectations)
      plots += blocks.compactMap { if case .plot(let plot) = $0 { plot } else { nil } }
      body += blocks
    }
    body += environment()
    let renderer = MarkdownRenderer()
    let contents = Block.prose("**Contents**\n\n" + renderer.tableOfContents(head + body))
    let markdown = renderer.render(head + [contents] + body) { "plots/\($0.name).svg" }
    return (markdown, plots)
  }

  private var statusLine: String {
    let cells = results.outcomes.count
    let cached = results.outcomes.count { $0.isCached }
    let spent = results.outcomes.filter { !$0.isCached }.reduce(0) { $0 + $1.entry.seconds }
    var line = "*\(cells) cells, \(cells - cached) computed in \(NumberFormat.duration(seconds: spent))"
    line += ", \(cached) from the cache"
    let expectations = results.expectations.flatMap { $0 }
    if !expectations.isEmpty {
      line += "; \(expectations.count { $0.isMet }) of \(expectations.count) expectations met"
    }
    return line + ".*"
  }

  private func cell(
    _ planned: PlannedCell,
    _ outcome: CellOutcome,
    _ expectations: [ExpectationResult]
  ) -> [Block] {
    let header = planned.cell.header
    let title = header.step == header.id ? header.id : "\(header.step) as \(header.id)"
    var blocks: [Block] = [.heading(level: 2, text: title)]
    if let text = planned.cell.text { blocks.append(.prose(results.filled(text, in: planned.id))) }
    if !planned.settings.isEmpty {
      blocks.append(
        .code(
          language: "yaml",
          text: Setting.section(planned.settings.withoutUnset).yaml(markOverrides: true)
        )
      )
    }
    blocks += warnings(of: planned.id)
    blocks += outcome.entry.blocks.map { block in
      guard case .plot(var plot) = block else { return block }
      plot.name = "\(planned.id)-\(plot.name)"
      return .plot(plot)
    }
    if !planned.outputFolder.isEmpty, !outcome.entry.files.isEmpty {
      blocks.append(.prose("The files of this cell are in `\(planned.outputFolder)/`."))
    }
    if !expectations.isEmpty { blocks.append(.table(table(of: expectations))) }
    let time = NumberFormat.duration(seconds: outcome.entry.seconds)
    blocks.append(
      .prose(outcome.isCached ? "*Taken from the cache; computed in \(time).*" : "*Computed in \(time).*")
    )
    if let note = planned.cell.note { blocks.append(.prose(results.filled(note, in: planned.id))) }
    return blocks
  }

  /// What was warned of before the run began, of one cell or of none.
  private func warnings(of cell: String?) -> [Block] {
    results.plan.warnings.filter { $0.cell == cell }.map { warning in
      .note(kind: .warning, text: warning.message + (warning.name.map { " (`\($0)`)" } ?? ""))
    }
  }

  private func table(of expectations: [ExpectationResult]) -> Table {
    Table(
      columns: [.init("Expectation"), .init("Expected"), .init("Came", .trailing), .init("")],
      rows: expectations.map { result in
        [
          .text(result.metric), .text(result.expected), result.value.map(Self.shown) ?? .empty,
          .text(result.isMet ? "✓ met" : "✗ not met"),
        ]
      }
    )
  }

  private static func shown(_ value: Double) -> Table.Cell {
    Int(exactly: value).map { .int($0) } ?? .real(value, digits: 4)
  }

  private func environment() -> [Block] {
    var rows: [[Table.Cell]] = options.versions.map { [.text($0.name), .text($0.version)] }
    rows.append([.text("Threads"), .int(options.threads)])
    if let seed = results.plan.setting("config.seed") { rows.append([.text("Seed"), .text(seed.inline)]) }
    let command = options.command.map(ShellWord.quoted).joined(separator: " ")
    return [
      .heading(level: 2, text: "Environment"),
      .table(Table(columns: [.init("What"), .init("Which")], rows: rows)),
      .prose("To run it again:"),
      .code(language: "sh", text: command),
    ]
  }

  /// The recipe with every setting resolved, which runs by itself.
  var resolvedRecipe: String {
    let recipe = results.plan.recipe
    var yaml = ""
    func literal(_ key: String, _ text: String, indent: String) {
      var text = text[...]
      while text.last == "\n" { text.removeLast() }
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { "\(indent)  \($0)" }
      yaml += "\(indent)\(key): |2-\n\(lines.joined(separator: "\n"))\n"
    }
    if let title = recipe.title { yaml += "title: \(Setting.string(title).inline)\n" }
    if let text = recipe.text { literal("text", text, indent: "") }
    for planned in results.plan.cells {
      let header = planned.cell.header
      yaml += "\n\(header.step == header.id ? header.id : "\(header.step) as \(header.id)"):\n"
      if let text = planned.cell.text { literal("text", text, indent: "  ") }
      yaml += Setting.section(planned.settings.rebased(onto: directory)).yaml(indent: 2, markOverrides: true)
      if !planned.cell.expectations.isEmpty {
        yaml += "  expect:\n"
        for expectation in planned.cell.expectations {
          yaml +=
            "    \(Setting.string(expectation.metric).inline): \(Setting.string(expectation.text).inline)\n"
        }
      }
      let allowed = planned.cell.allowed.map(\.name)
      if !allowed.isEmpty { yaml += "  allow: [\(allowed.joined(separator: ", "))]\n" }
      if let note = planned.cell.note { literal("note", note, indent: "  ") }
    }
    return yaml
  }
}

extension [SettingEntry] {
  /// The entries with paths that lead to the same places from another folder.
  fileprivate func rebased(onto folder: String) -> [SettingEntry] {
    map { entry in
      var entry = entry
      if case .section(let inner) = entry.value { entry.value = .section(inner.rebased(onto: folder)) }
      if let path = entry.absolutePath { entry.value = .string(FilePaths.relative(path, to: folder)) }
      return entry
    }
  }

  /// The entries that are set to something, at every level.
  fileprivate var withoutUnset: [SettingEntry] {
    compactMap { entry in
      var entry = entry
      switch entry.value {
      case .null: return nil
      case .section(let inner): entry.value = .section(inner.withoutUnset)
      default: break
      }
      return entry
    }
  }
}

/// Words as a POSIX shell reads them.
enum ShellWord {
  /// `word` in single quotes where the shell would read more than a word.
  static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "-_./=:,@%+".utf8.contains(byte)
      }
    }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
