import Files
import Report

/// The pages `index.md` and `index.html` under the outputs: all finished runs, the newest first, with links to their
/// reports.
///
/// They are made of what the folders hold, so that nothing is lost where runs end at once. What was read of a run's
/// record is kept in `.index.json`, for records are long and do not change.
package struct RunIndex {
  private let store: RunStore

  /// The index of the runs in `store`.
  package init(_ store: RunStore) { self.store = store }

  /// Writes both pages; other processes wait for their turn.
  /// - Throws: `FileError`, ``Interrupted``.
  package func write() throws {
    try store.locked {
      let entries = entries()
      let paths = ["index.md", "index.html"].map { FilePaths.join(store.root, $0) }
      try AtomicFile.write(RunIndexPage(entries).markdown, to: paths[0])
      try AtomicFile.write(RunIndexPage(entries).html, to: paths[1])
    }
  }

  /// What the index says of one run.
  struct Entry: Codable, Equatable {
    var recipeFolder: String
    var id: String
    var title: String
    var date: String
    var cell: String?
    var headline: Headline?
    /// When the record was written, and its size: another record has others.
    var modified: Int
    var size: Int
    var tags: [String] = []
    var report = "report.md"
  }

  private func entries() -> [Entry] {
    let memo = FilePaths.join(store.root, ".index.json")
    let known = (try? MappedFile.readText(memo)).flatMap { text in
      try? CodableJSON.value([Entry].self, from: text)
    }
    var kept: [String: Entry] = [:]
    for entry in known ?? [] { kept["\(entry.recipeFolder)/\(entry.id)"] = entry }
    var entries: [Entry] = []
    for recipe in store.recipes {
      let tags = store.tags(of: recipe)
      for id in store.ids(of: recipe) {
        guard var entry = entry(id, of: recipe, kept["\(recipe)/\(id)"]) else { continue }
        entry.tags = tags.filter { $0.run == id }.map(\.name)
        let page = FilePaths.join(FilePaths.join(store.folder(of: recipe), id), "report.html")
        entry.report = FilePaths.exists(page) ? "report.html" : "report.md"
        entries.append(entry)
      }
    }
    if let text = try? CodableJSON.text(entries) { try? AtomicFile.write(text, to: memo) }
    return entries.sorted { a, b in a.date == b.date ? RunID.precedes(b.id, a.id) : a.date > b.date }
  }

  private func entry(_ id: String, of recipe: String, _ kept: Entry?) -> Entry? {
    let record = FilePaths.join(FilePaths.join(store.folder(of: recipe), id), ReportDocument.file)
    guard let size = FilePaths.size(of: record), let modified = FilePaths.modified(record) else { return nil }
    if let kept, kept.size == size, kept.modified == modified { return kept }
    guard let run = try? store.run(id, of: recipe) else { return nil }
    return Entry(
      recipeFolder: recipe,
      id: id,
      title: run.document.title,
      date: run.document.date,
      cell: run.headline?.cell,
      headline: run.headline?.figure,
      modified: modified,
      size: size
    )
  }
}
