import Files
import Recipe
import Report

/// Puts a run's results into a document: the report as the recipe's cells have it.
struct ReportComposer {
  private let results: RunResults
  private let options: RunOptions
  private let directory: String
  private let previous: ReportDocument?
  private let seedRuns: SeedRuns?

  /// `directory` is where the run will be found: paths in the resolved recipe are written relative to it. `previous` is
  /// the document of the last run of the recipe; `seedRuns` are runs to tell the spread over seeds by.
  init(
    results: RunResults,
    options: RunOptions,
    directory: String,
    previous: ReportDocument?,
    seedRuns: SeedRuns? = nil
  ) {
    self.seedRuns = seedRuns
    self.results = results
    self.options = options
    self.directory = FilePaths.absolute(directory)
    self.previous = previous
  }

  /// The report as data, of a run that ended at `seconds` since 1970.
  func document(at seconds: Double) -> ReportDocument {
    let recipe = results.plan.recipe
    var document = ReportDocument(title: recipe.title ?? recipe.name)
    document.recipe = recipe.name
    document.run = FilePaths.name(of: directory)
    document.date = UTCTime.iso8601(seconds)
    document.text = recipe.text.map { results.filled($0, in: "") } ?? []
    document.warnings = warnings(of: nil) + results.missingExhibits
    document.cells = results.plan.cells.indices.map(cell)
    document.overrides = results.plan.cells.flatMap { planned in
      planned.settings.filtered { $0.origin == .override }.flat(under: planned.id).map {
        "\($0.name)=\($0.value)"
      }
    }
    document.settings = results.plan.flatSettings
    document.metrics = results.metrics.map { .init($0.name, $0.value) }
    document.measuredUnder = zip(results.plan.cells, results.outcomes).flatMap { planned, outcome in
      outcome.entry.measuredUnder.map { .init("\(planned.id): \($0.name)", $0.value) }
    }
    document.provenance = options.versions.map { .init($0.name, $0.version) }
    document.provenance.append(.init("Threads", "\(options.threads)"))
    if let seed = results.plan.setting("config.seed") {
      document.provenance.append(.init("Seed", seed.inline))
    }
    document.recipeText = resolvedRecipe
    document.command = options.command.map(ShellWord.quoted).joined(separator: " ")
    if let note = options.earlier.flatMap({ Self.otherProtocol($0, document) }) {
      document.warnings.append(note)
    }
    addClaims(to: &document)
    document.since = previous.map { ReportDocument.Since($0, to: document) }
    return document
  }

  /// What others published, beside what came, and beside what came with other seeds.
  private func addClaims(to document: inout ReportDocument) {
    guard results.plan.cells.contains(where: { !$0.cell.claims.isEmpty }) else { return }
    let siblings = seedRuns?.siblings(of: document) ?? []
    for place in document.cells.indices {
      let claims = results.claims(place, siblings: siblings).map(\.document)
      if !claims.isEmpty { document.cells[place].claims = claims }
    }
  }

  /// That figures cannot be held against those of the report that was run again; nil where they can.
  private static func otherProtocol(_ earlier: RecipeFence, _ document: ReportDocument) -> String? {
    var before = ReportDocument(title: "")
    before.measuredUnder = earlier.measuredUnder
    let differences = MeasurementProtocol.differences(before, document)
    guard !differences.isEmpty else { return nil }
    return "not measured as the report that was run again: \(differences.joined(separator: "; "))"
  }

  private func cell(_ place: Int) -> ReportDocument.Cell {
    let (planned, outcome) = (results.plan.cells[place], results.outcomes[place])
    var cell = ReportDocument.Cell(
      id: planned.id,
      step: planned.cell.header.step,
      blocks: results.blocks(of: place),
      seconds: outcome.entry.seconds,
      isCached: outcome.isCached
    )
    cell.text = planned.cell.text.map { results.filled($0, in: planned.id) } ?? []
    cell.note = planned.cell.note.map { results.filled($0, in: planned.id) } ?? []
    let entries = planned.settings.withoutUnset
    cell.settings = Self.yaml(entries.filtered { $0.origin != .default })
    cell.defaults = Self.yaml(entries.filtered { $0.origin == .default })
    cell.warnings = warnings(of: planned.id)
    if !planned.outputFolder.isEmpty, !outcome.entry.files.isEmpty { cell.folder = planned.outputFolder }
    cell.expectations = results.expectations[place].map {
      .init(metric: $0.metric, expected: $0.expected, value: $0.value, isMet: $0.isMet)
    }
    cell.summary = outcome.entry.summary
    cell.highlights = outcome.entry.highlights
    cell.headline = outcome.entry.headline
    return cell
  }

  private static func yaml(_ entries: [SettingEntry]) -> String {
    entries.isEmpty ? "" : Setting.section(entries).yaml(markOverrides: true)
  }

  /// What was warned of before the run began, of one cell or of none.
  private func warnings(of cell: String?) -> [String] {
    results.plan.warnings.filter { $0.cell == cell }.map { warning in
      warning.message + (warning.name.map { " (`\($0)`)" } ?? "")
    }
  }

  private static func yaml(claims: [Claim]) -> String {
    guard !claims.isEmpty else { return "" }
    func inline(_ text: String) -> String { Setting.string(text).inline }
    return "  claim:\n"
      + claims.map { claim in
        var lines = ["source: \(inline(claim.source))"]
        if let table = claim.table { lines.append("table: \(inline(table))") }
        if !claim.points.isEmpty {
          let points = claim.points.map { "\($0.name): \($0.value)" }
          lines.append("protocol: { \(points.joined(separator: ", ")) }")
        }
        lines += claim.figures.map { "\(inline($0.metric)): \(Setting.real($0.value).inline)" }
        return lines.enumerated().map { ($0 == 0 ? "    - " : "      ") + $1 + "\n" }.joined()
      }.joined()
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
      yaml += Self.yaml(claims: planned.cell.claims)
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
      entry.value = entry.withPaths { FilePaths.relative($0, to: folder) }
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

extension [SettingEntry] {
  /// The values that `isMeant` is true of, with the sections that they stand in.
  fileprivate func filtered(_ isMeant: (SettingEntry) -> Bool) -> [SettingEntry] {
    compactMap { entry in
      guard case .section(let inner) = entry.value, !inner.isEmpty else {
        return isMeant(entry) ? entry : nil
      }
      let kept = inner.filtered(isMeant)
      var entry = entry
      entry.value = .section(kept)
      return kept.isEmpty ? nil : entry
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
