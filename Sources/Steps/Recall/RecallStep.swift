import Clicks
import Files
import Notebook
import Recall
import Recipe
import Report

/// `recall`: writes each user's best unseen items, for a ranking model to sort.
package struct RecallStep: Step {
  package static let name = "recall"
  package static let summary = "Writes each user's best unseen items as candidates for ranking."
  /// The revision.
  package static let revision = 7
  package static let writes: String? = RecallArtifact.kind

  let ranking: RankingPass.Inputs
  let split: ArtifactInput
  private let config: ArtifactInput
  private let k: Int
  private let file: String
  private let fusion: FusionOptions?
  private let baselines: BaselineOptions
  private let wishes: RankingPass.Wishes
  private let samples: SampleSettings?

  /// Reads the settings.
  package init(_ fields: inout Fields) {
    ranking = RankingPass.Inputs(&fields)
    split = fields.input(SplitArtifact.kind)
    config = fields.input(ConfigArtifact.kind)
    k = fields.int("k", default: 100, in: 1...10_000, "How many candidates a user gets.")
    file = fields.string(
      "file",
      default: "recall_candidates.csv",
      "The file's name in the run directory: CSV, compressed where the name ends in .gz or .zst; Parquet where it ends in "
        + ".parquet."
    )
    if let problem = CandidateSinks.problem(file) { fields.fail("file", problem) }
    fusion = FusionSettings.read(&fields)
    baselines = BaselineSettings.read(&fields)
    samples = SampleSettings.read(&fields)
    wishes = RankingPass.Wishes(
      candidates: CandidateSettings.read(&fields, "of this cell, of those of its index"),
      seen: SeenItems.read(&fields),
      config: config
    )
  }

  /// What it writes.
  package var outputs: [OutputName] { [OutputName(file, key: "file")] + (samples?.outputs ?? []) }
  /// What it reads.
  package var reads: [ArtifactInput] { ranking.all + [split, config] }
  /// What it measures.
  package var metrics: [String] {
    ["candidates", "users", "short_users"]
      + (samples == nil ? [] : ["samples", "sample_requests", "sample_hit_rate"])
  }

  /// How many of the model's items it takes of the index.
  package var demands: [ArtifactDemand] {
    guard let depth = fusion == nil ? k : fusion?.modelDepth else { return [] }
    return [ArtifactDemand(depth, RankingPass.demand, of: ranking.index)]
  }

  /// The files that say which items are candidates.
  package func files(_ outlines: ArtifactOutlines) -> [InputFile] {
    RankingPass.files(ranking, wishes, outlines)
  }

  /// Conditions must fit the item table, which must have what baselines need.
  package func preflight(_ check: Preflight) {
    RankingPass.preflight(wishes, check)
    BaselineSettings.preflight(
      baselines.itemCF,
      check,
      check.outlines.of(ranking.encode, EncodeArtifact.self),
      check.outlines.of(config, ConfigArtifact.self)
    )
    if fusion?.sources.contains(.newest) == true {
      let outline = check.outlines.of(config, ConfigArtifact.self)
      BaselineSettings.preflight(baselines, key: "fuse.newest", check, outline)
    }
    samples?.preflight(
      check,
      check.outlines.of(config, ConfigArtifact.self),
      check.outlines.of(split, SplitArtifact.self),
      baselines,
      fusion
    )
  }

  /// Ranks all users with a history and writes the candidates.
  package func run(in context: RunContext) throws -> [Block] {
    let data: ConfigArtifact = try context.read(config)
    let split = try context.read(split, as: SplitArtifact.self).data.learned
    let users = split.history.users
    let pass = try RankingPass(ranking, wishes, context: context)
    guard users == pass.encoded.clicks.userVocabulary.keys else {
      throw RankingPass.differentUsers
    }
    let names =
      context.outlines.of(config, ConfigArtifact.self)?.columnNames ?? (user: "user_id", item: "item_id")
    let path = try context.outputFile(file)
    let columns = CandidateWriter.Columns(
      user: names.user,
      item: names.item,
      source: fusion == nil ? nil : "recall_source"
    )
    let writer = try CandidateSinks.open(
      path: path,
      columns: columns,
      userNames: data.log.userNames,
      itemNames: data.log.itemNames,
      threads: context.threads
    )
    var head: [[Table.Cell]] = []
    func write(_ keys: [Int64], _ lists: RankedLists, _ sources: [UInt8]?) throws {
      if head.isEmpty { head = Self.head(keys, lists, sources, data.log) }
      try writer.write(users: keys, lists: lists, sources: sources)
    }
    var short = 0
    if let fusion {
      try fused(fusion, split, pass, context).forEachBlock(users, k: k) {
        try write($0, $1.lists, $1.sources)
      }
    } else {
      short = try rank(users, pass) { try write($0, $1, nil) }
    }
    try writer.close()
    context.metric("candidates", Double(writer.rowCount))
    context.metric("users", Double(users.count))
    if fusion == nil && !pass.isExact { context.metric("short_users", Double(short)) }
    context.summarize(
      "\(NumberFormat.grouped(writer.rowCount)) candidates for \(NumberFormat.grouped(users.count)) users"
    )
    let size = NumberFormat.bytes(FilePaths.size(of: path) ?? 0)
    let told =
      "\(NumberFormat.grouped(writer.rowCount)) candidates for \(NumberFormat.grouped(users.count)) users "
      + "in \(MarkdownText.code(file)), \(size)."
    let rest = Self.shortfall(short, pass.ranker.settings.fill) + Self.narrowness(pass, Array(users.indices))
    var blocks: [Block] = [.prose(told + rest), .table(Self.table(head, columns))]
    if pass.candidateCounts(Array(users.indices))?.most == 0 {
      context.warn([RankingPass.noCandidates])
      blocks.insert(RankingPass.noCandidates, at: 1)
    }
    if let samples { blocks += try writeSamples(samples, split, data, pass, names, context) }
    context.write(RecallArtifact(folder: "", files: context.outputFiles))
    return blocks
  }

  /// Writes samples for a ranking model, and tells of them.
  private func writeSamples(
    _ samples: SampleSettings,
    _ split: SplitData,
    _ data: ConfigArtifact,
    _ pass: RankingPass,
    _ names: (user: String, item: String),
    _ context: RunContext
  ) throws -> [Block] {
    let (counts, blocks) = try RecallSamples(
      settings: samples,
      fusion: fusion,
      baselines: baselines,
      k: k,
      split: split,
      data: data,
      pass: pass,
      names: names,
      isMeasured: try context.read(ranking.train, as: TrainArtifact.self).validation != nil,
      learnedBefore: try LearnedBefore(
        context.outlines.of(ranking.train, TrainArtifact.self)?.from,
        split,
        data.log
      ),
      context: context
    ).write()
    context.metric("samples", Double(counts.rows))
    context.metric("sample_requests", Double(counts.requests))
    context.metric("sample_hit_rate", Double(counts.hits) / Double(max(1, counts.requests)))
    return blocks
  }

  /// The model's lists of all users, block by block; how many of them the index left short.
  private func rank(
    _ users: [Int64],
    _ pass: RankingPass,
    _ write: ([Int64], RankedLists) throws -> Void
  ) throws -> Int {
    let places = Array(users.indices)
    if let kept = try pass.kept(places, k: k) {
      try write(users, kept)
      return 0
    }
    var short = 0
    try pass.ranker.forEachBlock(places, of: pass.queries, k: k) { block, ranked in
      try write(block.map { users[$0] }, ranked.lists)
      short += ranked.shortUsers
    }
    return short
  }

  /// What became of users to whom the index gave fewer items than they could have; nothing where there are none.
  private static func shortfall(_ users: Int, _ fill: SearchSettings.Fill) -> String {
    guard users > 0 else { return "" }
    let what = fill == .exact ? "their candidates are the best of all items" : "their lists are shorter"
    return " For \(NumberFormat.grouped(users)) users the index alone finds fewer than it could: \(what) "
      + "(`fill: \(fill.rawValue)` of the index)."
  }

  /// How many items requests could have got, where not all are candidates, and what files of ids the catalogue lacks.
  private static func narrowness(_ pass: RankingPass, _ users: [Int]) -> String {
    guard let counts = pass.candidateCounts(users) else { return "" }
    let all = NumberFormat.grouped(pass.ranker.index.ids.count)
    return ([" Of \(all) items a request could be given \(counts.words)."] + pass.candidateNotes)
      .joined(separator: " ")
  }

  /// The lists of all sources together.
  private func fused(
    _ fusion: FusionOptions,
    _ split: SplitData,
    _ pass: RankingPass,
    _ context: RunContext
  ) throws -> FusedRanking {
    let rankers = try pass.baselines(fusion.sources.compactMap(\.baseline), baselines, split, context)
    return FusedRanking(
      fusion,
      rankers: rankers,
      threads: context.threads,
      checkpoint: { try context.checkCancellation() },
      modelLists: try pass.source(Array(split.history.users.indices), depth: fusion.depth)
    )
  }

  private static func table(_ head: [[Table.Cell]], _ columns: CandidateWriter.Columns) -> Table {
    let numbers = [columns.user, columns.item, columns.score, columns.rank]
    return Table(
      name: "candidates",
      caption: "The first candidates.",
      columns: numbers.map { .init($0, .trailing) } + (columns.source.map { [.init($0)] } ?? []),
      rows: head
    )
  }

  private static func head(
    _ users: [Int64],
    _ lists: RankedLists,
    _ sources: [UInt8]?,
    _ log: ClickLog
  ) -> [[Table.Cell]] {
    guard let user = users.first else { return [] }
    let names = CandidateSource.setNames
    return lists[0].prefix(5).enumerated().map { rank, item in
      let row: [Table.Cell] = [
        .text(log.userID(user)), .text(log.itemID(item)), .real(Double(lists.scores[rank]), digits: 6),
        .int(rank + 1),
      ]
      return row + (sources.map { [.text(names[Int($0[rank])])] } ?? [])
    }
  }
}
