import Files
import Notebook
import Recall
import Recipe
import Report

/// `save`: writes the model so that it can be loaded again without the recipe.
package struct SaveStep: Step {
  package static let name = "save"
  package static let summary =
    "Writes weights, settings, vocabularies and metrics, to be loaded without a recipe."
  /// The revision.
  package static let revision = 4

  private let train: ArtifactInput
  private let encode: ArtifactInput
  private let config: ArtifactInput
  private let eval: ArtifactInput
  private let folder: String
  private let formats: [ModelFormat]

  /// Reads the settings.
  package init(_ fields: inout Fields) {
    train = fields.input(TrainArtifact.kind)
    encode = fields.input(EncodeArtifact.kind)
    config = fields.input(ConfigArtifact.kind)
    eval = fields.input(EvalArtifact.kind, isOptional: true)
    folder = fields.string("folder", default: "model", "The folder's name in the run directory.")
    formats = fields.choices(
      "formats",
      default: [ModelFormat.towerbook],
      count: 1...ModelFormat.allCases.count,
      "What the folder holds: 'towerbook', all that it takes to use the model again; 'npy', the vectors of all items "
        + "with their ids, for programs that know nothing of the model; 'parquet', the same as one table, for pandas, Polars, "
        + "DuckDB and vector databases."
    )
  }

  /// What it writes.
  package var outputs: [OutputName] { [OutputName(folder, key: "folder")] }
  /// What it reads.
  package var reads: [ArtifactInput] { [train, encode, config, eval] }

  /// The folder that `config` names for a copy.
  package func exportFolder(_ outlines: ArtifactOutlines) -> String? {
    outlines.of(config, ConfigArtifact.self)?.exportFolder
  }

  /// The folder for a copy must be one.
  package func preflight(_ check: Preflight) {
    guard let folder = exportFolder(check.outlines), FilePaths.exists(folder) else { return }
    if !FilePaths.isFolder(folder) {
      check.fail("config", "the processed_path '\(folder)' is no folder, so no copy can be put there")
    }
  }

  /// Writes the files and lists them.
  package func run(in context: RunContext) throws -> [Block] {
    let encoded: EncodeArtifact = try context.read(encode)
    let data = try context.read(config, as: ConfigArtifact.self)
    var saved = SavedModel(
      model: try context.read(train, as: TrainArtifact.self).model,
      users: encoded.clicks.userVocabulary.keys,
      catalogue: encoded.catalogue,
      contexts: encoded.contexts,
      clock: encoded.clock,
      categoryNames: encoded.table.categoryNames,
      userNames: data.log.userNames,
      itemNames: data.log.itemNames
    )
    saved.userFeatures = encoded.userFeatures
    saved.itemClicks = encoded.clicksOfItems
    saved.titles = ItemLabels(data.items).titles(of: encoded.catalogue.items)
    var files: [(name: String, what: String, path: String)] = []
    for format in formats.map(\.export) {
      var paths: [String: String] = [:]
      try format.write(saved) { name in
        let path = try context.outputFile(FilePaths.join(folder, name))
        paths[name] = path
        return path
      }
      for file in format.files {
        guard let path = paths[file.name] else { continue }
        files.append((FilePaths.join(folder, file.name), file.explanation, path))
      }
    }
    if let metrics = try context.readIfPresent(eval, as: EvalArtifact.self)?.metrics {
      let name = FilePaths.join(folder, "metrics.json")
      let path = try context.outputFile(name)
      let values = metrics.map { ($0.name, $0.value.isFinite ? $0.value : nil) }
      try AtomicFile.write(
        try CodableJSON.text(Dictionary(values) { first, _ in first }, indented: true) + "\n",
        to: path
      )
      files.append((name, "what 'eval' measured", path))
    }
    context.summarize("\(files.count) files")
    return [.table(table(files))]
  }

  private func table(_ files: [(name: String, what: String, path: String)]) -> Table {
    Table(
      name: "files",
      columns: [.init("File"), .init("Holds"), .init("Size", .trailing)],
      rows: files.map { file in
        [
          .markdown("`\(file.name)`"), .text(file.what),
          .text(NumberFormat.bytes(FilePaths.size(of: file.path) ?? 0)),
        ]
      }
    )
  }
}
