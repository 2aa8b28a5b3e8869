import Files
import Glibc
import Report

/// Finished runs that may go.
package struct RunPruning {
  /// The runs that are best by a metric stay.
  package struct Best: Sendable, Equatable {
    /// The metric, by its full name.
    package var metric: String
    /// How many stay.
    package var count: Int
    /// Whether the lowest are the best.
    package var isLowest: Bool

    /// Reads `eval.hit_rate@20:3`, `train.loss:3:lowest`; nil for anything else.
    package init?(_ text: String) {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard (2...3).contains(parts.count), !parts[0].isEmpty, let count = Int(parts[1]), count > 0,
        parts.count == 2 || ["lowest", "highest"].contains(parts[2])
      else { return nil }
      metric = parts[0]
      self.count = count
      isLowest = parts.last == "lowest"
    }
  }

  /// What is to go.
  package struct Outcome {
    /// The runs, the newest first.
    package var runs: [StoredRun] = []
    /// The bytes that become free.
    package var freed = 0
    /// The bytes of files that the cache holds too, which stay there.
    package var shared = 0
    /// What could not be read and is left alone, a sentence each.
    package var problems: [String] = []
  }

  private let store: RunStore
  private let keep: Int
  private let best: [Best]

  /// Of each recipe the newest `keep` runs stay, and the `best`; besides them, always, the latest and all that are tagged.
  package init(_ store: RunStore, keep: Int, best: [Best]) {
    self.store = store
    self.keep = keep
    self.best = best
  }

  /// What would go, of one recipe or of all; nothing is removed.
  /// - Throws: ``RunRefusal`` where a metric is unknown.
  package func preview(of recipe: String?) throws -> Outcome {
    let listing = store.listing(of: recipe)
    for best in best { try RunFact.check(best.metric, in: listing.runs, for: "--keep-best") }
    var outcome = Outcome()
    outcome.problems = listing.problems
    let staying = Set(distinct(listing.runs.map(\.recipeFolder)).flatMap { kept(listing.runs, of: $0) })
    outcome.runs = listing.runs.filter { !staying.contains($0.directory) }
    for run in outcome.runs {
      let size = DiskUse(of: run.directory)
      outcome.freed += size.own
      outcome.shared += size.shared
    }
    return outcome
  }

  /// Removes what ``preview(of:)`` names, looked up again while nobody tags.
  /// - Throws: ``RunRefusal``, `FileError`.
  package func remove(of recipe: String?) throws -> Outcome {
    try store.locked {
      let outcome = try preview(of: recipe)
      for run in outcome.runs {
        // Its name is free at once, and what a kill leaves of it is known for what it is.
        let aside = FilePaths.join(store.folder(of: run.recipeFolder), Leftovers.freshRemovedName)
        guard rename(run.directory, aside) == 0 else { throw FileError("cannot remove", run.directory) }
        try Folders.remove(aside)
      }
      return outcome
    }
  }

  /// The folders of a recipe's runs that stay.
  private func kept(_ runs: [StoredRun], of recipe: String) -> [String] {
    let own = runs.filter { $0.recipeFolder == recipe }
    var kept = own.prefix(max(1, keep)).map(\.directory)
    kept += own.filter { !$0.tags.isEmpty || $0.id == store.latest(of: recipe) }.map(\.directory)
    for best in best {
      let measured = own.filter { $0.metric(best.metric) != nil }
      let order = measured.indices.sorted { a, b in
        let (x, y) = (measured[a].metric(best.metric) ?? 0, measured[b].metric(best.metric) ?? 0)
        return x == y ? a < b : (x < y) == best.isLowest
      }
      kept += order.prefix(best.count).map { measured[$0].directory }
    }
    return kept
  }

  private func distinct(_ names: [String]) -> [String] {
    var known: Set<String> = []
    return names.filter { known.insert($0).inserted }
  }
}

/// The bytes of the files in a folder: those that stand nowhere else, and those that have another name too.
private struct DiskUse {
  var own = 0
  var shared = 0

  init(of path: String) {
    var facts = stat()
    guard lstat(path, &facts) == 0 else { return }
    guard facts.st_mode & S_IFMT == S_IFDIR else {
      if facts.st_nlink > 1 { shared = Int(facts.st_size) } else { own = Int(facts.st_size) }
      return
    }
    for name in (try? FilePaths.list(path)) ?? [] {
      let inner = DiskUse(of: FilePaths.join(path, name))
      own += inner.own
      shared += inner.shared
    }
  }
}
