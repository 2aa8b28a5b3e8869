import Foundation
import Report
import Testing

@testable import Sweep

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("The plots of a study's report")
struct ReportDrawingTests {
  static let studies: [StudyFacts] = [
    SyntheticStudy.facts(), SyntheticStudy.facts(trials: 300), SyntheticStudy.facts(trials: 1),
    HardStudies.twoGoals, HardStudies.constant, HardStudies.longNames, HardStudies.oneParameter,
    HardStudies.empty, HardStudies.allFailed, HardStudies.notNumbers,
  ]

  @Test("every plot is well-formed SVG and has a name of its own", arguments: studies.indices)
  func plotsAreWellFormed(index: Int) {
    let blocks = StudyReport(Self.studies[index]).blocks
    let plots = blocks.compactMap { if case .plot(let plot) = $0 { plot } else { nil } }
    #expect(Set(plots.map(\.name)).count == plots.count)
    for plot in plots {
      let parser = XMLParser(data: Data(SVGRenderer().render(plot).utf8))
      #expect(parser.parse(), "\(plot.name)")
    }
    writeIfAsked(blocks, plots, to: "study-\(index)")
  }

  /// Writes the report for the eye where the environment names a folder.
  private func writeIfAsked(_ blocks: [Block], _ plots: [Plot], to name: String) {
    guard let root = ProcessInfo.processInfo.environment["STUDY_REPORTS"] else { return }
    let folder = URL(fileURLWithPath: root).appendingPathComponent(name)
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let text = MarkdownRenderer().render(blocks) { "\($0.name).svg" }
    try? text.write(to: folder.appendingPathComponent("report.md"), atomically: true, encoding: .utf8)
    for plot in plots {
      let file = folder.appendingPathComponent("\(plot.name).svg")
      try? SVGRenderer().render(plot).write(to: file, atomically: true, encoding: .utf8)
    }
  }
}
