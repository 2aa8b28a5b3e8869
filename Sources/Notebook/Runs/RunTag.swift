import Files
import Report

/// A name that somebody gave a run: a link beside it, as `latest` is, so that paths may have it too.
package struct RunTag: Sendable, Equatable {
  /// The name that every recipe's newest run has.
  package static let latest = "latest"

  /// The name.
  package var name: String
  /// The id of the run.
  package var run: String

  /// Whether `name` is that of a recipe's file.
  package static func isRecipe(_ name: String) -> Bool { name.hasSuffix(".yaml") || name.hasSuffix(".yml") }

  /// Why no run can be called `name`, or nil: a name that means something else wherever a run is taken would be that of
  /// another run.
  package static func problem(_ name: String) -> String? {
    if isRecipe(name) {
      return "'\(name)' would be a recipe's file wherever a run is taken; choose another name"
    }
    if !name.isEmpty, !name.hasPrefix("-"), name.utf8.allSatisfy({ "0123456789-".utf8.contains($0) }),
      !RunID.isOne(name)
    {
      return "'\(name)' could be the beginning of a run's id; choose another name"
    }
    return problemOfLink(name)
  }

  /// Why a link called `name` is no tag, or nil. Tags of before may have names that are not given any more.
  fileprivate static func problemOfLink(_ name: String) -> String? {
    if name == latest { return "'latest' is the newest run of its own accord; choose another name" }
    if name.hasPrefix("\(latest).") {
      return "'\(name)' is kept for runs that are being put into place; choose another name"
    }
    if RunID.isOne(name) { return "'\(name)' looks like the id of a run; choose another name" }
    let isPlain = name.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || "0123456789-_.+".unicodeScalars.contains($0)
    }
    guard !name.isEmpty, isPlain, !name.hasPrefix("."), !name.hasPrefix("-"), name.utf8.count <= 100 else {
      return "a tag is letters, digits, '-', '_', '.' and '+', not begun with '.' or '-'; got '\(name)'"
    }
    return nil
  }
}

extension RunStore {
  /// The tags of a recipe's runs, sorted by name; those whose run is gone are left out.
  package func tags(of recipe: String) -> [RunTag] {
    let folder = folder(of: recipe)
    return ((try? FilePaths.list(folder)) ?? []).compactMap { name in
      // A run that is being published has a link of its own for a moment: 'latest.ID'.
      guard RunTag.problemOfLink(name) == nil, !name.hasPrefix("\(RunTag.latest)."),
        let target = Links.target(of: FilePaths.join(folder, name)), !target.contains("/"),
        FilePaths.exists(FilePaths.join(FilePaths.join(folder, target), ReportDocument.file))
      else { return nil }
      return RunTag(name: name, run: target)
    }
  }

  /// Gives `run` a name; one that another run of the recipe had becomes its.
  /// - Throws: ``RunRefusal`` where the name cannot be, or the run stands outside of the store; `FileError`.
  package func tag(_ run: StoredRun, as name: String) throws {
    if let problem = RunTag.problem(name) { throw RunRefusal(problem) }
    if recipes.contains(name) {
      throw RunRefusal("'\(name)' is a recipe with runs, and means the newest of them; choose another name")
    }
    guard !run.recipeFolder.isEmpty, !run.id.contains("/") else {
      throw RunRefusal("'\(run.directory)' is no run under '\(root)', and only these can be tagged")
    }
    let path = FilePaths.join(folder(of: run.recipeFolder), name)
    try locked {
      if FilePaths.exists(path), !Links.isLink(path) {
        throw RunRefusal("'\(path)' is in the way of the tag '\(name)'; choose another name")
      }
      try Links.make(path, to: run.id)
    }
  }

  /// Takes a name away; the run stays.
  /// - Throws: ``RunRefusal`` where `run` has no such name; `FileError`.
  package func untag(_ run: StoredRun, _ name: String) throws {
    try locked {
      guard tags(of: run.recipeFolder).contains(RunTag(name: name, run: run.id)) else {
        let has = run.tags.isEmpty ? "it has none" : "it has \(run.tags.joined(separator: ", "))"
        throw RunRefusal("the run '\(run.id)' has no tag '\(name)'; \(has)")
      }
      try Folders.remove(FilePaths.join(folder(of: run.recipeFolder), name))
    }
  }

  /// Does `body` while no other process tags, prunes or lists for the index.
  func locked<Result>(_ body: () throws -> Result) throws -> Result {
    let lock = try FileLock(FilePaths.join(root, ".runs.lock")) {}
    defer { withExtendedLifetime(lock) {} }
    return try body()
  }
}
