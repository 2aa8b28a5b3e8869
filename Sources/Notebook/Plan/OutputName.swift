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

  /// Whether one of two paths is the other, or a folder above it.
  static func collide(_ first: String, _ second: String) -> Bool {
    first == second || first.hasPrefix(second + "/") || second.hasPrefix(first + "/")
  }

  /// Adds an error for every name that cannot be, or that another cell or the run itself has.
  static func check(_ cells: [PlannedCell], _ fields: [Fields]) {
    var taken = reserved.map { (path: $0, owner: "the run itself") }
    for (planned, fields) in zip(cells, fields) {
      for output in planned.step.outputs {
        let path = FilePaths.join(planned.outputFolder, output.name)
        if let problem = output.problem {
          fields.fail(output.key ?? "", problem)
        } else if let other = taken.first(where: { collide($0.path, path) }) {
          fields.fail(
            output.key ?? "",
            "'\(path)' is in the way of '\(other.path)', which \(other.owner) writes"
          )
        } else {
          taken.append((path, "'\(planned.id)'"))
        }
      }
    }
  }
}

extension PlannedCell {
  /// The folder inside the run directory for what the cell writes: none for a step's first cell, the cell's id
  /// for one that was given an id, so that two never write to the same place.
  var outputFolder: String { cell.header.id == cell.header.step ? "" : cell.header.id }
}
