import Report

/// Line plots of the same name in several reports, drawn over each other.
package enum PlotOverlay {
  /// A plot for each that the first of `reports` shares with another, the letters before the lines' names.
  package static func plots(of reports: [(letter: String, document: ReportDocument)]) -> [Plot] {
    guard let first = reports.first else { return [] }
    var drawn: Set<String> = []
    return plots(in: first.document).compactMap { plot in
      guard drawn.insert(plot.name).inserted, plot.series.contains(where: { $0.mark == .line }),
        plot.x.categories.isEmpty
      else { return nil }
      let same = reports.compactMap { report in
        plots(in: report.document).first { $0.name == plot.name }.map { (report.letter, $0) }
      }
      return same.count > 1 ? overlay(same) : nil
    }
  }

  private static func plots(in document: ReportDocument) -> [Plot] {
    document.cells.flatMap(\.blocks).flatMap(\.plots)
  }

  private static func overlay(_ plots: [(letter: String, plot: Plot)]) -> Plot {
    var overlay = plots[0].plot
    let letters = plots.map(\.letter).joined(separator: ", ")
    overlay.title += " (\(letters))"
    overlay.description += " Of \(letters), drawn over each other."
    overlay.series = plots.flatMap { letter, plot in
      plot.series.filter { $0.mark == .line }.map { line in
        var line = line
        line.name = "\(letter): \(line.name)"
        return line
      }
    }
    overlay.series += plots[0].plot.series.filter { $0.mark == .reference }
    return overlay
  }
}
