import Recipe

extension Plan {
  /// For each cell the positions of those whose checks ask what it says: that read what it writes, or refer to its settings.
  ///
  /// Whether a cell can run hangs on its own settings and on those of the cells that lead to it so, and on nothing else; but that
  /// what two cells write into the run's folder can be in each other's way.
  package var dependents: [[Int]] {
    var dependents = [[Int]](repeating: [], count: cells.count)
    for (reader, planned) in cells.enumerated() {
      for edge in planned.edges { dependents[edge.producer].append(reader) }
      for name in recipe.references[planned.id] ?? [] {
        if let owner = position(of: name), owner != reader { dependents[owner].append(reader) }
      }
    }
    return dependents
  }
}
