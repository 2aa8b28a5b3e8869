/// Plots as SVG pictures of 720 by 400 that read on light and dark pages, in print and without colour.
///
/// The same plot gives the same bytes. Values that cannot be drawn (not finite, beyond 1e300, at or below zero
/// on a logarithmic axis) are left out, and the picture says how many.
package struct SVGRenderer: Sendable {
  private let idPrefix: String

  /// Makes a renderer.
  ///
  /// - Parameter idPrefix: letters, digits and hyphens that the ids in a picture begin with, where one plot may stand in a
  ///   page more than once.
  package init(idPrefix: String = "") { self.idPrefix = idPrefix }

  /// The picture as the whole text of a file, which may also stand within a page: its ids and the rules of its style
  /// sheet begin with `plot-` and the plot's name.
  package func render(_ plot: Plot) -> String { picture(plot).text }

  /// The same, and the text of the style sheet in it, by which a page may know it.
  func picture(_ plot: Plot) -> (text: String, style: String) {
    let layout = PlotLayout(plot)
    let id = "\(idPrefix)plot-\(HeadingSlugs.slug(plot.name))"
    var drawing = SVGCanvas(id: id)
    draw(layout, on: &drawing)
    var canvas = SVGCanvas(id: id)
    canvas.group(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "id": id, "viewBox": "0 0 720 400", "width": "720",
        "height": "400", "role": "img", "aria-labelledby": "\(canvas.id("title")) \(canvas.id("desc"))",
        "font-family": "system-ui, sans-serif", "font-size": "12", "fill": Ink.text.light,
      ]
    ) { canvas in
      canvas.element("title", ["id": canvas.id("title")], text: plot.title)
      canvas.element("desc", ["id": canvas.id("desc")], text: plot.description)
      canvas.element("style", [:], text: drawing.darkStyle)
      canvas.append(drawing)
    }
    return (canvas.lines.joined(separator: "\n") + "\n", drawing.darkStyle)
  }

  private func draw(_ layout: PlotLayout, on canvas: inout SVGCanvas) {
    canvas.group("defs", [:]) { BarsMark.drawPatterns(layout.data.series, in: layout.frame, on: &$0) }
    canvas.element(
      "rect",
      [
        "x": "0.5", "y": "0.5", "width": "719", "height": "399", "rx": "8", "fill": Ink.paper.light,
        "stroke": Ink.edge.light,
      ]
    )
    layout.drawTitle(on: &canvas)
    layout.drawGrid(on: &canvas)
    layout.drawData(on: &canvas)
    layout.drawAxes(on: &canvas)
    layout.drawValueLabels(on: &canvas)
    layout.drawReferenceLabels(on: &canvas)
  }
}
