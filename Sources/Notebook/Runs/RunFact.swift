import Files

/// What can be asked of a run by name: its settings, its metrics, and a few facts of its own.
package enum RunFact {
  /// A value as it is compared and shown.
  package enum Value: Equatable, Sendable {
    /// A metric, or a setting that is a number.
    case number(Double)
    /// Any other setting, as it is written in YAML.
    case text(String)

    /// As it is written.
    package var text: String {
      switch self {
      case .number(let number):
        number == number.rounded() && number.magnitude < 1e15 ? "\(Int(number))" : "\(number)"
      case .text(let text): text
      }
    }

    /// The number; nil for a text.
    package var number: Double? { if case .number(let number) = self { number } else { nil } }

    /// Reads a value as it is written: a number where it is one, else a text without the quotes around it.
    package init(_ text: String) {
      if let number = Double(text), number.isFinite {
        self = .number(number)
      } else if text.utf8.count > 1, let quote = text.first, "\"'".contains(quote), text.last == quote {
        self = .text(String(text.dropFirst().dropLast()))
      } else {
        self = .text(text)
      }
    }
  }

  /// The names that every run knows, besides its settings and metrics.
  package static let own = ["run", "recipe", date, "title", tag, "seconds"]
  static let date = "date"
  static let tag = "tag"

  /// The value of `name` in `run`; nil where it has none.
  package static func value(_ name: String, in run: StoredRun) -> Value? {
    switch name {
    case "run": return .text(run.id)
    case "recipe": return .text(run.document.recipe)
    case date: return .text(run.document.date)
    case "title": return .text(run.document.title)
    case tag: return run.tags.isEmpty ? nil : .text(run.tags.joined(separator: ", "))
    case "seconds": return .number(run.seconds)
    default: return run.metric(name).map { .number($0) } ?? run.setting(name).map { Value($0) }
    }
  }

  /// All names that any of `runs` knows.
  package static func names(in runs: [StoredRun]) -> [String] {
    var known = Set(own)
    var names = own
    for run in runs {
      let all = run.document.metrics.map(\.name) + run.document.settings.map(\.name)
      for name in all where known.insert(name).inserted { names.append(name) }
    }
    return names
  }

  /// - Throws: ``RunRefusal`` where none of `runs`, if there are any, knows `name`.
  package static func check(_ name: String, in runs: [StoredRun], for option: String) throws {
    let known = names(in: runs)
    guard !runs.isEmpty, !known.contains(name) else { return }
    let near = Suggestion.nearest(to: name, among: known) ?? endingLike(name, in: known)
    let hint =
      near.map { "did you mean '\($0)'?" } ?? "settings go by 'train.epochs', metrics by 'eval.hit_rate@20'"
    throw RunRefusal("\(option): no listed run has a setting or metric '\(name)'; \(hint)")
  }

  /// `eval.ndcg@20` for `ndcg@20`.
  private static func endingLike(_ name: String, in known: [String]) -> String? {
    known.first { $0.hasSuffix(".\(name)") }
  }
}
