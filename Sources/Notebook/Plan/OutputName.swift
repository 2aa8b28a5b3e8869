import Files
import Recipe
import Report

/// A file or folder that a step writes into the run directory, and the setting that names it.
package struct OutputName: Sendable, Equatable {
  /// The name, without the folder that a second cell of a kind gets.
  package var name: String
  /// The setting it comes from, or nil for a fixed name.
  package var key: String?

  /// Makes a name.
  package init(_ name: String, key: String? = nil) {
    self.name = name
    self.key = key
  }

  /// What the run itself writes, and what its report is written as later.
  static let reserved =
    ReportFormat.allCases.map(\.file) + [
      ReportFormat.liveFile, "report.json", "metrics.json", "recipe.yaml", "log.jsonl", "plots",
    ]

  /// Why the name cannot stand in a run directory, or nil.
  var problem: String? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    if name.isEmpty || parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) {
      return "expected the name of a file inside the run directory, got '\(name)'"
    }
    return nil
  }

  /// Adds an error for every name that cannot be, or that another cell or the run itself has.
  static func check(_ cells: [PlannedCell], _ fields: [Fields]) {
    var taken = TakenPaths()
    for path in reserved { taken.add(path, owner: "the run itself") }
    for (planned, fields) in zip(cells, fields) {
      for output in planned.step.outputs {
        let path = FilePaths.join(planned.outputFolder, output.name)
        if let problem = output.problem {
          fields.fail(output.key ?? "", problem)
        } else if let other = taken.first(inTheWayOf: path) {
          fields.fail(
            output.key ?? "",
            "'\(path)' is in the way of '\(other.path)', which \(other.owner) writes"
          )
        } else {
          taken.add(path, owner: "'\(planned.id)'")
        }
      }
    }
  }
}

/// Paths that somebody writes to: two collide where one is the other, or a folder above it.
private struct TakenPaths {
  private var paths: [(path: String, owner: String)] = []
  private var places: [String: Int] = [:]
  /// By a folder the place of the first path in it.
  private var firstInside: [String: Int] = [:]

  mutating func add(_ path: String, owner: String) {
    for folder in Self.folders(above: path) where firstInside[folder] == nil {
      firstInside[folder] = paths.count
    }
    if places[path] == nil { places[path] = paths.count }
    paths.append((path, owner))
  }

  /// The first that was added of those that collide with `path`; nil for none.
  func first(inTheWayOf path: String) -> (path: String, owner: String)? {
    let found = [places[path], firstInside[path]] + Self.folders(above: path).map { places[$0] }
    return found.compactMap { $0 }.min().map { paths[$0] }
  }

  private static func folders(above path: String) -> [String] {
    path.indices.filter { path[$0] == "/" }.map { String(path[..<$0]) }
  }
}

extension PlannedCell {
  /// The folder inside the run directory for what the cell writes: none for a step's first cell, the cell's id
  /// for one that was given an id, so that two never write to the same place.
  var outputFolder: String { cell.header.id == cell.header.step ? "" : cell.header.id }
}
