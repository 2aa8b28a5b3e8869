import Files
import Notebook
import Recipe

/// Where what stands at a place of a recipe is defined.
struct RecipeDefinition {
  private let context: AnswerContext

  init(_ session: EditorSession, _ document: Workspace.Document, at offset: Int) {
    context = AnswerContext(session, document, at: offset)
  }

  private var cursor: RecipeCursor { context.cursor }
  private var session: EditorSession { context.session }

  /// One place, or null where there is none.
  var json: JSONValue { found ?? .null }

  private var found: JSONValue? {
    switch cursor.role {
    case .comment: return nil
    case .prose:
      guard let range = context.name(in: "{{", closing: "}}", endedBy: " \n|}") else { return nil }
      return named(context.text.text(range))
    case .value: return ofValue
    case .key: return ofKey
    }
  }

  private var ofValue: JSONValue? {
    if let range = context.name(in: "${", closing: "}", endedBy: "}\n\"'") {
      return named(context.text.text(range))
    }
    let word = context.word
    if word.hasPrefix("*") {
      let name = word.dropFirst()
      return context.anchors.last { $0.name == name }.map {
        session.location(of: $0.range, in: context.document)
      }
    }
    if cursor.path == ["extends"] { return file(word) }
    if context.words.isInput(cursor.path) { return cell(word) }
    return named(word)
  }

  private var ofKey: JSONValue? {
    let word = context.word
    if cursor.path.first == "sweep" { return named(word) }
    if cursor.path.dropFirst().elementsEqual(["expect"]) || cursor.path.dropFirst().elementsEqual(["claim"]) {
      return metric(word)
    }
    // What a recipe sets over what it extends is defined there.
    let cell =
      cursor.path.isEmpty
      ? RecipeOutline(context.text).section(around: context.text.line(of: context.offset))?.id : context.cell
    guard let cell, !cell.isEmpty else { return nil }
    return inExtended(
      ([cell] + (cursor.path.isEmpty ? [] : cursor.path.dropFirst() + [word])).joined(separator: ".")
    )
  }

  // MARK: By name

  /// A setting, or the cell of a metric.
  private func named(_ name: String) -> JSONValue? { setting(name) ?? metric(name) }

  private func metric(_ name: String) -> JSONValue? {
    guard let metric = context.metrics?.resolve(name, in: context.cell) else { return nil }
    return metric.split(separator: ".").first.flatMap { cell(String($0)) }
  }

  /// A cell by its id: here, or in what is extended.
  private func cell(_ id: String) -> JSONValue? {
    if let section = RecipeOutline(context.text).section(id: id) {
      return session.location(of: section.range, in: context.document)
    }
    let header = context.plan?.cell(id)?.cell.header
    return header.flatMap { session.location(of: $0.place) }
  }

  /// A setting by its full name, as the text has it now, or as the recipe had it when it was read last.
  private func setting(_ name: String) -> JSONValue? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1 else { return nil }
    if let section = RecipeOutline(context.text).section(id: parts[0]) {
      var scanner = RecipeScanner(context.text, lines: section.lines, cursor: nil)
      scanner.scan()
      if let entry = scanner.entries.last(where: { $0.path.dropFirst().elementsEqual(parts.dropFirst()) }) {
        return session.location(of: entry.key, in: context.document)
      }
    }
    guard context.plan?.setting(name) != nil || parts[0].hasPrefix("x-") else { return nil }
    return context.plan?.recipe.place(ofSetting: name).flatMap { session.location(of: $0) }
  }

  // MARK: What is extended

  private func path(_ written: String) -> String {
    FilePaths.absolute(written, from: FilePaths.parent(of: context.document.path))
  }

  private func file(_ written: String) -> JSONValue? {
    let shown = session.check.shown(path(written))
    return session.location(of: Place(file: shown, line: 1, column: 1))
  }

  /// A setting as the recipes have it that this one extends; the last of them counts.
  private func inExtended(_ name: String) -> JSONValue? {
    for written in extended.reversed() {
      let shown = session.check.shown(path(written))
      if let place = session.check.place(of: name, in: shown, unsaved: session.workspace.unsaved) {
        return session.location(of: place)
      }
    }
    return nil
  }

  /// The paths that the text says it extends.
  private var extended: [String] {
    guard let section = RecipeOutline(context.text).section(id: "extends") else { return [] }
    let end = context.text.range(ofLine: section.lines.upperBound - 1).upperBound
    let value = context.text.text(section.range.upperBound..<max(section.range.upperBound, end))
    let words = value.split { " \t\n\r:[],\"'".contains($0) }
    return words.map(String.init).filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
  }
}
