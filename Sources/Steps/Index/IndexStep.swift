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
  package static let revision = 4
  /// What it writes.
  package static let writes: String? = IndexArtifact.kind

  let train: ArtifactInput
  let encode: ArtifactInput
  private let config: ArtifactInput
  private let split: ArtifactInput
  let factory: String
  private let efConstruction: Int
  private let isParallel: Bool
  private let choice: IndexChoiceSettings
  private let moment: Int?
  private let search: SearchSettings
  private let candidates: CandidateSettings

  /// Reads the settings.
  package init(_ fields: inout Fields) {
    train = fields.input(TrainArtifact.kind)
    encode = fields.input(EncodeArtifact.kind)
    config = fields.input(ConfigArtifact.kind)
    split = fields.input(SplitArtifact.kind, isOptional: true)
    factory = fields.string(
      "type",
      default: "Flat",
      "FAISS's factory string: Flat is exact; HNSW32, IVF4096,Flat, IVF1024,PQ16 and the like are approximate. Or '"
        + IndexChoiceSettings.type
        + "': the cheapest that holds 'recall' and 'budget' on this model's own vectors."
    )
    choice = IndexChoiceSettings(&fields)
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
    search.rerank = fields.int(
      "rerank",
      default: search.rerank,
      in: 1...1000,
      role: .use,
      "For indexes that hold vectors with fewer bits (PQ, SQ8): how many times as many items as are wanted a query asks it "
        + "for, of which the best by their exact vectors are taken; 1 takes them as the index has them."
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
      "ages_at",
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
  package var reads: [ArtifactInput] { [train, encode, config] + (isChosen ? [split] : []) }
  /// What it measures.
  package var metrics: [String] { ["items", "index_bytes"] + (isChosen ? choice.metrics : []) }
  /// What it writes.
  package var outputs: [OutputName] {
    [OutputName(IndexArtifact.indexFile), OutputName(IndexArtifact.vectorFile)]
  }
  private var isChosen: Bool { factory == IndexChoiceSettings.type }

  /// How readers search it.
  package var outline: (any Sendable)? {
    IndexArtifact.Outline(search: search, candidates: candidates, moment: moment.map(Int64.init))
  }

  /// The factory string must be one that FAISS knows, and conditions must fit the item table.
  package func preflight(_ check: Preflight) {
    if isChosen {
      choice.preflight(check, items: check.outlines.of(config, ConfigArtifact.self)?.itemCount)
    } else {
      do { _ = try FaissIndex(factory: factory, dimension: 32) } catch { check.fail("type", "\(error)") }
    }
    candidates.preflight(check, check.outlines.of(config, ConfigArtifact.self))
    if moment != nil, let encode = check.outlines.of(encode, EncodeArtifact.self), !encode.givesAges {
      check.warn("ages_at", "it says when the age of items is taken, and 'encode' has no item_age")
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
    let found = try index(of: vectors, encoded, model, context)
    let artifact = found.artifact
    context.write(artifact)
    context.metric("items", Double(artifact.search.ids.count))
    context.metric("index_bytes", Double(artifact.bytes))
    let chosen = isChosen ? ", \(artifact.chosen?.words ?? artifact.factory)" : ""
    context.summarize(
      "\(NumberFormat.grouped(artifact.search.ids.count)) items × \(vectors.columns)\(chosen)"
    )
    return found.blocks + [.table(table(artifact, vectorBytes: found.vectorBytes, model, encoded))]
      + knobs(artifact)
  }

  /// The index as it is wanted, written to its files, and what is to be told of how it was chosen.
  private func index(
    of vectors: Matrix,
    _ encoded: EncodeArtifact,
    _ model: TwoTowerModel,
    _ context: RunContext
  ) throws -> (artifact: IndexArtifact, vectorBytes: Int, blocks: [Block]) {
    let ids = encoded.catalogue.items
    var build = IndexBuild(factory)
    (build.efConstruction, build.isParallel) = (efConstruction, isParallel)
    var blocks: [Block] = []
    var chosen: IndexSetting?
    var tried: FaissIndex?
    if isChosen {
      let requests = try IndexRequests(
        encoded,
        model,
        try context.readIfPresent(split, as: SplitArtifact.self)?.data,
        most: choice.requests
      )
      let outcome = try choice.choose(vectors, ids, requests, build, search, context)
      (chosen, tried) = (outcome.setting, outcome.index)
      build.factory = outcome.setting.factory
      blocks = outcome.blocks
    }
    let index =
      try tried
      ?? build.index(
        of: vectors,
        ids: ids,
        threads: context.threads,
        checkpoint: { try context.checkCancellation() }
      )
    let indexPath = try context.outputFile(IndexArtifact.indexFile)
    try index.write(to: indexPath)
    let vectorPath = try context.outputFile(IndexArtifact.vectorFile)
    try NumpyFile.write(vectors, to: vectorPath)
    let isExact = build.factory == "Flat"
    let artifact = IndexArtifact(
      search: SearchIndex(vectors: vectors, ids: ids, approximate: isExact ? nil : index),
      factory: build.factory,
      bytes: FilePaths.size(of: indexPath) ?? 0,
      chosen: chosen
    )
    return (artifact, FilePaths.size(of: vectorPath) ?? 0, blocks)
  }

  /// What the file does not say: how an approximate index is searched is settings of who searches it.
  private func knobs(_ artifact: IndexArtifact) -> [Block] {
    let names = [("IVF", "nprobe"), ("HNSW", "efSearch")].filter { artifact.factory.contains($0.0) }.map(\.1)
    guard !artifact.search.isExact, !names.isEmpty else { return [] }
    return [
      .prose(
        """
        `\(IndexArtifact.indexFile)` holds the index and not how it is searched: another program that reads it sets \
        \(names.map { "`\($0)`" }.joined(separator: " and ")) itself, which are FAISS's own until then. The `index.faiss` that \
        `save` writes has those of this recipe.
        """
      )
    ]
  }

  private func table(
    _ artifact: IndexArtifact,
    vectorBytes: Int,
    _ model: TwoTowerModel,
    _ encoded: EncodeArtifact
  ) -> Table {
    let search = artifact.search
    var rows: [[Table.Cell]] = [
      [.text("Items"), .int(search.ids.count)], [.text("Dimension"), .int(search.vectors.columns)],
      [.text("Compared by"), .text("inner product")],
      [.text("Search"), .text(search.isExact ? "exact" : "approximate")],
      [.text(IndexArtifact.indexFile), .text(NumberFormat.bytes(artifact.bytes))],
      [.text(IndexArtifact.vectorFile), .text(NumberFormat.bytes(vectorBytes))],
    ]
    if let index = search.approximate, index.count < search.ids.count {
      rows.insert([.text("Vectors in the index, each once"), .int(index.count)], at: 1)
    }
    if model.shape.itemAge != nil {
      rows.append([.text("Ages of items at"), .text("\(moment ?? Int(encoded.clock.last))")])
    }
    return Table(name: "counts", columns: [.init("Index"), .init(artifact.factory, .trailing)], rows: rows)
  }
}
