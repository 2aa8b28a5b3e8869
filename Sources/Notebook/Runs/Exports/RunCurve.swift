import Report

/// A figure of a run that was measured again and again: epoch after epoch.
package struct RunCurve: Sendable, Equatable {
  /// What it is called, part by part: the cell, then the plot it is shown in, then its line where that is called otherwise.
  package var name: [String]
  /// The epochs.
  package var steps: [Int64]
  /// The values, one a step.
  package var values: [Double]

  /// Puts a curve together, with a value for each step.
  package init(name: [String], steps: [Int64], values: [Double]) {
    self.name = name
    self.steps = steps
    self.values = values
  }

  /// The axis that counts epochs.
  private static let axis = "epoch"

  /// The curves of a cell: the lines of its plots over epochs, without places that hold no number.
  static func curves(_ cell: ReportDocument.Cell) -> [RunCurve] {
    let plots = cell.blocks.flatMap(\.plots).filter { $0.x.label == axis && !$0.x.isLogarithmic }
    return plots.flatMap { plot -> [RunCurve] in
      let name =
        plot.name.hasPrefix(cell.id + "-") ? String(plot.name.dropFirst(cell.id.count + 1)) : plot.name
      return plot.series.filter { [.line, .reference].contains($0.mark) }.map { series in
        let points = zip(series.x, series.y).compactMap { x, y in
          Int64(exactly: x).flatMap { step in y.isFinite ? (step, y) : nil }
        }
        return RunCurve(
          name: [cell.id, name] + (series.name == name ? [] : [series.name]),
          steps: points.map(\.0),
          values: points.map(\.1)
        )
      }
    }
  }
}

extension StoredRun {
  /// What was measured epoch after epoch.
  package var curves: [RunCurve] { document.cells.flatMap(RunCurve.curves).filter { !$0.steps.isEmpty } }
}

extension Block {
  /// The plots in it.
  fileprivate var plots: [Plot] {
    switch self {
    case .plot(let plot): [plot]
    case .details(_, let blocks): blocks.flatMap(\.plots)
    case .heading, .prose, .table, .picture, .code, .note: []
    }
  }
}
