/// How one series looks: colour, dash and marker together, so that none of them is the only cue.
struct SeriesStyle: Equatable {
  /// The colour of lines and areas.
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
    (color, textColor) = (shade.color, shade.text)
    dash = Self.dashes[index % Self.dashes.count]
    marker = Marker.allCases[index % Marker.allCases.count]
    hatch = Hatch.allCases[index % Hatch.allCases.count]
  }

  /// What reference lines look like.
  static var reference: SeriesStyle {
    var style = SeriesStyle(index: 0)
    (style.color, style.textColor, style.dash) = ("#555", "#444", "5 4")
    return style
  }

  /// Colours that those who are colour-blind tell apart, without the yellow that white swallows.
  ///
  /// Source: Okabe and Ito, "Color Universal Design" (2008).
  private static let palette: [(color: String, text: String)] = [
    ("#0072b2", "#005f94"), ("#d55e00", "#a84a00"), ("#009e73", "#00704f"), ("#cc79a7", "#9a4c77"),
    ("#e69f00", "#8a6000"), ("#56b4e9", "#1f6f9f"), ("#000000", "#000000"),
  ]
  /// Fewer dashes than colours, so that their pairs go on being distinct after both have run out once.
  private static let dashes = ["", "7 3", "2 2.5", "8 3 2 3", "12 4"]
}
