/// libyaml's syntax errors in words that say what to do.
enum SyntaxWording {
  /// The message, and where the caret goes.
  static func message(for error: YAMLSyntaxError, in source: SourceText) -> (String, YAMLEvent.Mark) {
    let mark = clamped(error.mark, source)
    let advice = hint(for: error, at: character(at: mark, in: source))
    let during = error.context.flatMap { context($0, error) } ?? ""
    return ("not valid YAML: \(error.problem)\(during)\(advice)", mark)
  }

  /// At the end of the file libyaml points to a line after the last one; the last line says more.
  private static func clamped(_ mark: YAMLEvent.Mark, _ source: SourceText) -> YAMLEvent.Mark {
    var mark = mark
    let isPastText = mark.line >= source.lineStarts.count || source.bytes(ofLine: mark.line + 1).isEmpty
    guard isPastText, source.name != Place.commandLine else { return mark }
    var line = min(mark.line, source.lineStarts.count - 1)
    while line > 0, source.charactersLeft(line: line + 1, column: 1) == 0 { line -= 1 }
    mark.line = line
    mark.column = source.charactersLeft(line: line + 1, column: 1)
    return mark
  }

  private static func context(_ context: String, _ error: YAMLSyntaxError) -> String? {
    guard error.contextMark.line != error.mark.line else { return " \(context)" }
    return " \(context) that began in line \(error.contextMark.line + 1)"
  }

  private static func character(at mark: YAMLEvent.Mark, in source: SourceText) -> Unicode.Scalar? {
    let text = String(
      decoding: source.bytes(ofLine: mark.line + 1).prefix(4 * (mark.column + 1)),
      as: UTF8.self
    )
    return text.unicodeScalars.dropFirst(mark.column).first
  }

  private static func hint(for error: YAMLSyntaxError, at character: Unicode.Scalar?) -> String {
    if character == "\t" { return " (a tab cannot indent YAML; use spaces)" }
    switch error.problem {
    case "mapping values are not allowed in this context":
      return " (check the indentation; a text with ': ' in it needs quotes)"
    case "did not find expected comment or line break",
      "did not find expected alphabetic or numeric character":
      return " (a text that begins with '>', '|', '&' or '*' needs quotes)"
    case "found character that cannot start any token":
      return " (a text that begins with '@', '`' or '%' needs quotes)"
    case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
      return " (inside brackets a text with '{', '}', '[' or ']' needs quotes, '${…}' too)"
    default: return ""
    }
  }
}
