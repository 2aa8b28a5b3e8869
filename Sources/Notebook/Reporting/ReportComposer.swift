import Files
import Recipe
import Report

/// Puts a run's results into a document: the report as the recipe's cells have it.
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

  /// The report as data.
  func document() -> ReportDocument {
    let recipe = results.plan.recipe
    var document = ReportDocument(title: recipe.title ?? recipe.name)
    document.text = recipe.text.map { results.filled($0, in: "") }
    document.warnings = warnings(of: nil)
    document.cells = zip(results.plan.cells, zip(results.outcomes, results.expectations)).map {
      planned,
      came in
      cell(planned, came.0, came.1)
    }
    document.provenance = options.versions.map { .init($0.name, $0.version) }
    document.provenance.append(.init("Threads", "\(options.threads)"))
    if let seed = results.plan.setting("config.seed") {
      document.provenance.append(.init("Seed", seed.inline))
    }
    document.command = options.command.map(ShellWord.quoted).joined(separator: " ")
    return document
  }

  private func cell(
    _ planned: PlannedCell,
    _ outcome: CellOutcome,
    _ expectations: [ExpectationResult]
  ) -> ReportDocument.Cell {
    var cell = ReportDocument.Cell(
      id: planned.id,
      step: planned.cell.header.step,
      blocks: outcome.entry.blocks,
      seconds: outcome.entry.seconds,
      isCached: outcome.isCached
    )
    cell.text = planned.cell.text.map { results.filled($0, in: planned.id) }
    cell.note = planned.cell.note.map { results.filled($0, in: planned.id) }
    if !planned.settings.isEmpty {
      cell.settings = Setting.section(planned.settings.withoutUnset).yaml(markOverrides: true)
    }
    cell.warnings = warnings(of: planned.id)
    if !planned.outputFolder.isEmpty, !outcome.entry.files.isEmpty { cell.folder = planned.outputFolder }
    cell.expectations = expectations.map {
      .init(metric: $0.metric, expected: $0.expected, value: $0.value, isMet: $0.isMet)
    }
    return cell
  }

  /// What was warned of before the run began, of one cell or of none.
  private func warnings(of cell: String?) -> [String] {
    results.plan.warnings.filter { $0.cell == cell }.map { warning in
      warning.message + (warning.name.map { " (`\($0)`)" } ?? "")
    }
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
package enum ShellWord {
  /// `word` in single quotes where the shell would read more than a word.
  package static func quoted(_ word: String) -> String {
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
