import Files
import Memory
import Notebook
import Numerics
import Recall
import Recipe
import Report

/// `index`: puts the vectors of all items where the nearest ones are found.
package struct IndexStep: Step {
  package static let name = "index"
  package static let summary =
    "Computes the vectors of all items and builds the index that finds the nearest."
  /// The revision.
  package static let revision = 2
  /// What it writes.
  package static let writes: String? = IndexArtifact.kind

  private let train: ArtifactInput
  private let encode: ArtifactInput
  private let config: ArtifactInput
  private let factory: String
  private let efConstruction: Int
  private let isParallel: Bool
  private let moment: Int?
  private let search: SearchSettings
  private let candidates: CandidateSettings

  /// Reads the settings.
  package init(_ fields: inout Fields) {
    train = fields.input(TrainArtifact.kind)
    encode = fields.input(EncodeArtifact.kind)
    config = fields.input(ConfigArtifact.kind)
    factory = fields.string(
      "type",
      default: "Flat",
      "FAISS's factory string: Flat is exact; HNSW32, IVF4096,Flat, IVF1024,PQ16 and the like are approximate."
    )
    var search = SearchSettings()
    search.nprobe = fields.int(
      "nprobe",
      default: search.nprobe,
      in: 1...1_000_000,
      role: .use,
      "IVF: how many cells a query looks into."
    )
    search.efSearch = fields.int(
      "ef_search",
      default: search.efSearch,
      in: 1...1_000_000,
      role: .use,
      "HNSW: how many candidates a query keeps while it walks; at least as many as are asked for."
    )
    search.fill = fields.choice(
      "fill",
      default: search.fill,
      role: .use,
      "What users get in 'recall' and in fused lists to whom an approximate index gives fewer items than they could "
        + "have: 'exact', the best of all items; or 'none', the shorter list. What 'eval' says of the index is what it "
        + "finds alone."
    )
    self.search = search
    candidates = CandidateSettings.read(
      &fields,
      role: .use,
      "in all cells that rank by this index, which may narrow them; the index itself holds all items"
    )
    efConstruction = fields.int(
      "ef_construction",
      default: 40,
      in: 1...1_000_000,
      "HNSW: how many candidates an insertion keeps."
    )
    moment = fields.optionalInt(
      "at",
      "With the age of items as a feature: the moment at which it is taken, in the click log's unit of time; by "
        + "default the newest training click. All requests see the items as they were then."
    )
    isParallel = fields.bool(
      "parallel_build",
      default: false,
      "HNSW: build with all threads; faster, but the graph then differs a little from run to run."
    )
  }

  /// What it reads.
  package var reads: [ArtifactInput] { [train, encode, config] }
  /// What it measures.
  package var metrics: [String] { ["items", "index_bytes"] }
  /// What it writes.
  package var outputs: [OutputName] {
    [OutputName(IndexArtifact.indexFile), OutputName(IndexArtifact.vectorFile)]
  }
  private var isExact: Bool { factory == "Flat" }

  /// How readers search it.
  package var outline: (any Sendable)? {
    IndexArtifact.Outline(search: search, candidates: candidates, moment: moment.map(Int64.init))
  }

  /// The factory string must be one that FAISS knows, and conditions must fit the item table.
  package func preflight(_ check: Preflight) {
    do { _ = try FaissIndex(factory: factory, dimension: 32) } catch { check.fail("type", "\(error)") }
    candidates.preflight(check, check.outlines.of(config, ConfigArtifact.self))
    if moment != nil, let encode = check.outlines.of(encode, EncodeArtifact.self), !encode.givesAges {
      check.warn("at", "it says when the age of items is taken, and 'encode' has no item_age")
    }
  }

  /// Computes vectors, builds the index, writes both files.
  package func run(in context: RunContext) throws -> [Block] {
    let encoded: EncodeArtifact = try context.read(encode)
    let model = try context.read(train, as: TrainArtifact.self).model
    model.compute.threads = Threads(context.threads)
    let vectors = try model.itemVectors(
      encoded.catalogue.itemInputs(for: model.shape, encoded.clock, at: moment.map(Int64.init))
    )
    try context.checkCancellation()
    let ids = encoded.catalogue.items
    let index = try FaissIndex(factory: factory, dimension: vectors.columns)
    try index.train(vectors, threads: context.threads)
    try context.checkCancellation()
    let isGraph = factory.contains("HNSW")
    if isGraph { try index.set(.efConstruction, to: efConstruction) }
    // Threads race to link an HNSW graph, and it would differ from run to run.
    try index.add(vectors, ids: ids, threads: isGraph && !isParallel ? 1 : context.threads)
    let indexPath = try context.outputFile(IndexArtifact.indexFile)
    try index.write(to: indexPath)
    let vectorPath = try context.outputFile(IndexArtifact.vectorFile)
    try NumpyFile.write(vectors, to: vectorPath)
    let size = FilePaths.size(of: indexPath) ?? 0
    context.write(
      IndexArtifact(
        search: SearchIndex(vectors: vectors, ids: ids, approximate: isExact ? nil : index),
        factory: factory,
        bytes: size
      )
    )
    context.metric("items", Double(ids.count))
    context.metric("index_bytes", Double(size))
    context.summarize("\(NumberFormat.grouped(ids.count)) items × \(vectors.columns)")
    var rows: [[Table.Cell]] = [
      [.text("Items"), .int(ids.count)], [.text("Dimension"), .int(vectors.columns)],
      [.text("Compared by"), .text("inner product")],
      [.text("Search"), .text(isExact ? "exact" : "approximate")],
      [.text(IndexArtifact.indexFile), .text(NumberFormat.bytes(size))],
      [.text(IndexArtifact.vectorFile), .text(NumberFormat.bytes(FilePaths.size(of: vectorPath) ?? 0))],
    ]
    if model.shape.itemAge != nil {
      rows.append([.text("Ages of items at"), .text("\(moment ?? Int(encoded.clock.last))")])
    }
    return [.table(Table(name: "counts", columns: [.init("Index"), .init(factory, .trailing)], rows: rows))]
  }
}
