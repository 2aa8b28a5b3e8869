import Files
import Glibc
import Recipe

extension EditorSession {
  /// How long an answer waits for a document to be looked at for the first time.
  private static let firstLook = 100

  /// The answer to a request.
  /// - Throws: ``RPCError`` where the method is not known, or its parameters are not its.
  func result(_ method: String, _ message: RPCMessage) throws(RPCError) -> JSONValue {
    switch method {
    case "textDocument/completion":
      guard let (document, offset) = place(try message.parameters()) else { return .null }
      return RecipeCompletion(self, document, at: offset).json
    case "textDocument/hover":
      guard let (document, offset) = place(try message.parameters()) else { return .null }
      return RecipeHover(self, document, at: offset).json
    case "textDocument/definition":
      guard let (document, offset) = place(try message.parameters()) else { return .null }
      return RecipeDefinition(self, document, at: offset).json
    case "textDocument/codeLens":
      guard let document = looked(try message.parameters(Parameters.OfDocument.self).textDocument.uri) else {
        return .null
      }
      return lenses(of: document)
    case "textDocument/codeAction":
      let parameters: Parameters.CodeAction = try message.parameters()
      guard let document = looked(parameters.textDocument.uri) else { return .null }
      return actions(parameters, document)
    default: throw .unknownMethod(method)
    }
  }

  private func place(_ parameters: Parameters.AtPosition) -> (Workspace.Document, Int)? {
    guard let document = looked(parameters.textDocument.uri) else { return nil }
    return (document, document.text.offset(of: parameters.position, encoding))
  }

  /// A document that was looked at once, or that it takes long to look at; nil where it is not open.
  private func looked(_ uri: String) -> Workspace.Document? {
    for _ in 0..<Self.firstLook {
      guard let document = workspace.document(uri) else { return nil }
      if document.checked != nil || !document.isRecipe { return document }
      usleep(2000)
    }
    return workspace.document(uri)
  }

  // MARK: Lenses

  /// A line above each cell.
  private func lenses(of document: Workspace.Document) -> JSONValue {
    forecast(document.uri)
    let cells = RecipeOutline(document.text).sections.filter { section in
      section.key != "sweep" && words.declaration(of: section.key) != nil
    }
    return .array(
      cells.compactMap { cell in
        guard let forecast = document.forecasts[cell.id] else { return nil }
        return .object([
          ("range", document.text.textRange(cell.range, encoding).json),
          ("command", .object([("title", .string(forecast.title)), ("command", .string(""))])),
        ])
      }
    )
  }

  // MARK: Actions

  private func actions(_ parameters: Parameters.CodeAction, _ document: Workspace.Document) -> JSONValue {
    guard document.isRecipe, let checked = document.checked else { return .array([]) }
    func isWanted(_ kind: String) -> Bool {
      parameters.context?.only?.contains { kind == $0 || kind.hasPrefix($0 + ".") } ?? true
    }
    let list = ProblemList(self, document)
    let diagnostics = checked.result.diagnostics
    let certain = RecipeFixer.certain(diagnostics.compactMap(\.correction))
    let sure = diagnostics.filter { one in one.correction.map(certain.contains) ?? false }
    let edits = sure.compactMap { one in list.edit(for: one).map { (problem: one, edit: $0) } }
    var actions: [JSONValue] = []
    for (problem, edit) in edits where isWanted("quickfix") && overlap(edit.range, parameters.range) {
      let written = problem.correction?.written ?? ""
      actions.append(
        action(
          "Change '\(written)' to '\(edit.text)'",
          "quickfix",
          [edit],
          list.json(of: [problem]),
          document
        )
      )
    }
    if isWanted("source.fixAll"), !edits.isEmpty {
      actions.append(
        action("Mend all that is certain", "source.fixAll", edits.map(\.edit), list.json(of: sure), document)
      )
    }
    return .array(actions)
  }

  private func action(
    _ title: String,
    _ kind: String,
    _ edits: [(range: TextRange, text: String)],
    _ problems: [JSONValue],
    _ document: Workspace.Document
  ) -> JSONValue {
    let changes = edits.map { edit in
      JSONValue.object([("range", edit.range.json), ("newText", .string(edit.text))])
    }
    return .object([
      ("title", .string(title)), ("kind", .string(kind)), ("diagnostics", .array(problems)),
      ("isPreferred", .bool(kind == "quickfix")),
      ("edit", .object([("changes", .object([(document.uri, .array(changes))]))])),
    ])
  }

  private func overlap(_ a: TextRange, _ b: TextRange) -> Bool {
    func precedes(_ a: Position, _ b: Position) -> Bool { (a.line, a.character) < (b.line, b.character) }
    return !precedes(a.end, b.start) && !precedes(b.end, a.start)
  }
}
