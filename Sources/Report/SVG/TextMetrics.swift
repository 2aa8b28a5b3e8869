/// How wide text will be, without a font at hand: on the wide side, so that what is laid out by it fits.
enum TextMetrics {
  /// The width of a line at a font size, in the same unit.
  static func width(_ text: String, size: Double) -> Double {
    size * text.reduce(0) { $0 + widthInEms($1) }
  }

  /// The text cut to a width with an ellipsis at its end, or as it is where it fits.
  static func truncated(_ text: String, to limit: Double, size: Double) -> String {
    guard width(text, size: size) > limit else { return text }
    var result = text
    while !result.isEmpty && width(result + "…", size: size) > limit { result.removeLast() }
    return MarkdownText.trimmed(result) + "…"
  }

  /// The text in at most `count` lines of a width, broken at spaces and after hyphens, slashes and
  /// underscores; the last line is cut where even that is not enough.
  static func wrapped(_ text: String, to limit: Double, size: Double, lines count: Int) -> [String] {
    var lines: [String] = []
    var current = ""
    for piece in pieces(text) {
      if !current.isEmpty && lines.count < count - 1
        && width(MarkdownText.trimmed(current + piece), size: size) > limit
      {
        lines.append(MarkdownText.trimmed(current))
        current = ""
      }
      current += piece
    }
    lines.append(MarkdownText.trimmed(current))
    return lines.map { truncated($0, to: limit, size: size) }
  }

  /// Text cut after each place where a line may break.
  private static func pieces(_ text: String) -> [String] {
    var pieces: [String] = []
    var current = ""
    for character in text {
      current.append(character)
      if " -/_,".contains(character) {
        pieces.append(current)
        current = ""
      }
    }
    return current.isEmpty ? pieces : pieces + [current]
  }

  /// Widths as in DejaVu Sans, wider than what most systems take for `sans-serif`.
  private static func widthInEms(_ character: Character) -> Double {
    switch character {
    case "i", "j", "l", "I", "|", "'", " ", ".", ",", ":", ";", "!": 0.34
    case "f", "t", "r", "(", ")", "[", "]", "/", "-", "\"": 0.41
    case "m", "w", "M", "W", "@", "%", "…", "—": 0.98
    case "A"..."Z": 0.71
    case "0"..."9", "a"..."z", "_": 0.62
    default: character.isASCII ? 0.7 : DisplayWidth.columns(String(character)) > 1 ? 1.05 : 0.66
    }
  }
}
