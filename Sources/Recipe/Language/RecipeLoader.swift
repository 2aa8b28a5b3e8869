import Files

/// Loads recipes: YAML, what it extends, `.env`, overrides and references; collects every problem.
package struct RecipeLoader: Sendable {
  let environment: [String: String]
  let overrides: [String]
  let currentDirectory: String
  /// The folder that holds a folder of runs for each recipe, for settings that name runs; relative to the current directory.
  package var outputs = "outputs"
  /// Texts that take the place of files, as an editor has them before they are saved, by absolute paths with links
  /// followed.
  package var unsaved: [String: [UInt8]] = [:]

  /// A loader with the process's environment variables and the overrides of the command line, each as
  /// `train.epochs=5`.
  package init(environment: [String: String], overrides: [String] = []) {
    self.init(environment: environment, overrides: overrides, currentDirectory: FilePaths.current)
  }

  /// A loader that takes another directory for the current one; absolute.
  package init(environment: [String: String], overrides: [String], currentDirectory: String) {
    self.environment = environment
    self.overrides = overrides
    self.currentDirectory = currentDirectory
  }

  /// Reads the recipe at `path`, relative to the current directory.
  ///
  /// What is wrong is left in the document's `problems`, where whoever reads its cells adds what they find.
  /// - Throws: `RecipeErrors` with what keeps the recipe from being read at all.
  package func load(path: String, steps: [StepDeclaration]) throws(RecipeErrors) -> RecipeDocument {
    let absolute = FilePaths.absolute(path, from: currentDirectory)
    let bytes: [UInt8]
    do {
      bytes = try SmallFile.read(recipe: absolute, unsaved: unsaved)
    } catch {
      throw RecipeErrors("cannot read the recipe \(Shown.quoted(path)): \(error.reason)")
    }
    let source = SourceText(name: path, directory: FilePaths.parent(of: absolute), bytes: bytes)
    return try load(source, file: absolute, steps)
  }

  /// Reads a recipe given as text, shown to users as `name`; relative paths in it stand against `directory`.
  ///
  /// What is wrong is left in the document's `problems`, where whoever reads its cells adds what they find.
  /// - Throws: `RecipeErrors` with what keeps the recipe from being read at all.
  package func load(
    text: String,
    name: String,
    directory: String,
    steps: [StepDeclaration]
  ) throws(RecipeErrors) -> RecipeDocument {
    let bytes = Array(text.utf8)
    if bytes.count > Limits.recipeBytes {
      let reason = SmallFile.tooLong(bytes.count, Limits.recipeBytes).reason
      throw RecipeErrors("cannot read the recipe \(Shown.quoted(name)): \(reason)")
    }
    let directory = FilePaths.absolute(directory, from: currentDirectory)
    return try load(SourceText(name: name, directory: directory, bytes: bytes), file: nil, steps)
  }

  /// Gives a recipe that was read from elsewhere than a file of its own a name, which others may have written.
  package static func rename(_ document: inout RecipeDocument, _ name: String) {
    document.name = name
    RecipeName.check(name, document.problems, mend: "mend the line of the report that says so")
  }

  private func load(
    _ source: SourceText,
    file: String?,
    _ steps: [StepDeclaration]
  ) throws(RecipeErrors) -> RecipeDocument {
    let problems = Problems()
    RecipeName.check(FilePaths.stem(of: source.name), problems, mend: "give its file another name")
    var variables = RecipeEnvironment(variables: environment)
    variables.readDotEnv(from: [source.directory, currentDirectory], problems: problems)
    let tree = RecipeTree(problems: problems, unsaved: unsaved)
    guard var entries = tree.entries(of: source, file: file) else { throw failure(problems) }
    if entries.isEmpty, !problems.hasErrors {
      let message = "the recipe is empty: expected at least one cell\(Self.example(steps))"
      problems.error(message, at: Place(file: source.name, line: 1, column: 1))
      throw failure(problems)
    }
    entries = apply(overrides, to: entries, steps, problems, tree.budget)
    let context = ReadingContext(
      problems: problems,
      environment: variables,
      currentDirectory: currentDirectory,
      recipeDirectory: source.directory,
      outputs: FilePaths.absolute(outputs, from: currentDirectory)
    )
    var document = DocumentBuilder(steps: steps, context: context).document(of: entries, source: source)
    document.files = tree.files
    return document
  }

  private func failure(_ problems: Problems) -> RecipeErrors {
    RecipeErrors(diagnostics: problems.diagnostics)
  }

  private static func example(_ steps: [StepDeclaration]) -> String {
    steps.first.map { ", as '\($0.name):'" } ?? ""
  }

  private func apply(
    _ overrides: [String],
    to entries: [NodeEntry],
    _ steps: [StepDeclaration],
    _ problems: Problems,
    _ budget: NodeBudget
  ) -> [NodeEntry] {
    let source = SourceText(overrides: overrides, directory: currentDirectory)
    problems.register(source)
    let cells = entries.filter { !TopLevel.isReserved($0.key) }
      .map { (id: DocumentBuilder.id(of: $0.key), key: $0.key) }
    let keys = Dictionary(cells.map { ($0.id, $0.key) }) { first, _ in first }
    var entries = entries
    for (index, text) in overrides.enumerated() {
      guard
        let override = Override(text, line: index + 1, source: source, problems: problems, budget: budget),
        let key = topLevelKey(of: override, in: keys, steps, problems, ids: { cells.map(\.id) })
      else { continue }
      let path = [(name: key, place: override.path[0].place)] + override.settingPath(over: entries)
      entries = override.apply(path[...], to: entries, problems: problems)
    }
    return entries
  }

  /// The top-level key that an override's first name stands for; nil where there is none, which is recorded.
  /// - Parameters:
  ///   - keys: the top-level keys of cells, by id; overrides make none.
  ///   - ids: these ids in their order.
  private func topLevelKey(
    of override: Override,
    in keys: [String: String],
    _ steps: [StepDeclaration],
    _ problems: Problems,
    ids: () -> [String]
  ) -> String? {
    let (name, place) = override.path[0]
    if let key = keys[name] {
      if override.path.count > 1 { return key }
      problems.error(
        "expected CELL.SETTING=VALUE: '\(name)' is a cell, which cannot be set as a whole",
        at: place
      )
      return nil
    }
    if name == TopLevel.sweep, override.path.count > 1 { return name }
    let isText = override.path.count == 1 && (name == TopLevel.title || name == TopLevel.text)
    if isText || name.hasPrefix(TopLevel.freePrefix) { return name }
    if steps.contains(where: { $0.name == name }) {
      problems.error("this recipe has no cell '\(Shown.text(name))' to set anything in", at: place)
    } else {
      let hint = Suggestion.clause(for: name, among: ids())
      problems.error("no cell \(Shown.quoted(name)) in this recipe\(hint)", at: place)
    }
    return nil
  }
}
