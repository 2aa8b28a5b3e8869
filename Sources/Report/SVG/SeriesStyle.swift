/// How one series looks: colour, dash and marker together, so that none of them is the only cue.
struct SeriesStyle: Equatable {
  /// The colour of lines and areas, an ``Ink``'s on light pages, as all colours are.
  var color: String
  /// A darker shade of it for text, readable on white.
  var textColor: String
  /// The `stroke-dasharray`, empty for a solid line.
  var dash: String
  /// The shape at the data points.
  var marker: Marker
  /// The pattern laid over bars.
  var hatch: Hatch

  /// The style of a series by its place among the drawn series.
  init(index: Int) {
    let shade = Self.palette[index % Self.palette.count]
    (color, textColor) = (shade.color.light, shade.text.light)
    dash = Self.dashes[index % Self.dashes.count]
    marker = Marker.allCases[index % Marker.allCases.count]
    hatch = Hatch.allCases[index % Hatch.allCases.count]
  }

  /// What reference lines look like.
  static var reference: SeriesStyle {
    var style = SeriesStyle(index: 0)
    (style.color, style.textColor, style.dash) = (Ink.axis.light, Ink.label.light, "5 4")
    return style
  }

  private static let palette: [(color: Ink, text: Ink)] = [
    (.blue, .blueText), (.vermilion, .vermilionText), (.green, .greenText), (.purple, .purpleText),
    (.orange, .orangeText), (.sky, .skyText), (.black, .black),
  ]
  /// Fewer dashes than colours, so that their pairs go on being distinct after both have run out once.
  private static let dashes = ["", "7 3", "2 2.5", "8 3 2 3", "12 4"]
}
