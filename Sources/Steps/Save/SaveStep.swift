import Clicks
import Files
import Notebook
import Numerics
import Recall
import Recipe
import Report

/// `save`: writes the model so that it can be loaded again without the recipe.
package struct SaveStep: Step {
  package static let name = "save"
  package static let summary =
    "Writes weights, index, vocabularies and metrics, to be used without a recipe."
  /// The revision.
  package static let revision = 8
  package static let writes: String? = SaveArtifact.kind

  let train: ArtifactInput
  private let encode: ArtifactInput
  private let config: ArtifactInput
  private let eval: ArtifactInput
  private let index: ArtifactInput
  private let folder: String
  private let formats: [ModelFormat]
  private let isArchive: Bool
  private let keepsHistories: Bool
  private let keepsOptimizer: Bool

  /// Reads the settings.
  package init(_ fields: inout Fields) {
    train = fields.input(TrainArtifact.kind)
    encode = fields.input(EncodeArtifact.kind)
    config = fields.input(ConfigArtifact.kind)
    eval = fields.input(EvalArtifact.kind, isOptional: true)
    index = fields.input(IndexArtifact.kind, isOptional: true)
    folder = fields.string("folder", default: "model", "The folder's name in the run directory.")
    isArchive = fields.bool(
      "archive",
      default: false,
      "Whether one file is written in place of the folder: its name with '.tar.zst' behind it, as 'tar --zstd' opens it."
    )
    keepsHistories = fields.bool(
      "histories",
      default: true,
      "Whether the model holds what each user clicked, so that it can recommend by user id. That is about people: 'false' "
        + "for a model that leaves the house; requests then bring their clicks with them."
    )
    keepsOptimizer = fields.bool(
      "optimizer",
      default: false,
      "Whether the model holds what the optimizer remembers, for a later training that goes on with it ('from' in 'train'); "
        + "needs 'keep_optimizer' there, and takes up to twice the weights' memory."
    )
    formats = fields.choices(
      "formats",
      default: [ModelFormat.towerbook],
      count: 1...ModelFormat.allCases.count,
      refusals: Self.refusals,
      "What the folder holds: 'towerbook', all that it takes to use the model again, the weights as safetensors and the "
        + "index as FAISS reads it among them; 'npy', the vectors of all items with their ids, for programs that know nothing of the "
        + "model; 'parquet', the same as one table, for pandas, Polars, DuckDB and vector databases; 'pgvector', the same as a "
        + "script for PostgreSQL; 'hnswlib', the same with a graph of their neighbours, as that library loads it; 'onnx', both "
        + "towers for ONNX Runtime, with what ids mean as JSON."
    )
  }

  /// What people ask for and do not get.
  private static let refusals = Dictionary(
    uniqueKeysWithValues: ["pkl", "pickle"].map { word in
      let words = PickleFile.notWritten(
        "models and vectors",
        instead: "take 'npy' or 'parquet' for the vectors",
        reading:
          "numpy.load('item_vectors.npy') or pandas.read_parquet('item_vectors.parquet'); weights of 'towerbook' are read by "
          + "safetensors.numpy.load_file('weights.safetensors')"
      )
      return (word, words)
    }
  )

  /// What it writes.
  package var outputs: [OutputName] {
    [OutputName(isArchive ? folder + ModelArchive.ending : folder, key: "folder")]
  }
  /// What it reads.
  package var reads: [ArtifactInput] { [train, encode, config, eval, index] }

  /// The folder that `config` names for a copy.
  package func exportFolder(_ outlines: ArtifactOutlines) -> String? {
    outlines.of(config, ConfigArtifact.self)?.exportFolder
  }

  /// The files that say which items of the index are candidates.
  package func files(_ outlines: ArtifactOutlines) -> [InputFile] { candidates(outlines).files }

  /// What the index says of candidates.
  private func candidates(_ outlines: ArtifactOutlines) -> CandidateSettings {
    outlines.of(index, IndexArtifact.self)?.candidates ?? .none
  }

  /// The folder for a copy must be one.
  package func preflight(_ check: Preflight) {
    RankingPass.preflight(RankingPass.Wishes(config: config), check)
    checkTrend(check)
    if keepsOptimizer, check.outlines.of(train, TrainArtifact.self)?.keepsOptimizer == false {
      check.fail(
        "optimizer",
        "'train' does not keep what its optimizer remembers; set 'keep_optimizer: true' there"
      )
    }
    guard let folder = exportFolder(check.outlines), FilePaths.exists(folder) else { return }
    if !FilePaths.isFolder(folder) {
      check.fail("config", "the processed_path '\(folder)' is no folder, so no copy can be put there")
    }
  }

  /// Of a model whose scores are more than inner products, vectors alone would rank otherwise.
  private func checkTrend(_ check: Preflight) {
    guard check.outline(ModelArtifact.self, behind: train)?.hasTrend == true else { return }
    for format in formats where format != .towerbook {
      check.fail(
        "formats",
        "'\(format.rawValue)' has vectors alone, and the model adds to their inner products how often items were clicked just "
          + "before a request ('trend_hours' in 'model'), which ranks otherwise; leave '\(format.rawValue)' out, or 'trend_hours'"
      )
    }
    if !keepsHistories {
      check.warn(
        "histories",
        "the model counts recent clicks, and without histories it keeps none: it then counts those alone that a service is told of"
      )
    }
  }

  /// Writes the files and lists them.
  package func run(in context: RunContext) throws -> [Block] {
    let saved = try model(context)
    var written: [(file: ExportedFile, bytes: Int)] = []
    if isArchive {
      let staging = try StagingFolder(in: try context.outputFile(folder + ModelArchive.ending) + ".parts")
      let parts = FilePaths.parent(of: staging.path)
      defer { withExtendedLifetime(staging) { try? Folders.remove(parts) } }
      written = try write(saved) { FilePaths.join(staging.path, $0) }
      let path = parts.dropLast(".parts".count)
      try context.checkCancellation()
      try ModelArchive.write(folder: staging.path, to: String(path))
    } else {
      written = try write(saved) { try context.outputFile(FilePaths.join(folder, $0)) }
    }
    context.write(SaveArtifact(folder: "", files: context.outputFiles))
    context.summarize("\(written.count) files")
    return notes(written) + [.table(table(written))]
  }

  /// Writes all forms.
  private func write(_ saved: SavedModel, path: (_ name: String) throws -> String) throws -> [(
    file: ExportedFile, bytes: Int
  )] {
    try formats.map(\.export).flatMap { format in
      var sizes: [String: String] = [:]
      try format.write(saved) { name in
        let place = try path(name)
        sizes[name] = place
        return place
      }
      return format.files(of: saved).map { file in
        (file, sizes[file.name].flatMap { FilePaths.size(of: $0) } ?? 0)
      }
    }
  }

  /// Everything that is known of the model.
  private func model(_ context: RunContext) throws -> SavedModel {
    let encoded: EncodeArtifact = try context.read(encode)
    let data = try context.read(config, as: ConfigArtifact.self)
    let trained = try context.read(train, as: TrainArtifact.self)
    var saved = encoded.saved(trained.model, data.log)
    if keepsOptimizer { saved.optimizer = trained.optimizer }
    if let users = data.users, !encoded.userFeatures.isEmpty { try take(users, encoded, &saved) }
    saved.itemClicks = encoded.clicksOfItems
    saved.titles = ItemLabels(data.items).titles(of: encoded.catalogue.items).map(TextTable.init)
    if keepsHistories {
      saved.histories = SavedModel.Histories(
        clicks: encoded.requests,
        features: encoded.requestFeatures,
        moments: encoded.requestMoments
      )
    }
    saved.requestMoment = encoded.requestMoment
    if let names = context.outlines.of(config, ConfigArtifact.self)?.columnNames {
      saved.columns = ModelManifest.Columns(user: names.user, item: names.item)
    }
    try take(index: context, &saved)
    try take(candidates: context, data.items, &saved)
    if let metrics = try context.readIfPresent(eval, as: EvalArtifact.self)?.metrics {
      let values = metrics.map { ($0.name, $0.value.isFinite ? $0.value : nil) }
      saved.metrics = Dictionary(values) { first, _ in first }
    }
    saved.recipe = context.recipe
    return saved
  }

  /// Which items may be given and when, and by what that is told.
  private func take(candidates context: RunContext, _ table: ItemTable, _ saved: inout SavedModel) throws {
    let (settings, items) = (candidates(context.outlines), saved.catalogue.items)
    let narrowed = try RankingPass.candidates(items, settings, RankingPass.Wishes(config: config), context)
    guard let narrowed else { return }
    saved.search.candidates = narrowed.items
    let known = Vocabulary(keysOf: table.items)
    var rows = [Int](repeating: 0, count: known.size)
    for (row, item) in table.items.enumerated() { rows[Int(known.code(of: item))] = row }
    saved.search.conditions = try settings.conditions(
      of: table,
      rows: items.map { rows[Int(known.code(of: $0))] },
      categoryName: context.outlines.of(config, ConfigArtifact.self)?.categoryName,
      threads: context.threads
    )
  }

  /// The users of the table of whom there is no click to learn from, with their features.
  private func take(_ users: UserTable, _ encoded: EncodeArtifact, _ saved: inout SavedModel) throws {
    let known = encoded.clicks.userVocabulary
    let rows = users.keys.indices.filter { !known.contains(users.keys[$0]) }
      .sorted { users.keys[$0] < users.keys[$1] }
    saved.furtherUsers = rows.map { users.keys[$0] }
    saved.furtherUserFeatures = try encoded.userFeatures.encoded(rows, of: users)
  }

  /// The vectors and what finds them, as the index cell has them; without one they are computed, to be searched exactly.
  private func take(index context: RunContext, _ saved: inout SavedModel) throws {
    guard let indexed = try context.readIfPresent(index, as: IndexArtifact.self) else { return }
    let dimension = saved.model.shape.vectorDimension
    guard indexed.search.vectors.columns == dimension, indexed.search.ids == saved.catalogue.items else {
      throw RunFailure(
        "the index holds \(indexed.search.ids.count) vectors of \(indexed.search.vectors.columns) dimensions, the model "
          + "has \(saved.catalogue.count) items and gives \(dimension); let both cells read the same 'train' and 'encode'"
      )
    }
    let outline = context.outlines.of(index, IndexArtifact.self)
    try checkStem(indexed.search.vectors, saved, at: outline?.moment)
    saved.vectors = indexed.search.vectors
    saved.search.approximate = indexed.search.approximate
    saved.search.factory = indexed.search.isExact ? "Flat" : indexed.factory
    saved.search.settings = indexed.settings(outline)
    saved.search.moment = outline?.moment
  }

  /// Whether the indexed vectors are the model's, by the first of them: two trainings give vectors of one size.
  private func checkStem(_ vectors: Matrix, _ saved: SavedModel, at moment: Int64?) throws {
    let inputs = saved.catalogue.itemInputs(for: saved.model.shape, saved.clock, at: moment).prefix(2_048)
    let own = try saved.model.itemVectors(inputs)
    let isSame = zip(own.elements, vectors.elements).allSatisfy { own, indexed in
      // Rounding alone may part them.
      abs(own - indexed) <= 1e-4 * max(1, abs(own)) || (own.isNaN && indexed.isNaN)
    }
    guard isSame else {
      throw RunFailure("the index holds the vectors of another model; let both cells read the same 'train'")
    }
  }

  /// Where the model is, and what it says of people.
  private func notes(_ files: [(file: ExportedFile, bytes: Int)]) -> [Block] {
    var text = isArchive ? "All of it is in \(MarkdownText.code(folder + ModelArchive.ending))." : ""
    if keepsHistories, formats.contains(.towerbook) {
      text +=
        (text.isEmpty ? "" : " ")
        + "It holds who clicked what; `histories: false` leaves that out, and with it recommendations by user id."
    }
    return text.isEmpty ? [] : [.prose(text)]
  }

  private func table(_ files: [(file: ExportedFile, bytes: Int)]) -> Table {
    Table(
      name: "files",
      columns: [.init("File"), .init("Holds"), .init("Size", .trailing)],
      rows: files.map { file, bytes in
        let name = isArchive ? file.name : FilePaths.join(folder, file.name)
        return [.markdown("`\(name)`"), .markdown(file.explanation), .text(NumberFormat.bytes(bytes))]
      }
    )
  }
}
