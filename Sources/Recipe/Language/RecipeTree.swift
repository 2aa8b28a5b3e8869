import Files

/// Reads a recipe and everything it extends into one mapping.
final class RecipeTree {
  let problems: Problems
  let budget = NodeBudget()
  /// The files read, absolute, what is extended before what extends it.
  private(set) var files: [String] = []
  private var filesLeft = Limits.files
  /// The files being read, each extending the next, links followed.
  private var open: [String] = []

  /// What takes the place of files: ``RecipeLoader/unsaved``.
  private let unsaved: [String: [UInt8]]

  init(problems: Problems, unsaved: [String: [UInt8]]) {
    self.problems = problems
    self.unsaved = unsaved
  }

  /// The recipe's top-level entries, merged over those of what it extends; nil where it cannot be read, which
  /// is recorded. `file` is its absolute path where it has one.
  func entries(of source: SourceText, file: String?) -> [NodeEntry]? {
    problems.register(source)
    if let file { open.append(FilePaths.real(file)) }
    defer { if file != nil { open.removeLast() } }
    guard let own = ownEntries(of: source) else { return nil }
    var merged: [NodeEntry] = []
    var isComplete = true
    for entry in own where entry.key == TopLevel.extends {
      for path in paths(in: entry.value) {
        guard let base = base(path, from: source) else {
          isComplete = false
          continue
        }
        merged = NodeEntry.merge(merged, base, keepingNull: true)
      }
    }
    if let file, !files.contains(file) { files.append(file) }
    guard isComplete else { return nil }
    return NodeEntry.merge(merged, own.filter { $0.key != TopLevel.extends }, keepingNull: true)
  }

  private func ownEntries(of source: SourceText) -> [NodeEntry]? {
    if let problem = TextCheck.firstProblem(in: source.bytes) {
      problems.error(problem.message, at: source.place(ofByte: problem.offset))
      return nil
    }
    let composer = NodeComposer(source.bytes, source: source, problems: problems, budget: budget)
    let root: Node?
    do { root = try composer.document() } catch { return nil }
    guard let root, !root.isNull else { return [] }
    guard let entries = root.entries else {
      problems.error("expected a mapping of cells, got \(root.described)", at: root.place)
      return nil
    }
    return entries
  }

  /// The paths after `extends`: one, or a list; what is no path is recorded.
  private func paths(in node: Node) -> [Node] {
    var items = [node]
    if case .list(let list) = node.content { items = list }
    return items.filter { item in
      if case .string(let path)? = item.scalar?.value, !path.isEmpty { return true }
      problems.error(
        "expected a path or a list of paths after 'extends', got \(item.described)",
        at: item.place
      )
      return false
    }
  }

  /// The entries of a recipe that `source` extends.
  private func base(_ path: Node, from source: SourceText) -> [NodeEntry]? {
    let written = path.scalar?.text ?? ""
    let shown = FilePaths.tidy(FilePaths.join(FilePaths.parent(of: source.name), written))
    let absolute = FilePaths.absolute(written, from: source.directory)
    let real = FilePaths.real(absolute)
    if let start = open.firstIndex(of: real) {
      let message =
        start == open.count - 1
        ? "the recipe extends itself"
        : "\(Shown.quoted(shown)) extends this recipe in turn: expected no circle"
      problems.error(message, at: path.place)
      return nil
    }
    filesLeft -= 1
    guard filesLeft > 0 else {
      if filesLeft == 0 {
        problems.error("expected at most \(Limits.files) files joined by 'extends'", at: path.place)
      }
      return nil
    }
    do {
      let bytes = try SmallFile.read(recipe: absolute, unsaved: unsaved)
      let text = SourceText(name: shown, directory: FilePaths.parent(of: absolute), bytes: bytes)
      return entries(of: text, file: absolute)
    } catch {
      problems.error("cannot read \(Shown.quoted(shown)): \(error.reason)", at: path.place)
      return nil
    }
  }
}
