import Files
import Notebook
import Recipe

/// What is said of what stands at a place of a recipe.
struct RecipeHover {
  private let context: AnswerContext

  init(_ session: EditorSession, _ document: Workspace.Document, at offset: Int) {
    context = AnswerContext(session, document, at: offset)
  }

  private var cursor: RecipeCursor { context.cursor }
  private var words: RecipeWords { context.words }

  /// Markdown with the span that it is of; null for nothing.
  var json: JSONValue {
    guard let (text, range) = found, !text.isEmpty else { return .null }
    let markdown = JSONValue.object([("kind", .string("markdown")), ("value", .string(text))])
    let span = context.text.textRange(range, context.session.encoding)
    return .object([("contents", markdown), ("range", span.json)])
  }

  private var found: (text: String, range: Range<Int>)? {
    switch cursor.role {
    case .comment: return nil
    case .prose:
      guard let range = context.name(in: "{{", closing: "}}", endedBy: " \n|}") else { return nil }
      return (value(of: context.text.text(range)), range)
    case .value:
      if let range = context.name(in: "${", closing: "}", endedBy: "}\n\"'") {
        return (value(of: context.text.text(range)), range)
      }
      guard !cursor.token.isEmpty else { return nil }
      return (isMetric ? value(of: context.word) : help(of: cursor.path), cursor.token)
    case .key:
      guard !cursor.token.isEmpty else { return nil }
      let path = cursor.path + [context.word]
      return (isMetricKey ? value(of: context.word) : help(of: path), cursor.token)
    }
  }

  /// Whether the value at the place names a metric.
  private var isMetric: Bool {
    cursor.path.first == "sweep"
      && [["metric"], ["metric", "name"], ["confirm", "metric"]].contains(Array(cursor.path.dropFirst()))
  }

  /// Whether the key at the place names a metric or a setting.
  private var isMetricKey: Bool {
    let rest = Array(cursor.path.dropFirst())
    if cursor.path.first == "sweep" { return rest == ["parameters"] }
    return rest == ["expect"] || (rest == ["claim"] && !RecipeKeys.claim.contains { $0.name == context.word })
  }

  /// The help of a key with all around it.
  private func help(of path: [String]) -> String {
    if path.count == 1 {
      if let key = RecipeKeys.top.first(where: { $0.name == path[0] }) {
        return "**\(key.name)** — \(key.help)"
      }
      return words.declaration(of: path[0]).map { "**\($0.name)** — \($0.summary)" } ?? ""
    }
    if path.count == 2, path[0] != "sweep", let key = RecipeKeys.cell.first(where: { $0.name == path[1] }) {
      return "**\(key.name)** — \(key.help)"
    }
    if path.count == 2 || path.count == 3, path[1] == "allow",
      let warning = words.warnings.first(where: { $0.name == context.word })
    {
      return "**\(warning.name)** — \(warning.help)"
    }
    if path.count == 3, path[1] == "claim", let key = RecipeKeys.claim.first(where: { $0.name == path[2] }) {
      return "**\(key.name)** — \(key.help)"
    }
    return words.spec(at: path)?.markdown ?? ""
  }

  /// What a metric or a setting is, by its name.
  private func value(of name: String) -> String {
    guard let plan = context.plan else { return "" }
    if let value = plan.setting(name) {
      let parts = name.split(separator: ".").map(String.init)
      let step = plan.cell(parts[0])?.cell.header.step ?? ""
      let help = words.spec(at: [step] + parts.dropFirst())?.markdown ?? ""
      return "`\(name)` is `\(value.yaml().dropLast())`" + (help.isEmpty ? "" : "\n\n\(help)")
    }
    guard let metric = context.metrics?.resolve(name, in: context.cell) else { return "" }
    let parts = metric.split(separator: ".", maxSplits: 1).map(String.init)
    let last = context.document.forecasts[parts[0]]?.metrics[parts[1]]
    return "**\(metric)** — "
      + (last.map { "`\($0)` last time" } ?? "a metric of '\(parts[0])', not measured yet")
  }
}
