import Tables

extension ClickLog {
  /// Whether the event of each row is one of `targets`, `[rows]`; nil where there are no targets, and all rows are.
  /// - Throws: `DataError` where the log has no events, or no row with any of those asked for.
  package func isTarget(_ targets: [String]) throws -> [Bool]? {
    guard !targets.isEmpty else { return nil }
    guard case .names(let codes, let names)? = events else {
      throw DataError("'targets' names events, and the click log has none; set columns.event in 'config'")
    }
    let absent = absentEvents(of: targets)
    guard absent.count < targets.count else {
      let found = presentEvents.prefix(10).map { "'\($0)'" }.joined(separator: ", ")
      throw DataError(
        "'targets': no click of the log has the event \(absent.map { "'\($0)'" }.joined(separator: " or ")), only \(found)"
      )
    }
    let sorted = SortedNames(names)
    let wanted = Set(targets.compactMap { sorted.place(of: $0) })
    let isWanted = names.indices.map(wanted.contains)
    return codes.map { isWanted[Int($0)] }
  }

  /// Whether each row can be held out, `[rows]`: it counts more than 0, and its event is one of `targets` where there are any;
  /// nil where all can be.
  /// - Throws: `DataError` as ``isTarget(_:)`` does.
  package func canBeHeldOut(_ targets: [String]) throws -> [Bool]? {
    let isTarget = try isTarget(targets)
    guard let weights, weights.contains(0) else { return isTarget }
    return weights.indices.map { weights[$0] > 0 && (isTarget?[$0] ?? true) }
  }

  /// Those of the events `targets` that no click has.
  package func absentEvents(of targets: [String]) -> [String] {
    let sorted = SortedNames(presentEvents)
    return targets.filter { sorted.place(of: $0) == nil }
  }

  /// The events that there are clicks of, sorted by their bytes.
  private var presentEvents: [String] {
    guard case .names(let codes, let names)? = events else { return [] }
    var isThere = [Bool](repeating: false, count: names.count)
    for code in codes { isThere[Int(code)] = true }
    return names.indices.filter { isThere[$0] }.map { names[$0] }
  }
}
