/// The colours of a picture: what each is on light pages, and on dark ones.
///
/// Elements carry the light colour as an attribute, which every viewer understands; a style sheet overrides it by class
/// where the page is dark.
enum Ink: String, CaseIterable {
  case paper = "#fff"
  case edge = "#d8dee4"
  case title = "#1f2328"
  case text = "#333"
  /// Labels within the plot.
  case label = "#444"
  case axis = "#555"
  case faint = "#767676"
  case grid = "#e4e4e4"
  case fineGrid = "#f3f3f3"
  // Colours that those who are colour-blind tell apart, without the yellow that white swallows: Okabe and Ito,
  // "Color Universal Design" (2008). The dark page has the same hues, lighter.
  case blue = "#0072b2"
  case vermilion = "#d55e00"
  case green = "#009e73"
  case purple = "#cc79a7"
  case orange = "#e69f00"
  case sky = "#56b4e9"
  case black = "#000000"
  // Darker shades of them for text, readable on white.
  case blueText = "#005f94"
  case vermilionText = "#a84a00"
  case greenText = "#00704f"
  case purpleText = "#9a4c77"
  case orangeText = "#8a6000"
  case skyText = "#1f6f9f"

  /// The colour on light pages.
  var light: String { rawValue }

  /// The colour on dark pages.
  var dark: String {
    switch self {
    case .paper: "#0d1117"
    case .edge: "#30363d"
    case .title: "#f0f6fc"
    case .text: "#c9d1d9"
    case .label: "#c0c8d0"
    case .axis: "#9198a1"
    case .faint: "#8b949e"
    case .grid: "#2a313a"
    case .fineGrid: "#1b2129"
    case .blue, .blueText: "#4a9fe0"
    case .vermilion, .vermilionText: "#f08a4b"
    case .green, .greenText: "#2fbf94"
    case .purple, .purpleText: "#e6a0c8"
    case .orange, .orangeText: "#f2bd4a"
    case .sky, .skyText: "#a5dcfa"
    case .black: "#e6edf3"
    }
  }
}

/// The properties that ``Ink`` colours: their classes are their initial and the ink's name, as in `f-axis`.
enum InkedProperty: String, CaseIterable {
  case fill, stroke

  /// The class of an element with the property in an ink.
  func className(_ ink: Ink) -> String { "\(rawValue.prefix(1))-\(ink)" }
}
