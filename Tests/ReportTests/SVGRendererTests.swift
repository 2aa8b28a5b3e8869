import Glibc
import Testing

@testable import Report

private func plot(
  _ series: [Plot.Series],
  x: Plot.Axis = .init("epoch"),
  y: Plot.Axis = .init("loss"),
  title: String = "Loss"
) -> Plot {
  Plot(name: "p", title: title, description: "A plot.", x: x, y: y, series: series)
}

/// The text of the `<text>` elements, in order.
private func texts(_ svg: String) -> [String] {
  svg.split(separator: "\n").compactMap { line in
    guard line.contains("<text"), let start = line.firstIndex(of: ">"), let end = line.lastIndex(of: "<")
    else {
      return nil
    }
    return String(line[line.index(after: start)..<end])
  }
}

@Suite("SVG plots")
struct SVGRendererTests {
  @Test("a small loss curve with its chance level, whole")
  func wholePicture() {
    let svg = SVGRenderer().render(
      plot([
        .init("training", .line, x: [1, 2, 3], y: [8, 7, 6]), .init("chance", .reference, x: [1], y: [7]),
      ])
    )
    #expect(svg == lossCurve)
  }

  @Test("the same plot gives the same bytes")
  func stable() {
    let bars = plot(
      [
        .init("a", .bars, x: [0, 1], y: [0.25, 0.5]), .init("b", .bars, x: [0, 1], y: [0.125, 0.75]),
      ],
      x: .init("k", categories: ["5", "10"])
    )
    #expect(SVGRenderer().render(bars) == SVGRenderer().render(bars))
  }

  @Test("ids and style rules begin with the plot's name, so that pictures can stand in one page")
  func scoped() {
    let bars = (0..<3).map { Plot.Series("s\($0)", .bars, x: [0, 1], y: [0.25, Double($0)]) }
    var one = plot(bars, x: .init("k", categories: ["5", "10"]))
    one.name = "eval-hit-rate"
    let svg = SVGRenderer().render(one)
    let ids = svg.matches(of: /\bid="([^"]*)"/).map(\.output.1)
    #expect(ids.count >= 4 && Set(ids).count == ids.count)
    #expect(ids.allSatisfy { $0 == "plot-eval-hit-rate" || $0.hasPrefix("plot-eval-hit-rate-") })
    #expect(svg.matches(of: /url\(#([^)]*)\)/).allSatisfy { ids.contains($0.output.1) })
    let style = svg.split(separator: "\n").filter { $0.contains("<style>") }
    #expect(style.count == 1)
    let selectors = style[0].matches(of: /([^{}]*)\{[a-z]+:#/).map(\.output.1)
    #expect(!selectors.isEmpty && selectors.allSatisfy { $0.hasPrefix("#plot-eval-hit-rate") })
  }

  @Test("every ink that is drawn with has its colour on dark pages, readable there")
  func inks() {
    /// WCAG's relative luminance.
    func luminance(_ hex: String) -> Double {
      let digits = hex.dropFirst()
      let full = digits.count == 3 ? digits.flatMap { [$0, $0] } : Array(digits)
      let channels = stride(from: 0, to: 6, by: 2).map { place -> Double in
        let value = Double(Int(String(full[place...place + 1]), radix: 16) ?? 0) / 255
        return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    }
    func contrast(_ a: String, _ b: String) -> Double {
      let (high, low) = (max(luminance(a), luminance(b)), min(luminance(a), luminance(b)))
      return (high + 0.05) / (low + 0.05)
    }
    // 4.5 is what WCAG asks of text.
    let texts: [Ink] = [
      .title, .text, .label, .faint, .blueText, .vermilionText, .greenText, .purpleText, .orangeText,
      .skyText,
    ]
    for ink in texts {
      #expect(contrast(ink.light, Ink.paper.light) >= 4.5, "\(ink)")
      #expect(contrast(ink.dark, Ink.paper.dark) >= 4.5, "\(ink)")
    }
    // 3 is what it asks of graphics.
    let series: [Ink] = [.blue, .vermilion, .green, .purple, .orange, .sky, .black]
    for ink in series { #expect(contrast(ink.dark, Ink.paper.dark) >= 3, "\(ink)") }
  }

  @Test("ticks are 1, 2 or 5 times a power of ten, whole for epochs")
  func ticks() {
    let svg = SVGRenderer().render(plot([.init("a", .line, x: [1, 2, 3], y: [7.84, 6.97, 6.93])]))
    #expect(
      texts(svg) == ["Loss", "6.8", "7.0", "7.2", "7.4", "7.6", "7.8", "8.0", "1", "2", "3", "epoch", "loss"]
    )
  }

  @Test("a logarithmic axis has labels at powers of ten and fine lines between")
  func logarithmic() {
    let svg = SVGRenderer().render(
      plot(
        [.init("a", .points, x: (1...100).map(Double.init), y: (1...100).map { 50_000 / Double($0) })],
        x: .init("rank", isLogarithmic: true),
        y: .init("clicks", isLogarithmic: true)
      )
    )
    #expect(texts(svg).contains("10,000"))
    #expect(svg.contains("stroke=\"#f3f3f3\""))
  }

  @Test("few places on a logarithmic axis are its ticks")
  func valueTicks() {
    let svg = SVGRenderer().render(
      plot(
        [.init("a", .line, x: [5, 10, 20, 50, 100], y: [0.1, 0.2, 0.3, 0.4, 0.5])],
        x: .init("k", isLogarithmic: true),
        y: .init("recall")
      )
    )
    #expect(texts(svg).suffix(7) == ["5", "10", "20", "50", "100", "k", "recall"])
  }

  @Test("large values share a power of ten that the axis names")
  func factor() {
    let svg = SVGRenderer().render(plot([.init("a", .line, x: [0, 1], y: [0, 4e9])], y: .init("bytes")))
    #expect(texts(svg).contains("bytes (×10⁹)"))
    #expect(texts(svg).contains("4"))
  }

  @Test("all text is escaped and characters that XML forbids are dropped")
  func escaping() {
    let svg = SVGRenderer().render(
      plot(
        [.init("<a> & \"b\"\u{1}", .line, x: [1, 2], y: [1, 2]), .init("c", .bars, x: [1], y: [1])],
        x: .init("x\u{0}\u{FFFE}<y>"),
        title: "</svg>&\u{1B}[0m"
      )
    )
    #expect(problemInXML(svg) == nil)
    #expect(svg.contains("<title id=\"plot-p-title\">&lt;/svg&gt;&amp;[0m</title>"))
    #expect(texts(svg).contains("&lt;a&gt; &amp; &quot;b&quot;"))
  }

  @Test("one series needs no legend; lines that end together are named at their ends; others have a legend")
  func legends() {
    let one = Plot.Series("alone", .line, x: [1, 2], y: [1, 2])
    #expect(!texts(SVGRenderer().render(plot([one]))).contains("alone"))
    let two = Plot.Series("second", .line, x: [1, 2], y: [2, 3])
    let direct = SVGRenderer().render(plot([one, two]))
    #expect(direct.contains("fill=\"#005f94\" class=\"f-blueText\">alone</text>"))
    let short = Plot.Series("short", .line, x: [1, 1.5], y: [2, 3])
    let legend = SVGRenderer().render(plot([one, short]))
    #expect(legend.contains("<text x=\"52\" y=\"54\">alone</text>"))
    let many = (0..<60).map {
      Plot.Series("a series with a long name \($0)", .points, x: [1], y: [Double($0)])
    }
    #expect(texts(SVGRenderer().render(plot(many))).contains { $0.hasPrefix("+ ") && $0.hasSuffix(" more") })
  }

  @Test("names too long for their places are wrapped, then slanted and kept whole in a title")
  func longNames() {
    let wrapped = plot(
      [.init("a", .bars, x: [0, 1], y: [1, 2])],
      x: .init(
        "",
        categories: ["popularity", "clicks counted in the hour before the last click of each user"]
      )
    )
    #expect(!SVGRenderer().render(wrapped).contains("rotate(-35)"))
    let long = "two_tower + item_cf + popularity by reciprocal rank"
    let slanted = plot(
      [.init("a", .bars, x: (0..<9).map(Double.init), y: (0..<9).map(Double.init))],
      x: .init("", categories: Array(repeating: long, count: 9))
    )
    let svg = SVGRenderer().render(slanted)
    #expect(svg.contains("rotate(-35)"))
    #expect(svg.contains("<title>\(long)</title>"))
  }

  @Test("values above bars leave their first zero out where room is short, and agree in digits")
  func barLabels() {
    let x = (0..<5).map(Double.init)
    let wide = plot([.init("a", .bars, x: x, y: [0.45, 0.5, 0.6, 0.7, 0.811])])
    #expect(texts(SVGRenderer().render(wide)).contains("0.450"))
    let series = (0..<4).map { Plot.Series("s\($0)", .bars, x: x, y: [0.45, 0.5, 0.6, 0.7, 0.811]) }
    let labels = texts(
      SVGRenderer().render(plot(series, x: .init("k", categories: ["1", "2", "3", "4", "5"])))
    )
    #expect(labels.contains(".450"))
  }

  @Test("intervals are a band about a line and bars with caps on points")
  func intervals() {
    let line = Plot.Series("a", .line, x: [1, 2], y: [2, 3], low: [1, 2], high: [3, 4])
    #expect(SVGRenderer().render(plot([line])).contains("fill-opacity=\"0.16\""))
    let points = Plot.Series("a", .points, x: [1, 2], y: [2, 3], low: [1, 2], high: [3, 4])
    #expect(SVGRenderer().render(plot([points])).contains("h6m-3 0V"))
  }
}
