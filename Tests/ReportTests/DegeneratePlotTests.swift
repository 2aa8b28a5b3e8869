import Report
import Testing

/// Plots with nothing, or nonsense, to draw.
private let degenerate: [(name: String, series: [Plot.Series])] = {
  let values: [(String, [Double])] = [
    ("empty", []), ("one", [6.9]), ("zeros", [0, 0, 0]), ("equal", [5, 5, 5]), ("negative", [-3, -2, -1]),
    ("not finite", [.nan, .infinity, -.infinity]), ("with gaps", [1, .nan, 2, .infinity, 3]),
    ("huge", [-9e299, 9e299]), ("beyond", [1e305, -1e308, 1]),
    ("tiny", [.leastNonzeroMagnitude, 2e-300, 1e-12]),
    ("nearly equal", [1, 1 + 1e-15, 1 - 1e-15]), ("offset", [1e15, 1e15 + 1, 1e15 + 2]),
    ("wide", [1e-250, 1, 1e250]), ("around zero", [-1e-9, 1e9]),
  ]
  let marks: [Plot.Mark] = [.line, .points, .bars, .reference]
  return values.flatMap { name, y in
    marks.map { ("\(name), \($0.rawValue)", [Plot.Series("s", $0, x: y.indices.map { Double($0) }, y: y)]) }
      + [
        ("\(name), all marks", marks.map { Plot.Series("s", $0, x: y, y: y.reversed()) }),
        ("\(name), intervals", [Plot.Series("s", .bars, x: y, y: y, low: y.reversed(), high: y)]),
      ]
  }
}()

@Suite("Plots of degenerate data")
struct DegeneratePlotTests {
  @Test("are well-formed and within the picture", arguments: degenerate.indices, [false, true])
  func drawn(index: Int, isLogarithmic: Bool) {
    let plot = Plot(
      name: "p",
      title: "t",
      description: "d",
      x: .init("x", isLogarithmic: isLogarithmic),
      y: .init("y", isLogarithmic: isLogarithmic),
      series: degenerate[index].series
    )
    check(plot, degenerate[index].name)
    let categories = Plot(
      name: "p",
      title: "t",
      description: "d",
      x: .init("x", categories: ["a", "b"]),
      y: plot.y,
      series: degenerate[index].series
    )
    check(categories, degenerate[index].name)
  }

  private func check(_ plot: Plot, _ name: String) {
    let svg = SVGRenderer().render(plot)
    #expect(problemInXML(svg) == nil, "\(name)")
    for word in ["nan", "inf", "1000000"] { #expect(!svg.lowercased().contains(word), "\(name): \(word)") }
    for place in coordinates(svg) where !(-1...721).contains(place) {
      Issue.record("\(name): \(place) lies outside the picture")
    }
  }

  /// The numbers that stand for places: after `x=`, `y=`, `M`, `H` and `V`.
  private func coordinates(_ svg: String) -> [Double] {
    svg.matches(of: /(?:x1|x2|y1|y2| x| y)="([-0-9.]+)"|[MHV]([-0-9.]+)/).compactMap {
      ($0.output.1 ?? $0.output.2).flatMap { Double($0) }
    }
  }

  @Test("say that there is no data, and how many values are left out")
  func words() {
    let empty = Plot(name: "p", title: "t", description: "d", x: .init("x"), y: .init("y"), series: [])
    #expect(SVGRenderer().render(empty).contains(">no data</text>"))
    var gaps = empty
    gaps.series = [.init("a", .line, x: [1, 2, 3], y: [1, .nan, 2])]
    #expect(SVGRenderer().render(gaps).contains(">1 value left out</text>"))
    gaps.y.isLogarithmic = true
    gaps.series[0].y = [1, -1, 0]
    #expect(SVGRenderer().render(gaps).contains(">2 values left out</text>"))
  }

  @Test("a line breaks where a value is missing")
  func gaps() {
    let plot = Plot(
      name: "p",
      title: "t",
      description: "d",
      x: .init("x"),
      y: .init("y"),
      series: [.init("a", .line, x: [0, 1, 2, 3, 4], y: [0, 1, .nan, 1, 0])]
    )
    let path = SVGRenderer().render(plot).split(separator: "\n").first { $0.contains("stroke-width=\"2\"") }
    #expect(path.map { $0.filter { $0 == "M" }.count } == 2)
  }

  @Test("ten thousand points make small files", arguments: [Plot.Mark.line, .points, .bars])
  func thinned(mark: Plot.Mark) {
    let x = (0..<10_000).map(Double.init)
    let y = x.map { Double((Int($0) * 7919) % 1000) }
    let plot = Plot(
      name: "p",
      title: "t",
      description: "d",
      x: .init("x"),
      y: .init("y"),
      series: [.init("a", mark, x: x, y: y)]
    )
    let svg = SVGRenderer().render(plot)
    #expect(svg.utf8.count < (mark == .points ? 30_000 : 40_000))
    #expect(problemInXML(svg) == nil)
  }

  @Test("series and intervals whose lengths differ are drawn as far as they go")
  func lengths() {
    var series = Plot.Series("a", .bars, x: [0, 1], y: [1, 2], low: [0, 1], high: [2, 3])
    series.y = [1, 2, 3]
    series.low = [0]
    let plot = Plot(name: "p", title: "t", description: "d", x: .init("x"), y: .init("y"), series: [series])
    #expect(problemInXML(SVGRenderer().render(plot)) == nil)
  }
}
