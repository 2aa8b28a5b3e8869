import Report

/// What figures are measured under, held against that of another run.
package enum MeasurementProtocol {
  /// What differs, in words: `the held-out clicks differ (eval)`. Facts that one of the two has not are passed over: they
  /// are of a cell that the other has not either.
  package static func differences(_ first: ReportDocument, _ second: ReportDocument) -> [String] {
    let others = Dictionary(second.measuredUnder.map { ($0.name, $0.value) }) { first, _ in first }
    var cellsOfFact: [(fact: String, cells: [String])] = []
    for own in first.measuredUnder {
      guard let other = others[own.name], other != own.value else { continue }
      let (cell, fact) = parts(own.name)
      if let place = cellsOfFact.firstIndex(where: { $0.fact == fact }) {
        cellsOfFact[place].cells.append(cell)
      } else {
        cellsOfFact.append((fact, [cell]))
      }
    }
    return cellsOfFact.map { fact, cells in
      (fact.hasPrefix("what ") ? "\(fact) differs" : "the \(fact) differ")
        + " (\(cells.joined(separator: ", ")))"
    }
  }

  /// Whether two runs have a cell in common that measures: without one, there is nothing to hold against each other.
  package static func overlap(_ first: ReportDocument, _ second: ReportDocument) -> Bool {
    let names = Set(second.measuredUnder.map(\.name))
    return first.measuredUnder.contains { names.contains($0.name) }
  }

  /// `eval: held-out clicks` in its parts.
  private static func parts(_ name: String) -> (cell: String, fact: String) {
    guard let cut = name.firstRange(of: ": ") else { return ("", name) }
    return (String(name[..<cut.lowerBound]), String(name[cut.upperBound...]))
  }
}
