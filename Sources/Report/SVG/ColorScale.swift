/// Which colour stands for which value of a grid of cells: equal steps from pale to dark.
struct ColorScale: Equatable {
  /// Pale to dark, in order for those who are colour-blind and in grey print too.
  ///
  /// Source: Harrower and Brewer, "ColorBrewer.org" (2003), YlGn, without its two darkest, on which points would
  /// drown.
  static let palette = ["#ffffe5", "#f7fcb9", "#d9f0a3", "#addd8e", "#78c679", "#41ab5d", "#238443"]

  /// The values at the ends; they differ.
  let axis: AxisScale

  /// The scale over the shades of some cells, or nil where none has one.
  init?(_ cells: [DataPoint]) {
    let shades = cells.compactMap(\.shade)
    guard !shades.isEmpty else { return nil }
    axis = AxisScale.spanning(shades, isLogarithmic: false)
  }

  /// The place in the palette of a value.
  func level(_ value: Double) -> Int {
    let share = (value - axis.low) / (axis.high - axis.low)
    let last = Self.palette.count - 1
    return min(max(Int(share * Double(last + 1)), 0), last)
  }
}
