/// A recipe that was read: its cells in order, ready for the steps to read their settings.
package struct RecipeDocument: Sendable {
  /// The file's name without its extension.
  package var name: String
  /// The report's title.
  package var title: String?
  /// Markdown that opens the report.
  package var text: String?
  /// Where that begins.
  package var textPlace: Place?
  /// The cells in the order they run.
  package var cells: [Cell]
  /// The recipe's directory, absolute.
  package var directory: String
  /// The files it was read from, absolute: the recipe itself last, after what it extends.
  package var files: [String]
  /// Where all its readers record problems; holds the warnings of loading to begin with.
  package let problems: Problems
  let context: ReadingContext
  /// The section `sweep`, or nil.
  let sweep: NodeEntry?
  /// By the id of a cell, sorted, the cells and `x-` sections whose settings its own refer to: as they are written, by what they
  /// refer to in turn, or by their defaults.
  package let references: [String: [String]]

  /// Whether trials of the sweep go to other machines than the one that reads the recipe: a launcher of another type than `local` is
  /// written.
  package var launchesElsewhere: Bool {
    guard case .string(let type)? = sweep?.value["launcher"]?["type"]?.scalar?.value else { return false }
    return type != "local"
  }

  /// The reader of the section `sweep`, nil where there is none; its problems go to `problems`.
  package var sweepFields: Fields? {
    guard let sweep else { return nil }
    let entries = sweep.value.entries ?? []
    if sweep.value.entries == nil, !sweep.value.isNull, !problems.hasErrors {
      problems.error(
        "expected a mapping of settings for 'sweep', got \(sweep.value.described)",
        at: sweep.value.place
      )
    }
    return Fields(path: TopLevel.sweep, place: sweep.keyPlace, entries: entries, context: context)
  }

  /// The reader of a cell's settings; its problems go to `problems`.
  package func fields(for cell: Cell) -> Fields {
    Fields(
      path: cell.header.id,
      place: cell.header.place,
      entries: cell.settings,
      reservedKeys: Cell.commonKeys,
      context: context
    )
  }

  /// Where a setting is written, by its full name as references have it: `train.epochs`, or `x-common.lr` of what stands
  /// beside the cells. Where it is not written what is nearest around it, unless that is not wanted; nil where nothing is.
  package func place(ofSetting path: String, orCell: Bool = true) -> Place? {
    let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let lookup = context.lookup, let first = parts.first else { return nil }
    var found = cells.first { $0.header.id == first }?.header.place
    var node = lookup.targets.first { $0.id == first }?.node
    if found == nil { found = node?.place }
    for (index, part) in parts.enumerated().dropFirst() {
      // Names of metrics and parameters hold dots.
      let rest = parts[index...].joined(separator: ".")
      if let entry = node?.entries?.first(where: { $0.key == rest }) { return entry.keyPlace }
      guard let entry = node?.entries?.first(where: { $0.key == part }) else { return orCell ? found : nil }
      found = entry.keyPlace
      node = entry.value
    }
    return found
  }

  /// The full names of all settings that references may name: those of the cells, written or not.
  package var settingNames: [String] { context.lookup?.paths ?? [] }

  /// An environment variable, or what a `.env` file says where it is not set.
  package func environmentValue(_ name: String) -> String? { context.environment[name] }
}
