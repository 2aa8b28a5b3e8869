/// A recipe that was read: its cells in order, ready for the steps to read their settings.
package struct RecipeDocument: Sendable {
  /// The file's name without its extension.
  package var name: String
  /// The report's title.
  package var title: String?
  /// Markdown that opens the report.
  package var text: String?
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

  /// An environment variable, or what a `.env` file says where it is not set.
  package func environmentValue(_ name: String) -> String? { context.environment[name] }
}
