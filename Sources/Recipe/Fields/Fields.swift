import Files

/// Reads the settings of one cell: each call reads, checks and documents one setting.
///
/// Problems are collected, never thrown: a setting that is wrong is recorded and its default returned, so
/// that one pass finds everything. What nobody read is an unknown key, found by `finish()`. Declare every
/// setting unconditionally, whatever others say: the JSON Schema and the help are made from the same calls.
package struct Fields {
  /// Which mapping is read: the cell's id, or a dotted path below it (`config.data`).
  package let path: String
  /// Whether there is no recipe: every read returns its default and is only recorded.
  package let isDescribing: Bool
  /// The settings declared so far.
  package internal(set) var specs: [FieldSpec] = []

  let place: Place?
  let entries: [NodeEntry]
  /// Keys that are not this reader's business, and known all the same.
  let reservedKeys: [String]
  let context: ReadingContext
  var settings: [SettingEntry] = []

  init(
    path: String,
    place: Place?,
    entries: [NodeEntry],
    reservedKeys: [String] = [],
    context: ReadingContext,
    isDescribing: Bool = false
  ) {
    self.path = path
    self.place = place
    self.entries = entries
    self.reservedKeys = reservedKeys
    self.context = context
    self.isDescribing = isDescribing
  }

  /// A reader without a recipe: every read returns its default (an optional one nil) and is recorded in `specs`.
  package static func describing(step: String) -> Fields {
    let context = ReadingContext(
      problems: Problems(),
      environment: RecipeEnvironment(variables: [:]),
      currentDirectory: "/",
      recipeDirectory: "/"
    )
    return Fields(path: step, place: nil, entries: [], context: context, isDescribing: true)
  }

  /// Whether a key is written, in the recipe or on the command line, and not as null; may be a dotted path.
  package func has(_ key: String) -> Bool { entry(key).map { !$0.value.isNull } ?? false }

  /// Whether a whole number is written at a key: without a point or an exponent; may be a dotted path.
  package func isWholeNumber(_ key: String) -> Bool {
    guard let scalar = entry(key)?.value.scalar else { return false }
    if case .int = scalar.value { return true }
    return scalar.isOversized
  }

  /// The place of a key, or of the mapping where it is not written; may be a dotted path.
  package func place(of key: String) -> Place? { entry(key)?.keyPlace ?? place }

  /// Where a word is written under a key, which may be a dotted path: the value's place, or that of the one item of its
  /// list that is this word. Nil where it is not written so.
  package func valuePlace(of key: String, holding word: String) -> Place? {
    guard let node = entry(key)?.value else { return nil }
    var items = [node]
    if case .list(let list) = node.content { items = list }
    let written = items.filter { $0.scalar?.text == word }
    return written.count == 1 ? written[0].place : nil
  }

  /// The folder that holds a folder of runs for each recipe; absolute.
  package var outputs: String { context.outputs }

  /// Records an error at a key, or at the cell where that is not written; the key may be a dotted path. `correction` is
  /// what mends it for certain.
  package func fail(_ key: String, _ message: String, correction: Correction? = nil) {
    context.problems.error(message, at: place(of: key), correction: correction)
  }

  /// Records a warning at a key, or at the cell where that is not written; the key may be a dotted path.
  package func warn(_ key: String, _ message: String) {
    let cell = path.split(separator: ".").first.map(String.init)
    context.problems.warning(message, cell: cell, at: place(of: key))
  }

  /// Ends the reading: keys that nobody read become errors.
  /// - Returns: the settings in declared order, defaults filled in.
  package mutating func finish() -> [SettingEntry] {
    let known = specs.map(\.name) + reservedKeys
    for entry in entries where !known.contains(entry.key) {
      context.problems.error(
        unknownKeyMessage(entry.key, known),
        at: entry.keyPlace,
        correction: isCrowded ? nil : correction(of: entry, known)
      )
    }
    return settings
  }

  /// What an unknown key must have meant: a name that does not stand beside it in its own file. In what that extends it may.
  private func correction(of entry: NodeEntry, _ known: [String]) -> Correction? {
    let taken = entries.filter { $0.stands(in: entry.keyPlace.file) }.map(\.key)
    return Correction(entry.key, at: entry.keyPlace, among: known, taken: taken)
  }

  /// Beyond what is shown, suggestions are only time lost.
  private var isCrowded: Bool { context.problems.errorCount > 10 * Problems.shownLimit }

  private func unknownKeyMessage(_ key: String, _ known: [String]) -> String {
    let head = "unknown key \(Shown.quoted(key)) in '\(path)'"
    if isCrowded { return head }
    if let near = Suggestion.nearest(to: key, among: known) { return head + "; did you mean '\(near)'?" }
    let names = specs.map(\.name)
    return names.isEmpty ? head + "; it takes no settings" : head + "; it takes \(Shown.list(names))"
  }

  func entry(_ key: String) -> NodeEntry? {
    var entries = self.entries
    var found: NodeEntry?
    for part in key.split(separator: ".", omittingEmptySubsequences: false) {
      guard let entry = entries.first(where: { $0.key == part }) else { return nil }
      found = entry
      entries = entry.value.entries ?? []
    }
    return found
  }
}
