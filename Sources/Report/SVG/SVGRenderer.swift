/// Plots as SVG pictures of 720 by 400 that read on light and dark pages, in print and without colour.
///
/// The same plot gives the same bytes. Values that cannot be drawn (not finite, beyond 1e300, at or below zero
/// on a logarithmic axis) are left out, and the picture says how many.
package struct SVGRenderer: Sendable {
  private let idPrefix: String

  /// Makes a renderer.
  ///
  /// - Parameter idPrefix: what the ids in a picture begin with, so that they are its own where several stand in one page.
  package init(idPrefix: String = "") { self.idPrefix = idPrefix }

  /// The picture as the whole text of a file.
  package func render(_ plot: Plot) -> String {
    let layout = PlotLayout(plot, idPrefix: idPrefix)
    var canvas = SVGCanvas()
    let id = idPrefix + HeadingSlugs.slug(plot.name)
    canvas.group(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 720 400", "width": "720", "height": "400",
        "role": "img", "aria-labelledby": "\(id)-title \(id)-desc", "font-family": "system-ui, sans-serif",
        "font-size": "12", "fill": "#333",
      ]
    ) { canvas in
      canvas.element("title", ["id": "\(id)-title"], text: plot.title)
      canvas.element("desc", ["id": "\(id)-desc"], text: plot.description)
      canvas.group("defs", [:]) { BarsMark.drawPatterns(layout.data.series, in: layout.frame, on: &$0) }
      canvas.element(
        "rect",
        [
          "x": "0.5", "y": "0.5", "width": "719", "height": "399", "rx": "8", "fill": "#fff",
          "stroke": "#d8dee4",
        ]
      )
      layout.drawTitle(on: &canvas)
      layout.drawGrid(on: &canvas)
      layout.drawData(on: &canvas)
      layout.drawAxes(on: &canvas)
      layout.drawValueLabels(on: &canvas)
      layout.drawReferenceLabels(on: &canvas)
    }
    return canvas.lines.joined(separator: "\n") + "\n"
  }
}
