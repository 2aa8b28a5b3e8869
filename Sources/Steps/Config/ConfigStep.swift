import Clicks
import Files
import Memory
import Notebook
import Recipe
import Report

/// `config`: says where the clicks are and reads them, or makes them up.
package struct ConfigStep: Step {
  package static let name = "config"
  package static let summary = "Reads the click log and the item table, or makes them up."
  /// The revision.
  package static let revision = 7
  /// What it writes.
  package static let writes: String? = ConfigArtifact.kind

  let source: DataSource
  private let processedPath: ResolvedPath?

  /// Reads the settings.
  package init(_ fields: inout Fields) {
    _ = fields.int(
      "seed",
      default: 42,
      in: 0...Int.max,
      role: .presentation,
      "What the other cells' seeds are unless they say otherwise."
    )
    processedPath = fields.path(
      "processed_path",
      default: nil,
      defaultEnvironment: "FUNREC_PROCESSED_DATA_PATH",
      role: .presentation,
      "A folder that also gets a copy of what 'save' writes; by default none."
    )
    source = DataSource(&fields)
  }

  /// What its settings say of the data.
  package var outline: (any Sendable)? {
    ConfigOutline(source: source, exportFolder: processedPath?.absolute)
  }

  /// The files it reads.
  package func files(_ outlines: ArtifactOutlines) -> [InputFile] { source.files?.inputFiles ?? [] }
  /// How many files there are of each table, and which.
  package func fileSummary(_ outlines: ArtifactOutlines) -> [String] {
    source.files?.sets.compactMap(\.summary) ?? []
  }
  /// What it measures.
  package var metrics: [String] { ["clicks", "users", "clicked_items", "catalogue_items"] }

  /// The columns of its files.
  package func names(for setting: String, _ outlines: ArtifactOutlines) -> [String] {
    source.files?.names(for: setting) ?? []
  }

  /// Looks for the files and their columns.
  package func preflight(_ check: Preflight) { source.files?.preflight(check) }

  /// Reads the files and shows their first rows.
  package func run(in context: RunContext) throws -> [Block] {
    for line in fileSummary(context.outlines) { context.progress.line("      reads \(line)") }
    let (data, notes, files) = try source.read(context.dataReading)
    context.write(data)
    let log = data.log
    let users = distinctKeys(log.users).count
    let clicked = distinctKeys(log.items).count
    context.metric("clicks", Double(log.count))
    context.metric("users", Double(users))
    context.metric("clicked_items", Double(clicked))
    context.metric("catalogue_items", Double(data.items.count))
    context.summarize("\(NumberFormat.grouped(log.count)) clicks")
    let highlight = DataHighlight(
      data: data,
      users: users,
      clicked: clicked,
      files: source.files?.sets.map(\.highlight) ?? []
    )
    let digest = try highlight.digest()
    context.highlight("Data", highlight.text(digest))
    context.measured(under: "data", digest)
    var report = ConfigReport(
      data: data,
      notes: notes,
      files: files,
      columnNames: source.columnNames,
      hasCategories: source.hasItemCategories
    )
    report.audit =
      DataAudit(log: log, lastWritten: source.files?.lastWritten, threads: Threads(context.threads)).blocks
    let blocks = report.blocks(users: users, clicked: clicked)
    context.warn(blocks)
    return blocks
  }
}
