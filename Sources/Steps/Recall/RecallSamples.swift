import Clicks
import Files
import Notebook
import Numerics
import Recall
import Report
import Tables

/// Writes the samples of a recall cell.
struct RecallSamples {
  let settings: SampleSettings
  let fusion: FusionOptions?
  let baselines: BaselineOptions
  /// How many candidates a request has.
  let k: Int
  let split: SplitData
  let data: ConfigArtifact
  let pass: RankingPass
  let names: (user: String, item: String)
  /// Whether the model was measured on validation clicks as it trained.
  let isMeasured: Bool
  /// What the model that training began with knows of held-out clicks; nil for nothing.
  let learnedBefore: LearnedBefore?
  let context: RunContext

  /// Requests whose rows are made together.
  private static let blockRequests = 1024

  /// What was counted.
  struct Counts {
    var requests = 0
    var rows = 0
    /// Requests with a held-out item among their candidates.
    var hits = 0
    var positives = 0
    var drawn = 0
  }

  var heldOut: UserSequences {
    let none = UserSequences(users: [], offsets: [0], items: [], times: nil, rows: [])
    return settings.requests == .test ? split.heldOut : split.validation ?? none
  }
  private var history: UserSequences { settings.requests == .test ? split.requestHistory : split.history }

  /// Writes the file.
  /// - Throws: `RunFailure` where there are no requests; `DataError` where a column cannot be, or the file not be written.
  func write() throws -> (counts: Counts, blocks: [Block]) {
    guard !heldOut.users.isEmpty else {
      throw RunFailure(
        "there are no requests to make samples of: nothing is held out for the \(settings.requests.rawValue)"
      )
    }
    let columns = try sampleColumns()
    let schema = settings.schema(
      user: names.user,
      item: names.item,
      data.log.times != nil,
      fusion,
      columns: columns.filter { !$0.isText }.map { ($0.name, $0.noNumbers) },
      texts: columns.filter(\.isText).map(\.name)
    )
    if SampleForm(settings.file) == .group, let text = schema.texts.first {
      throw RunFailure(
        "the column '\(text)' is text, which '\(settings.file)' cannot hold; write .parquet or .csv ('samples.file')"
      )
    }
    let assembler = try assembler(schema, columns)
    let sink = try SampleSinks.open(settings.file, schema: schema, log: data.log) {
      try context.outputFile($0)
    }
    let counts = try write(to: sink, assembler)
    try sink.close()
    return (counts, blocks(counts, schema))
  }

  private func write(to sink: any SampleSink, _ assembler: SampleAssembler) throws -> Counts {
    let users = heldOut.users
    let places = try pass.places(of: users)
    let queries =
      settings.requests == .test ? pass.queries : try pass.queriesBeforeValidation(split.history)
    let sources = settings.sources(with: fusion)
    let all = try pass.baselines(sources.compactMap(\.baseline), baselines, split, context)
    let rankers =
      settings.requests == .test
      ? all : all.beforeValidation(split.history, moments: pass.encoded.validationMoments)
    let depth = max(fusion?.depth ?? k, 1)
    let seen = history
    var counts = Counts()
    for start in stride(from: 0, to: users.count, by: Self.blockRequests) {
      try context.checkCancellation()
      context.progress.update(done: start, total: users.count, detail: "samples")
      let range = start..<min(start + Self.blockRequests, users.count)
      let (some, keys) = (Array(places[range]), Array(users[range]))
      let ranked = try sources.map { source in
        let lists =
          try source.baseline.map { rankers.lists($0, k: depth, users: keys) }
          ?? pass.ranker.lists(some, of: queries, k: depth).lists
        return (source: source, lists: lists)
      }
      let moments = queries.requestMoments(some)
      let merged = fusion.map { fusion in
        FusedLists(
          ranked.filter { fusion.sources.contains($0.source) },
          k: k,
          fusion,
          threads: context.threads
        )
      }
      let block = SampleAssembler.Block(
        first: start,
        users: keys,
        requests: keys.indices.map { row in
          let clicks = seen.place(of: keys[row]).map { seen.range($0) } ?? 0..<0
          return SampleFeatures.Request(
            moment: moments[row],
            history: seen.items[clicks],
            lastClick: clicks.isEmpty ? nil : seen.times?[clicks.upperBound - 1]
          )
        },
        targets: range.map { Set(heldOut.items[heldOut.range($0)]) },
        vectors: try queries.vectors(some),
        candidates: merged?.lists ?? ranked[0].lists.prefix(k),
        origins: merged?.sources,
        sources: ranked
      )
      let samples = assembler.samples(block)
      try sink.write(samples)
      count(samples, keys.count, &counts)
    }
    return counts
  }

  private func count(_ samples: RankingSamples, _ requests: Int, _ counts: inout Counts) {
    counts.requests += requests
    counts.rows += samples.count
    counts.positives += samples.labels.count { $0 == 1 }
    counts.drawn += samples.kinds.count { $0 == .negative }
    var last: Int32 = -1
    for row in 0..<samples.count where samples.labels[row] == 1 && samples.kinds[row] == .candidate {
      if samples.requests[row] != last { counts.hits += 1 }
      last = samples.requests[row]
    }
  }

  private func assembler(_ schema: RankingSamples.Schema, _ columns: [SampleColumn]) throws -> SampleAssembler
  {
    let index = pass.ranker.index
    let needsBirths = settings.features.contains(.itemAge)
    let table = Vocabulary(keysOf: data.items.items)
    var categories = [Int64](repeating: -1, count: table.size)
    // An empty field is no category that items could share.
    let none = data.items.categoryNames?.first == "" ? 0 : -1
    for (item, category) in zip(data.items.items, data.items.categories) {
      categories[Int(table.code(of: item))] = category == none ? -1 : category
    }
    categories[0] = -1
    let features = SampleFeatures(
      settings.features,
      history: split.history,
      index: index,
      categories: index.ids.map { categories[Int(table.code(of: $0))] },
      births: needsBirths ? try pass.births(baselines.newestColumn, context) : nil,
      ticksPerSecond: pass.encoded.clock.ticksPerSecond,
      windowHours: baselines.windowHours
    )
    let clicked = Vocabulary(keysOf: split.history.items)
    return SampleAssembler(
      schema,
      features: features,
      index: index,
      columns: columns,
      negatives: NegativeItems(
        settings.negatives,
        from: settings.pool == .all ? index.ids : index.ids.filter(clicked.contains),
        seed: settings.seed
      ),
      addsMissed: settings.addsMissed,
      rules: pass.ranker.rules
    )
  }

  private func sampleColumns() throws -> [SampleColumn] {
    let table = data.items
    let items = try settings.items.map { name in
      if let column = (table.kept + table.numbers).first(where: { $0.name == name }) {
        return try SampleColumn(column, isOfUsers: false, of: table.items)
      }
      guard name == ItemTableColumns.category else {
        throw RunFailure("the item table has no column '\(name)' ('samples.items')")
      }
      return SampleColumn(categoriesOf: table)
    }
    let users = try settings.users.map { name in
      guard let table = data.users,
        let column = (table.kept + table.numbers).first(where: { $0.name == name })
      else { throw RunFailure("the user table has no column '\(name)' ('samples.users')") }
      return try SampleColumn(column, isOfUsers: true, of: table.keys)
    }
    return items + users
  }
}
