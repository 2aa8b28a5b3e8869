import Clicks
import Notebook
import Recipe
import Report

/// `encode`: turns ids into codes and histories into next-item samples.
package struct EncodeStep: Step {
  package static let name = "encode"
  package static let summary = "Turns ids into codes from 1 and histories into next-item samples."
  /// The revision.
  package static let revision = 4
  /// What it writes.
  package static let writes: String? = EncodeArtifact.kind

  private let split: ArtifactInput
  private let config: ArtifactInput
  private let options: EncodingOptions
  private let history: HistoryKind?
  private let vocabulary: ItemVocabulary
  /// The columns of the request's context.
  let contexts: [String]
  private let itemFeatures: ItemFeatureSettings
  private let userFeatures: UserFeatureSettings
  private let removedItems: RemovedItems
  private let showsDigests: Bool
  private let targets: [String]

  /// When requests at test time come.
  let requestTime: RequestTime

  private enum ItemVocabulary: String, CaseIterable, Sendable {
    case catalogue, clicked
  }

  private enum RemovedItems: String, CaseIterable, Sendable {
    case leaveOut = "leave_out"
    case keep
  }

  enum RequestTime: String, CaseIterable, Sendable {
    case lastClick = "last_click"
    case nextClick = "next_click"
    case newest
  }

  /// Reads the settings.
  package init(_ fields: inout Fields) {
    split = fields.input(SplitArtifact.kind)
    config = fields.input(ConfigArtifact.kind)
    var options = EncodingOptions()
    history = fields.optionalChoice(
      "history",
      HistoryKind.self,
      "Which clicks of a user are the context of a target: those 'before' it; or all 'others', for sets of items, of which "
        + "none comes last. Of more than 'max_seq_len' others so many are drawn, anew in each epoch; a request shows all. By "
        + "default 'before', but 'others' for tables without times, whose rows have no order."
    )
    options.maxSeqLen = fields.int(
      "max_seq_len",
      default: 30,
      in: 1...100_000,
      "How many clicks before the target, or others, a sample shows at most."
    )
    options.minHistory = fields.int(
      "min_history",
      default: 1,
      in: 0...100_000,
      "How many clicks before the target, or others, a sample must have."
    )
    let most = fields.optionalInt(
      "max_samples_per_user",
      in: 1...Int(Int32.max) / 4,
      "Who gives more is thinned out by a draw from their newest positions; by default nobody is."
    )
    options.maxSamplesPerUser = most ?? Int(Int32.max) / 4
    options.dropsRepeatedTargets = fields.bool(
      "drop_repeated_targets",
      default: false,
      "Whether a sample goes whose target is among the clicks it shows. The click stays in later histories; "
        + "'deduplicate' in 'split' takes it out of these too."
    )
    vocabulary = fields.choice(
      "item_vocabulary",
      default: ItemVocabulary.catalogue,
      "Which items have a code of their own: the whole catalogue, or those clicked in the history; all others "
        + "then share code 0, which is never a target, and begin and stay at zero."
    )
    removedItems = fields.choice(
      "removed_items",
      default: RemovedItems.leaveOut,
      "Items of which the filter and the k-core of 'split' leave no click: 'leave_out' of the catalogue, so that nobody "
        + "is shown them; or 'keep' them as candidates of which nothing is learned. Items of the item table that were "
        + "never clicked at all stay in any case."
    )
    options.dropsUnknownTargets = vocabulary == .clicked
    targets = fields.strings(
      "targets",
      default: [],
      count: 0...1000,
      "Train only on clicks of these events as targets; by default on all. Histories show all clicks; what is tested says "
        + "'targets' in 'split'."
    )
    if Set(targets).count != targets.count { fields.fail("targets", "an event stands here twice") }
    contexts = fields.strings(
      "context",
      default: [],
      count: 0...100,
      "Columns of the click log that are categorical features of the request; list them in config's columns.keep."
    )
    if Set(contexts).count != contexts.count { fields.fail("context", "a column stands here twice") }
    requestTime = fields.choice(
      "request_time",
      default: RequestTime.lastClick,
      "When the requests of the test come: each at its user's 'last_click'; at the 'next_click', the first that is held out, "
        + "when the user is there again and newer items exist; or all at the 'newest' click of the whole history, which is "
        + "now for a split by time. A user of whom nothing is held out makes the request at the last click."
    )
    itemFeatures = ItemFeatureSettings(&fields)
    userFeatures = UserFeatureSettings(&fields)
    options.seed = fields.int("seed", defaultFrom: "config.seed", in: 0...Int.max, "Draws the positions.")
    self.options = options
    showsDigests = fields.bool(
      "digests",
      default: false,
      "Show the SHA-256 of the sample columns as little-endian int32, padded histories too, to compare tools."
    )
  }

  private var givesAges: Bool { itemFeatures.options.age != nil }

  /// What its settings say of the encoding.
  package var outline: (any Sendable)? {
    EncodeArtifact.Outline(
      hasItemFeatures: !itemFeatures.isEmpty,
      hasUserFeatures: !userFeatures.isEmpty,
      givesAges: givesAges,
      history: history,
      maxSeqLen: options.maxSeqLen
    )
  }

  /// Which clicks samples see, as is set or as the log says.
  private func history(_ outlines: ArtifactOutlines) -> HistoryKind {
    history ?? (outlines.of(config, ConfigArtifact.self)?.hasOrder == false ? .others : .before)
  }

  /// Context and item columns must be kept by `config`.
  package func preflight(_ check: Preflight) {
    guard let source = check.outlines.of(config, ConfigArtifact.self) else { return }
    for name in contexts where !source.keeps(name) {
      check.fail("context", "'config' does not keep the column '\(name)'; add it to columns.keep there")
    }
    if requestTime != .lastClick && !source.hasTime {
      check.fail(
        "request_time",
        "'\(requestTime.rawValue)' needs the log's times; set columns.time in 'config'"
      )
    }
    itemFeatures.preflight(check, source)
    source.check(targets: targets, check)
    userFeatures.preflight(check, source)
    if vocabulary == .catalogue, check.outlines.of(split, SplitArtifact.self)?.hasNewItems == true {
      check.warn(
        "item_vocabulary",
        "the split holds all clicks of some items out, and these have embeddings here that nothing is learned of; "
          + "'clicked' gives them what their features say"
      )
    }
  }

  /// What it reads.
  package var reads: [ArtifactInput] { [split, config] }
  /// What it measures.
  package var metrics: [String] {
    ["samples", "sample_users", "user_vocabulary", "item_vocabulary", "category_vocabulary"]
  }

  /// Encodes and shows the first samples.
  package func run(in context: RunContext) throws -> [Block] {
    let split = try context.read(split, as: SplitArtifact.self).data
    let config = try context.read(config, as: ConfigArtifact.self)
    var options = options
    options.history = history(context.outlines)
    let table =
      removedItems == .keep ? config.items : config.items.without(Vocabulary(sortedKeys: split.removedItems))
    let catalogue = Catalogue(table, codedItems: vocabulary == .clicked ? split.history.items : nil)
    let isTarget = try config.log.isTarget(targets).map { isTarget in
      split.history.rows.map { isTarget[Int($0)] }
    }
    let clicks = try EncodedClicks(
      split.history,
      catalogue,
      options,
      isTarget: isTarget,
      threads: context.threads
    )
    guard table.count > 0 else {
      throw RunFailure("filter and k-core leave no item to recommend; let encode's 'removed_items' keep them")
    }
    guard clicks.samples.count > 0 else {
      throw RunFailure(
        "no user has the \(options.minHistory + 1) clicks in their history that one sample takes"
          + (isTarget == nil ? "" : ", the last of an event that is a target") + "; "
          + "lower min_history, or hold fewer clicks out"
      )
    }
    var requests = EncodedRequests(offsets: clicks.offsets, items: clicks.history)
    let seen = split.validation == nil ? split.history : split.requestHistory
    if split.validation != nil {
      requests = EncodedRequests(
        offsets: seen.offsets,
        items: catalogue.itemVocabulary.codes(of: seen.items, threads: context.threads)
      )
    }
    if vocabulary == .clicked { requests.keys = seen.items }
    var artifact = EncodeArtifact(table: table, clicks: clicks, catalogue: catalogue, requests: requests)
    let columns = try contexts.map { try ContextColumn($0, in: config.log, rows: split.history.rows) }
    artifact.contexts = columns
    artifact.clickFeatures = try RequestFeatures(split.history, columns, in: config.log)
    artifact.requestFeatures = try RequestFeatures(seen, columns, in: config.log)
    artifact.clock = RequestClock(artifact.clickFeatures.times, unit: config.log.timeUnit)
    if requestTime == .newest { artifact.requestMoment = artifact.requestFeatures.times.max() }
    if requestTime == .nextClick {
      artifact.requestMoments = seen.momentsOfNextClicks(split.heldOut)
      artifact.validationMoments = split.validation.flatMap { split.history.momentsOfNextClicks($0) }
    }
    guard !givesAges || !artifact.clickFeatures.times.isEmpty else {
      throw RunFailure("item_age takes the times of clicks, and the click log has none")
    }
    artifact.catalogue.features = try CatalogueFeatures(
      itemFeatures.options,
      of: table,
      clicked: split.history.items,
      artifact.clock
    )
    artifact.impressions = SampleImpressions(
      config.log,
      rows: split.history.rows,
      samples: clicks.samples,
      catalogue.itemVocabulary
    )
    artifact.userFeatures = try userFeatures.features(of: config.users, clicks.userVocabulary)
    context.write(artifact)
    context.metric("samples", Double(clicks.samples.count))
    context.metric("sample_users", Double(clicks.samples.userCount))
    context.metric("user_vocabulary", Double(clicks.userVocabulary.size))
    context.metric("item_vocabulary", Double(catalogue.itemVocabulary.size))
    context.metric("category_vocabulary", Double(catalogue.categoryVocabulary.size))
    context.summarize("\(NumberFormat.grouped(clicks.samples.count)) samples")
    var blocks: [Block] = [
      .table(counts(artifact, removed: config.items.count - table.count)),
      .table(head(clicks)),
    ]
    let absent = SplitReport.warning(ofAbsent: config.log.absentEvents(of: targets))
    context.warn(absent)
    blocks += absent
    if showsDigests { blocks.append(.table(SampleDigests.table(clicks))) }
    return blocks
  }

  private func counts(_ artifact: EncodeArtifact, removed: Int) -> Table {
    let (clicks, catalogue, contexts) = (artifact.clicks, artifact.catalogue, artifact.contexts)
    var rows: [[Table.Cell]] = [
      [.text("Samples"), .int(clicks.samples.count)],
      [.text("Users with a sample"), .int(clicks.samples.userCount)],
      [.text("User codes, with 0"), .int(clicks.userVocabulary.size)],
      [.text("Item codes, with 0"), .int(catalogue.itemVocabulary.size)],
      [.text("Category codes, with 0"), .int(catalogue.categoryVocabulary.size)],
    ]
    for column in contexts {
      rows.append([.text("Codes of \(column.name), with 0"), .int(column.vocabulary.size)])
    }
    rows += catalogue.features.counts(of: "items") + artifact.userFeatures.counts(of: "users")
    if removed > 0 {
      rows.append([.text("Items left out: filter and k-core leave no click of them"), .int(removed)])
    }
    if let impressions = artifact.impressions {
      rows.append([.text("Items shown with a target and not clicked"), .int(impressions.items.count)])
      if impressions.unknown > 0 {
        rows.append([
          .text("Items shown that are outside of the catalogue, left out"), .int(impressions.unknown),
        ])
      }
    }
    if clicks.unknownClicks > 0 {
      rows.append([.text("Clicks on items outside of the catalogue"), .int(clicks.unknownClicks)])
    }
    return Table(name: "counts", columns: [.init("Encoded"), .init("Count", .trailing)], rows: rows)
  }

  private func head(_ clicks: EncodedClicks) -> Table {
    let samples = clicks.samples
    let rows: [[Table.Cell]] = (0..<min(5, samples.count)).map { sample in
      let history = clicks.history[samples.history(sample)]
      let shown = history.suffix(8).map(String.init).joined(separator: " ")
      return [
        .text("\(samples.users[sample])"), .text(history.count > 8 ? "… \(shown)" : shown),
        .text("\(samples.items[sample])"), .text("\(samples.categories[sample])"),
      ]
    }
    return Table(
      name: "samples",
      caption: "The first samples, as codes.",
      columns: [
        .init("User", .trailing), .init("History, newest last", .trailing), .init("Item", .trailing),
        .init("Category", .trailing),
      ],
      rows: rows
    )
  }
}
