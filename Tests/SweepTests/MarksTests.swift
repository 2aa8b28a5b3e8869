import Report
import Testing

@Suite("Marks that the report adds")
struct MarksTests {
  private func picture(_ series: [Plot.Series], x: Plot.Axis = .init("x")) -> String {
    SVGRenderer().render(
      Plot(name: "p", title: "T", description: "D", x: x, y: .init("y"), series: series)
    )
  }

  @Test("strands are one path with a start a line; gaps on purpose are no values left out")
  func strands() {
    let gap = Double.nan
    let svg = picture([.init("s", .strands, x: [0, 1, gap, 0, 1, gap], y: [0, 1, gap, 1, 0, gap])])
    let path = svg.split(separator: "\n").first { $0.contains("stroke-opacity=\"0.90\"") } ?? ""
    #expect(path.filter { $0 == "M" }.count == 2)
    #expect(!svg.contains("left out"))
    #expect(picture([.init("s", .strands, x: [0, 1, 2], y: [0, gap, 1])]).contains("1 value left out"))
  }

  @Test("cells of one colour in a row are one rectangle; their scale has all colours and the name")
  func cells() {
    let svg = picture([
      .init("height", .cells, x: [0, 1, 2, 0, 1, 2], y: [0, 0, 0, 1, 1, 1], shade: [0, 0, 7, 7, 7, 7])
    ])
    let lines = svg.split(separator: "\n")
    let pale = lines.first { $0.contains("<path") && $0.contains("fill=\"#ffffe5\"") } ?? ""
    let dark = lines.first { $0.contains("<path") && $0.contains("fill=\"#238443\"") } ?? ""
    #expect(pale.filter { $0 == "M" }.count == 1)
    #expect(dark.filter { $0 == "M" }.count == 2)
    #expect(lines.filter { $0.contains("<rect") }.count == 1 + 7)
    #expect(svg.contains(">height</text>"))
  }

  @Test("cells without a number are left out, and equal shades draw")
  func oddShades() {
    let svg = picture([.init("h", .cells, x: [0, 1, 0, 1], y: [0, 0, 1, 1], shade: [1, .nan, 1, 1])])
    #expect(svg.contains("1 value left out"))
    #expect(!svg.contains("nan"))
  }
}
