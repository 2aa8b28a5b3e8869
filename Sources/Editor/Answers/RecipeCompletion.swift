import Files
import Notebook
import Recipe

/// What could be typed at a place of a recipe.
struct RecipeCompletion {
  let context: AnswerContext

  init(_ session: EditorSession, _ document: Workspace.Document, at offset: Int) {
    context = AnswerContext(session, document, at: offset)
  }

  /// From how many items on a list is cut to what begins or goes on as the word does; more is asked for as more is typed.
  private static let longest = 200

  private var cursor: RecipeCursor { context.cursor }
  private var words: RecipeWords { context.words }
  private var path: [String] { cursor.path }

  /// The list as the protocol has it.
  var json: JSONValue {
    let (items, start) = found
    let range = context.text.textRange(start..<context.offset, context.session.encoding)
    var seen: Set<String> = []
    let once = items.filter { seen.insert($0.label).inserted }
    return .object([
      ("isIncomplete", .bool(once.count >= Self.longest)),
      ("items", .array(once.enumerated().map { place, item in item.json(place, range) })),
    ])
  }

  /// The items, and where the word begins that they replace.
  private var found: ([CompletionItem], Int) {
    let start = min(cursor.token.lowerBound, context.offset)
    switch cursor.role {
    case .comment: return ([], start)
    case .prose:
      guard let name = context.name(in: "{{", closing: "}}", endedBy: " \n|}") else { return ([], start) }
      return (quotes(before: name.lowerBound, typed(from: name.lowerBound)), name.lowerBound)
    case .key: return (keys, start)
    case .value:
      if let name = context.name(in: "${", closing: "}", endedBy: "}\n\"' ") {
        return (references(typed(from: name.lowerBound)), name.lowerBound)
      }
      if context.word.hasPrefix("*") {
        let names = context.anchors.reversed().map { CompletionItem(label: $0.name, kind: .reference) }
        return (names, start + 1)
      }
      return (values, start)
    }
  }

  // MARK: Keys

  private var keys: [CompletionItem] {
    if path.isEmpty { return sections }
    if path.count == 1, path[0] != "sweep", words.declaration(of: path[0]) != nil {
      let fields = words.declaration(of: path[0])?.fields ?? []
      return items(of: fields) + RecipeKeys.cell.filter { isNew($0.name) }.map(key)
    }
    if let fields = words.fields(at: path) { return items(of: fields) }
    switch path.dropFirst() {
    case ["expect"]: return metrics(isKey: true)
    case ["claim"]: return RecipeKeys.claim.filter { isNew($0.name) }.map(key) + metrics(isKey: true)
    case ["claim", "protocol"]:
      return points.filter { isNew($0.name) }.map { key((name: $0.name, help: $0.words)) }
    case ["metric"] where path[0] == "sweep":
      return [("name", "The metric."), ("goal", "maximize or minimize.")].map(key)
    case ["parameters"] where path[0] == "sweep":
      return fitting(context.settings.filter(isNew), typed(from: cursor.token.lowerBound)).map { name in
        CompletionItem(label: name, kind: .reference, inserted: name + colon(" "), help: help(of: name))
      }
    // Where a value could stand as well, as behind a key on a line of its own.
    default: return cursor.isInBraces ? [] : values
    }
  }

  private var sections: [CompletionItem] {
    let steps = words.declarations.map { step in
      let isThere = !isNew(step.name)
      let name = isThere ? "\(step.name) as " : step.name
      return CompletionItem(
        label: name,
        kind: .module,
        inserted: isThere ? name : name + colon(""),
        detail: "cell",
        help: step.summary
      )
    }
    return steps + RecipeKeys.top.filter { isNew($0.name) }.map(key)
  }

  private func items(of fields: [FieldSpec]) -> [CompletionItem] {
    fields.filter { isNew($0.name) }.map { spec in
      let opens = (spec.kind == .section || spec.kind == .sectionMap) && !cursor.isInBraces
      return CompletionItem(
        label: spec.name,
        kind: .property,
        inserted: spec.name + colon(opens ? "" : " "),
        detail: spec.type,
        help: spec.markdown
      )
    }
  }

  private func key(_ key: RecipeKeys.Key) -> CompletionItem {
    CompletionItem(label: key.name, kind: .property, inserted: key.name + colon(" "), help: key.help)
  }

  /// A colon where none stands behind the word.
  private func colon(_ blank: String) -> String {
    let end = max(cursor.token.upperBound, context.offset)
    return context.text.bytes[end...].first == UInt8(ascii: ":") ? "" : ":" + blank
  }

  private func isNew(_ key: String) -> Bool { !cursor.siblings.contains(key) }

  // MARK: Values

  private var values: [CompletionItem] {
    if path == ["extends"] { return recipes }
    let inSweep = path.first == "sweep"
    switch path.dropFirst() {
    case ["allow"]:
      return words.warnings.map { CompletionItem(label: $0.name, kind: .choice, help: $0.help) }
    case ["metric"] where inSweep, ["metric", "name"] where inSweep, ["confirm", "metric"] where inSweep:
      return metrics(isKey: false)
    case ["metric", "goal"] where inSweep:
      return ["maximize", "minimize"].map { CompletionItem(label: $0, kind: .choice) }
    case ["seed_setting"] where inSweep: return references(typed(from: cursor.token.lowerBound))
    case let rest where rest.starts(with: ["claim", "protocol"]) && rest.count == 3:
      let choices = points.first { $0.name == rest.last }?.choices ?? []
      return choices.map { CompletionItem(label: $0, kind: .choice) }
    default: break
    }
    if words.isInput(path) { return cells(writing: path[1]) }
    guard let spec = words.spec(at: path) else { return [] }
    let inner = spec.fields.first { $0.name == spec.shorthand }
    return choices(of: (inner ?? spec).kind) + names + defaults(of: inner ?? spec)
  }

  private func choices(of kind: FieldKind) -> [CompletionItem] {
    switch kind {
    case .boolean: ["true", "false"].map { CompletionItem(label: $0, kind: .value) }
    case .choice(let names): names.map { CompletionItem(label: $0, kind: .choice) }
    case .switchOrWord(let names): choices(of: .boolean) + choices(of: .choice(names))
    case .list(let item, _): choices(of: item)
    default: []
    }
  }

  private func defaults(of spec: FieldSpec) -> [CompletionItem] {
    switch spec.defaultValue {
    case nil, .null, .list, .section: return []
    case let value?:
      let text = String(value.yaml().dropLast())
      return text.contains("\n") ? [] : [CompletionItem(label: text, kind: .value, detail: "default")]
    }
  }

  /// Columns of the files, and what else the cell knows.
  private var names: [CompletionItem] {
    guard let plan = context.plan, let position = plan.position(of: context.cell) else { return [] }
    let isQuoted =
      cursor.token.lowerBound > 0 && "\"'".utf8.contains(context.text.bytes[cursor.token.lowerBound - 1])
    return plan.names(for: path.dropFirst().joined(separator: "."), at: position).map { name in
      let text = isQuoted ? name : String(Setting.string(name).yaml().dropLast())
      return CompletionItem(label: name, kind: .field, inserted: text)
    }
  }

  private func cells(writing kind: String) -> [CompletionItem] {
    context.cells(above: true).filter { words.step($0.step, writes: kind) }.reversed().map { cell in
      CompletionItem(label: cell.id, kind: .module, detail: cell.step)
    }
  }

  /// Recipes beside this one.
  private var recipes: [CompletionItem] {
    let folder = FilePaths.parent(of: context.document.path)
    let files = ((try? FilePaths.list(folder)) ?? []).filter { name in
      (name.hasSuffix(".yaml") || name.hasSuffix(".yml")) && name != FilePaths.name(of: context.document.path)
    }
    return files.sorted().map { CompletionItem(label: $0, kind: .file) }
  }

  private var points: [ProtocolPoint] {
    context.plan?.cell(context.cell)?.step.protocolPoints ?? []
  }

  // MARK: Names

  /// Settings that a reference can name.
  private func references(_ typed: String) -> [CompletionItem] {
    fitting(context.settings, typed).map { name in
      CompletionItem(label: name, kind: .reference, detail: value(of: name), help: help(of: name))
    }
  }

  private func value(of name: String) -> String {
    guard let text = context.plan?.setting(name)?.yaml().dropLast(), !text.contains("\n") else { return "" }
    return String(text)
  }

  private func help(of name: String) -> String {
    let parts = name.split(separator: ".").map(String.init)
    let step = context.plan?.cell(parts.first ?? "")?.cell.header.step
    return step.flatMap { words.spec(at: [$0] + parts.dropFirst()) }?.help ?? ""
  }

  /// Names that a word may become; those that begin so first, where there are many.
  private func fitting(_ names: [String], _ typed: String) -> [String] {
    guard names.count > Self.longest else { return names }
    let beginning = Array(names.lazy.filter { $0.hasPrefix(typed) }.prefix(Self.longest))
    guard beginning.count < Self.longest, !typed.isEmpty else { return beginning }
    let holding = names.lazy.filter { !$0.hasPrefix(typed) && $0.contains(typed) }
    return beginning + holding.prefix(Self.longest - beginning.count)
  }

  /// What is typed already behind `start`.
  private func typed(from start: Int) -> String {
    context.text.text(min(start, context.offset)..<context.offset)
  }

  /// Metrics, those of the cell by their short names first.
  private func metrics(isKey: Bool, _ typed: String? = nil) -> [CompletionItem] {
    guard let metrics = context.metrics else { return [] }
    let own = isKey ? metrics.local(to: context.cell) : []
    let names = fitting(own + metrics.all, typed ?? self.typed(from: cursor.token.lowerBound))
    return names.filter { !isKey || isNew($0) }.map { name in
      CompletionItem(label: name, kind: .value, inserted: name + (isKey ? colon(" ") : ""), detail: "metric")
    }
  }

  /// What prose can quote: metrics, settings, tables and plots.
  private func quotes(before start: Int, _ typed: String) -> [CompletionItem] {
    let line = context.text.lineStarts[context.text.line(of: start)]
    let before = context.text.text(line..<start)
    let kind = Quotes.Exhibit.Kind.allCases.first { before.hasSuffix("\($0.rawValue) ") }
    if kind != nil { return context.cells(above: false).map { CompletionItem(label: $0.id, kind: .module) } }
    let exhibits = Quotes.Exhibit.Kind.allCases.map { kind in
      CompletionItem(label: kind.rawValue, kind: .choice, inserted: "\(kind.rawValue) ")
    }
    return metrics(isKey: false, typed) + references(typed) + exhibits
  }
}
