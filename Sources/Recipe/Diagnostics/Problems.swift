import Synchronization

/// The list that every reader of one recipe adds its problems to; safe to share between threads.
package final class Problems: Sendable {
  /// How many problems are shown with their source; the rest are counted.
  package static let shownLimit = 100

  private struct Finding {
    var severity: Diagnostic.Severity
    var message: String
    var name: String?
    var cell: String?
    var place: Place?
    var correction: Correction?
  }

  private struct State {
    var findings: [Finding] = []
    var errorCount = 0
    var sources: [SourceText] = []
  }

  private let state = Mutex(State())

  /// An empty list.
  package init() {}

  /// Adds an error; `place` is where the caret goes, `correction` what mends it for certain.
  package func error(_ message: String, at place: Place?, correction: Correction? = nil) {
    add(Finding(severity: .error, message: message, place: place, correction: correction))
  }

  /// Adds a warning; `place` is where the caret goes, `name` what a recipe can allow it by, `cell` the id of the
  /// cell it is about.
  package func warning(_ message: String, name: String? = nil, cell: String? = nil, at place: Place?) {
    add(Finding(severity: .warning, message: message, name: name, cell: cell, place: place))
  }

  /// Whether any error was added.
  package var hasErrors: Bool { errorCount > 0 }

  /// How many errors were added.
  package var errorCount: Int { state.withLock { $0.errorCount } }

  /// The problems sorted by file, line and column, each with its source line; at most 100, the rest counted
  /// in a last line.
  package var diagnostics: [Diagnostic] {
    state.withLock { state in
      let order = state.findings.indices.sorted { a, b in
        Self.precedes(state.findings[a], a, state.findings[b], b)
      }
      // Where not all can be shown, the errors are what matters.
      let errorsOnly = order.count > Self.shownLimit && state.errorCount > 0
      let ranked = errorsOnly ? order.filter { state.findings[$0].severity == .error } : order
      var shown = ranked.prefix(Self.shownLimit).map {
        Self.diagnostic(state.findings[$0], in: state.sources)
      }
      let hidden = state.findings.count - shown.count
      if hidden > 0 {
        let severity: Diagnostic.Severity = state.errorCount > 0 ? .error : .warning
        shown.append(Diagnostic(severity: severity, message: "and \(hidden) more problems like these"))
      }
      return shown
    }
  }

  /// Throws what was found, if any of it is an error.
  /// - Throws: `RecipeErrors` with errors and warnings alike.
  package func check() throws(RecipeErrors) {
    if hasErrors { throw RecipeErrors(diagnostics: diagnostics) }
  }

  /// Makes a file's text known, so that problems in it can show their line.
  func register(_ source: SourceText) {
    state.withLock { $0.sources.append(source) }
  }

  /// Where a quoted name stands in the text that begins at `place`: behind the first `{{` that it follows. Nil where it
  /// is not found there, as it is written in another way.
  package func place(ofQuoted name: String, from place: Place) -> Place? {
    let source = state.withLock { $0.sources.last { $0.name == place.file } }
    return source?.place(ofQuoted: name, from: place)
  }

  private func add(_ finding: Finding) {
    state.withLock { state in
      state.findings.append(finding)
      if finding.severity == .error { state.errorCount += 1 }
    }
  }

  private static func precedes(_ a: Finding, _ i: Int, _ b: Finding, _ j: Int) -> Bool {
    switch (a.place, b.place) {
    case (nil, nil): return i < j
    case (nil, _): return true
    case (_, nil): return false
    case (let x?, let y?): return x == y ? i < j : x < y
    }
  }

  private static func diagnostic(_ finding: Finding, in sources: [SourceText]) -> Diagnostic {
    var diagnostic = Diagnostic(
      severity: finding.severity,
      message: finding.message,
      name: finding.name,
      cell: finding.cell,
      place: finding.place
    )
    diagnostic.correction = finding.correction
    guard let place = finding.place, let source = sources.last(where: { $0.name == place.file }) else {
      return diagnostic
    }
    let excerpt = source.excerpt(around: place)
    diagnostic.sourceLine = excerpt?.line
    diagnostic.sourceColumn = excerpt?.column
    return diagnostic
  }
}
