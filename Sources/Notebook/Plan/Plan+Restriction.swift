extension Plan {
  /// The plan of the cells `ids` and of all they read, without prose, notes and expectations: what is needed for
  /// their metrics alone.
  package func restricted(to ids: [String]) -> Plan {
    var needed: Set<Int> = []
    func take(_ position: Int) {
      guard needed.insert(position).inserted else { return }
      for edge in cells[position].edges { take(edge.producer) }
    }
    for id in ids { if let position = position(of: id) { take(position) } }
    let kept = needed.sorted()
    let planned = kept.map { position in
      var planned = cells[position]
      planned.cell.text = nil
      planned.cell.note = nil
      planned.cell.expectations = []
      planned.cell.claims = []
      planned.edges = planned.edges.map { edge in
        PlannedCell.Edge(input: edge.input, producer: kept.firstIndex(of: edge.producer) ?? 0)
      }
      return planned
    }
    var recipe = recipe
    recipe.text = nil
    recipe.cells = planned.map(\.cell)
    var plan = Plan(recipe: recipe, cells: planned)
    plan.warnings = warnings
    return plan
  }
}
