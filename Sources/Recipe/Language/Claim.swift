/// What somebody published, as a cell states it to be held against its own figures.
package struct Claim: Sendable, Equatable {
  /// A point of the protocol under which it was measured, such as `seen: leave_out`.
  package struct Point: Sendable, Equatable {
    /// Its name.
    package var name: String
    /// What it was, as it is written.
    package var value: String
    /// Where it stands.
    package var place: Place
  }

  /// A published figure.
  package struct Figure: Sendable, Equatable {
    /// The metric, as `hit_rate@20` of this cell or `eval.hit_rate@20` of another.
    package var metric: String
    /// Its published value.
    package var value: Double
    /// Where it stands.
    package var place: Place
  }

  /// Where it was published: authors, title, year.
  package var source: String
  /// Which table or figure of it; nil where that is not said.
  package var table: String?
  /// What is known of how it was measured.
  package var points: [Point]
  /// The figures, one or more.
  package var figures: [Figure]

  /// The keys that are no metrics.
  static let ownKeys = RecipeKeys.claim.map(\.name)
}

extension DocumentBuilder {
  /// What a cell claims of others: one claim, or a list of them.
  func claims(in entries: [NodeEntry], of cell: String) -> [Claim] {
    guard let node = entries.first(where: { $0.key == "claim" })?.value, !node.isNull else { return [] }
    if case .broken = node.content { return [] }
    var nodes = [node]
    if case .list(let list) = node.content { nodes = list }
    return nodes.compactMap { claim($0, of: cell) }
  }

  private func claim(_ node: Node, of cell: String) -> Claim? {
    if case .broken = node.content { return nil }
    guard let entries = node.entries else {
      problems.error(
        "expected a source and its figures for 'claim' in '\(cell)', as '{ source: \"…\", hit_rate@10: 0.0928 }', got "
          + node.described,
        at: node.place
      )
      return nil
    }
    let source = text("source", in: entries, of: cell)
    if !entries.contains(where: { $0.key == "source" }) {
      problems.error("expected a 'source' in '\(cell).claim': who published it, and where", at: node.place)
    }
    let figures = entries.filter { !Claim.ownKeys.contains($0.key) && !$0.value.isNull }
    if figures.isEmpty {
      problems.error(
        "expected a published figure in '\(cell).claim', as 'hit_rate@10: 0.0928'",
        at: node.place
      )
    }
    return Claim(
      source: source ?? "",
      table: text("table", in: entries, of: cell),
      points: points(in: entries, of: cell),
      figures: figures.compactMap { figure($0, of: cell) }
    )
  }

  private func figure(_ entry: NodeEntry, of cell: String) -> Claim.Figure? {
    let value: Double? =
      switch entry.value.scalar?.value {
      case .int(let number): Double(number)
      case .real(let number): number
      default: nil
      }
    if case .broken = entry.value.content { return nil }
    guard let value, value.isFinite else {
      problems.error(
        "expected a number for \(Shown.quoted(entry.key)) in '\(cell).claim', got \(entry.value.described); besides metrics "
          + "it takes \(Claim.ownKeys.joined(separator: ", "))",
        at: entry.value.place
      )
      return nil
    }
    return Claim.Figure(metric: entry.key, value: value, place: entry.keyPlace)
  }

  private func points(in entries: [NodeEntry], of cell: String) -> [Claim.Point] {
    guard let node = entries.first(where: { $0.key == "protocol" })?.value, !node.isNull else { return [] }
    if case .broken = node.content { return [] }
    guard let points = node.entries else {
      problems.error(
        "expected points with values for 'protocol' in '\(cell).claim', as '{ split: leave_one_out }', got \(node.described)",
        at: node.place
      )
      return []
    }
    return points.filter { !$0.value.isNull }.compactMap { entry in
      if case .broken = entry.value.content { return nil }
      guard let text = entry.value.scalar?.text else {
        problems.error(
          "expected a word, a number or true or false for '\(entry.key)' in '\(cell).claim.protocol', got "
            + entry.value.described,
          at: entry.value.place
        )
        return nil
      }
      return Claim.Point(name: entry.key, value: text, place: entry.keyPlace)
    }
  }

  private func text(_ key: String, in entries: [NodeEntry], of cell: String) -> String? {
    guard let node = entries.first(where: { $0.key == key })?.value, !node.isNull else { return nil }
    if case .broken = node.content { return nil }
    // The number of a table is as good a name for it as any.
    if let text = node.scalar?.text, !text.isEmpty { return text }
    problems.error("expected a text for '\(key)' in '\(cell).claim', got \(node.described)", at: node.place)
    return nil
  }
}
