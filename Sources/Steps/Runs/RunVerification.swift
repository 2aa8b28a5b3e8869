import Files
import Glibc
import Notebook
import Recall
import Report

/// A finished run done again from its own recipe, with nothing taken from the cache of runs, and held against what it was.
package struct RunVerification {
  /// A figure that came out another.
  package struct Moved: Equatable {
    /// The full name of the metric.
    package var name: String
    /// What it was; nil where there was none.
    package var before: Double?
    /// What it is; nil where there is none.
    package var after: Double?
    /// The interval that the run gave for it; nil where it gave none.
    package var interval: ConfidenceInterval?
    /// The difference paired by user, in words; empty where it cannot be paired.
    package var paired = ""

    /// Whether it is outside of its interval, or there was or is no figure at all; nil without an interval.
    package var isBeyond: Bool? {
      guard let after, before != nil else { return true }
      return interval.map { !($0.low...$0.high ~= after) }
    }

    /// The same in a word; empty without an interval.
    var verdict: String {
      if before == nil { return "new" }
      if after == nil { return "gone" }
      return isBeyond.map { $0 ? "beyond" : "within" } ?? ""
    }
  }

  /// How the recipe that was run differs from the one of the record, in a sentence; nil where it is the same.
  package let otherRecipe: String?
  /// Why nothing is paired by user although it could be, in a sentence; nil for no reason.
  package let unpaired: String?
  /// What differs of the inputs and of what is measured under, in words.
  package let protocols: [String]
  /// The versions, machine and threads that are others: what, then, now.
  package let surroundings: [ReportDocument.Change]
  /// How many figures were held against each other.
  package let count: Int
  /// Those that moved.
  package let moved: [Moved]

  /// Runs the recipe that `run` left in a folder of its own, which is gone afterwards.
  /// - Parameters:
  ///   - plan: plans a recipe: a text, as if it stood at the path.
  ///   - options: threads, versions and kinds of artifact; its folders are not written to.
  ///   - onOther: told, before anything else is run, that the recipe or the inputs are not what the run had, and how.
  /// - Throws: `RunRefusal` where the run has no recipe, and what planning and running throw.
  package init(
    _ run: StoredRun,
    plan: (_ text: String, _ path: String) throws -> Plan,
    options: RunOptions,
    progress: ProgressReporter,
    onOther: (String) -> Void
  ) throws {
    let recipe = FilePaths.join(run.directory, "recipe.yaml")
    guard FilePaths.exists(recipe) else {
      throw RunRefusal("'\(run.directory)' has no 'recipe.yaml', which is what would be run again")
    }
    let text = try MappedFile.readText(recipe)
    let own = try plan(text, recipe)
    otherRecipe = Self.otherRecipe(run, text, own, plan, path: recipe)
    if let otherRecipe { onOther(otherRecipe) }
    let scratch = try ScratchRuns(options)
    let sources = own.cells.indices.filter { own.cells[$0].edges.isEmpty }.map { own.cells[$0].id }
    let inputs = try scratch.run(own.restricted(to: sources), "inputs", progress: ProgressReporter(.quiet))
    let changed = MeasurementProtocol.differences(run.document, inputs.document)
    if !changed.isEmpty {
      onOther("the inputs are not what the run read: \(changed.joined(separator: "; "))")
    }
    progress.wordForCached = "read just now"
    let again = try scratch.run(own, "run", progress: progress)
    protocols = MeasurementProtocol.differences(run.document, again.document)
    surroundings = Self.surroundings(run.document, again.document)
    let metrics = RunDifference.metrics([run.document, again.document])
    count = metrics.count
    let moved = metrics.filter { $0.values[0] != $0.values[1] }
    var (paired, unpaired): (PairedEvaluations?, String?)
    if !moved.isEmpty, protocols.isEmpty {
      do {
        paired = try PairedEvaluations(
          [run, again],
          BootstrapOptions(),
          metrics: moved.map(\.name),
          threads: options.threads
        )
      } catch { unpaired = "nothing is paired by user: \(error)" }
    }
    self.unpaired = unpaired
    self.moved = moved.map { metric in
      let (low, high) = (run.metric("\(metric.name).low"), run.metric("\(metric.name).high"))
      var figure = Moved(name: metric.name, before: metric.values[0], after: metric.values[1])
      if let low, let high, low <= high { figure.interval = ConfidenceInterval(low: low, high: high) }
      let row = paired?.rows.first { $0.name == metric.name }
      figure.paired = row?.comparisons.first.map(PairedEvaluations.difference) ?? ""
      return figure
    }
  }

  private static func otherRecipe(
    _ run: StoredRun,
    _ text: String,
    _ own: Plan,
    _ plan: (String, String) throws -> Plan,
    path: String
  ) -> String? {
    guard let before = run.document.recipeText, before != text else { return nil }
    let settings = (try? plan(before, path)).map {
      RunDifference.settings([$0.flatSettings, own.flatSettings])
    }
    let changes = settings?.map { setting in
      "\(setting.name) was \(setting.values[0] ?? "–"), is \(setting.values[1] ?? "–")"
    }
    let what = changes.map { $0.isEmpty ? ", in no setting" : ": \($0.joined(separator: "; "))" } ?? ""
    return "'\(path)' is not the recipe of the run's record, it was edited\(what)"
  }

  private static func surroundings(_ before: ReportDocument, _ after: ReportDocument) -> [ReportDocument
    .Change]
  {
    RunDifference.settings([before.provenance, after.provenance]).map {
      .init($0.name, before: $0.values[0] ?? "", after: $0.values[1] ?? "")
    }
  }
}

/// Runs in a temporary folder that is gone with the object.
private final class ScratchRuns {
  private let folder: String
  private let options: RunOptions

  init(_ options: RunOptions) throws {
    let parent = ProcessEnvironment.variables["TMPDIR"] ?? "/tmp"
    var template = Array(FilePaths.join(parent, "towerbook-verify-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw FileError("cannot make a folder in", parent) }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    self.options = options
  }

  deinit { try? Folders.remove(folder) }

  /// Runs `plan` into a folder called `name`; what earlier plans of this object have computed is taken.
  func run(_ plan: Plan, _ name: String, progress: ProgressReporter) throws -> StoredRun {
    var options = options
    options.outputRoot = folder
    options.cacheFolder = FilePaths.join(folder, "cache")
    options.directory = FilePaths.join(folder, name)
    options.exports = false
    return try StoredRun(
      directory: try Runner(plan: plan, options: options, progress: progress).run().directory
    )
  }
}

extension RunVerification {
  /// How much of it holds.
  package enum Verdict: Equatable {
    /// No figure moved.
    case same
    /// Some moved, none beyond the interval that the run gave for it.
    case withinIntervals
    /// Some moved beyond their intervals.
    case beyondIntervals
  }

  /// How much of it holds.
  package var verdict: Verdict {
    if moved.isEmpty { return .same }
    return moved.contains { $0.isBeyond == true } ? .beyondIntervals : .withinIntervals
  }

  /// What came of it, for a terminal.
  package var text: String {
    var lines = otherRecipe.map { ["\($0)\n"] } ?? []
    lines += surroundings.map {
      "\($0.name) was \($0.before.isEmpty ? "–" : $0.before), is \($0.after.isEmpty ? "–" : $0.after)\n"
    }
    if !protocols.isEmpty {
      lines.append("measured under another protocol: \(protocols.joined(separator: "; "))\n")
    }
    switch verdict {
    case .same: return (lines + ["no figure moved: \(count) are as they were\n"]).joined()
    case .withinIntervals, .beyondIntervals: break
    }
    if let unpaired { lines.append("\(unpaired)\n") }
    let beyond = moved.count { $0.isBeyond == true }
    let verdict =
      beyond == 0
      ? "none beyond an interval that the run gave for it"
      : "\(beyond) of them beyond the interval that the run gave, or without a figure on one side"
    lines.append("\(moved.count) of \(count) figures moved, \(verdict)\n")
    return lines.joined() + TextTableRenderer.render(table)
  }

  private var table: Table {
    func shown(_ value: Double?) -> Table.Cell {
      .text(value.map { RunDifference.shown($0, digits: 6) } ?? NumberFormat.notANumber)
    }
    return Table(
      columns: [
        .init("figure"), .init("was", .trailing), .init("is", .trailing), .init("moved", .trailing),
        .init("interval"),
        .init("by user"), .init("verdict"),
      ],
      rows: moved.map { figure in
        var distance = Table.Cell.empty
        if let before = figure.before, let after = figure.after {
          distance = .text(RunDifference.signed(after - before))
        }
        let ends = figure.interval.map { [$0.low, $0.high].map { NumberFormat.significant($0, digits: 4) } }
        return [
          .text(figure.name), shown(figure.before), shown(figure.after), distance,
          .text(ends.map { "[\($0.joined(separator: ", "))]" } ?? ""), .text(figure.paired),
          .text(figure.verdict),
        ]
      }
    )
  }
}
