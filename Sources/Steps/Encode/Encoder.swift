import Clicks
import Notebook
import Recipe

/// What the settings of `encode` say: how a split of a log becomes codes and samples.
struct Encoder: Sendable {
  private let options: EncodingOptions
  /// Which clicks a sample sees; nil where the log says it.
  let history: HistoryKind?
  private let vocabulary: ItemVocabulary
  /// The columns of the request's context.
  let contexts: [String]
  private let itemFeatures: ItemFeatureSettings
  private let userFeatures: UserFeatureSettings
  private let removedItems: RemovedItems
  /// The events that may be targets; empty for all.
  let targets: [String]
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

  init(_ fields: inout Fields) {
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
    if options.minHistory > options.maxSeqLen {
      fields.fail(
        "min_history",
        "a sample shows at most 'max_seq_len' clicks, \(options.maxSeqLen), and has no more; got \(options.minHistory)"
      )
    }
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
      "Columns of the click log that are categorical features of the request; list them in config's columns.keep. A sample has "
        + "those of its target; nothing of held-out clicks is known, so that requests of the test and of validation have those of "
        + "their user's last click, whenever they come."
    )
    if Set(contexts).count != contexts.count { fields.fail("context", "a column stands here twice") }
    requestTime = fields.choice(
      "request_time",
      default: RequestTime.lastClick,
      "When the requests of the test come: each at its user's 'last_click'; at the 'next_click', the first that is held out, "
        + "when the user is there again and newer items exist; or all at the 'newest' click of the whole history, which is "
        + "now for a split by time. Those of validation come by the same rule, before its clicks. A user of whom nothing is held "
        + "out makes the request at the last click."
    )
    itemFeatures = ItemFeatureSettings(&fields)
    userFeatures = UserFeatureSettings(&fields)
    options.seed = fields.int("seed", defaultFrom: "config.seed", in: 0...Int.max, "Draws the positions.")
    self.options = options
  }

  /// How many clicks before the target a sample shows at most.
  var maxSeqLen: Int { options.maxSeqLen }
  /// How many clicks before the target a sample must have.
  var minHistory: Int { options.minHistory }
  /// Whether no sample is made whose target is in its own context.
  var dropsRepeatedTargets: Bool { options.dropsRepeatedTargets }
  /// Whether items have features besides their category.
  var hasItemFeatures: Bool { !itemFeatures.isEmpty }
  /// Whether users have features.
  var hasUserFeatures: Bool { !userFeatures.isEmpty }
  /// Whether models can take the age of items.
  var givesAges: Bool { itemFeatures.options.age != nil }

  /// Context and item columns must be kept by `config`.
  func preflight(_ check: Preflight, _ source: ConfigArtifact.Outline?, _ split: SplitArtifact.Outline?) {
    guard let source else { return }
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
    if vocabulary == .catalogue, split?.hasNewItems == true {
      check.warn(
        "item_vocabulary",
        "the split holds all clicks of some items out, and these have embeddings here that nothing is learned of; "
          + "'clicked' gives them what their features say"
      )
    }
  }

  /// Encodes a split of the log of `config`.
  /// - Parameter hasOrder: whether the clicks of its users have an order.
  /// - Throws: `RunFailure` where no item or no sample is left, or times are needed and there are none; `DataError`.
  func encode(_ split: SplitData, _ config: ConfigArtifact, hasOrder: Bool = true, threads: Int) throws
    -> EncodeArtifact
  {
    var options = options
    options.history = history ?? (hasOrder ? .before : .others)
    let table =
      removedItems == .keep ? config.items : config.items.without(Vocabulary(sortedKeys: split.removedItems))
    let seen = split.validation == nil ? split.history : split.requestHistory
    // What is learned from in the end says which items are known.
    let learned = split.refits ? seen : split.history
    let catalogue = Catalogue(table, codedItems: vocabulary == .clicked ? learned.items : nil)
    let isTarget = try config.log.isTarget(targets)
    func encoded(_ sequences: UserSequences) throws -> EncodedClicks {
      try EncodedClicks(
        sequences,
        catalogue,
        options,
        isTarget: isTarget.map { isTarget in sequences.rows.map { isTarget[Int($0)] } },
        threads: threads
      )
    }
    let clicks = try encoded(split.history)
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
    if split.validation != nil {
      requests = EncodedRequests(
        offsets: seen.offsets,
        items: catalogue.itemVocabulary.codes(of: seen.items, threads: threads)
      )
    }
    if vocabulary == .clicked { requests.keys = seen.items }
    var artifact = EncodeArtifact(table: table, clicks: clicks, catalogue: catalogue, requests: requests)
    let columns = try contexts.map { try ContextColumn($0, in: config.log, rows: learned.rows) }
    artifact.contexts = columns
    artifact.clickFeatures = try RequestFeatures(split.history, columns, in: config.log)
    artifact.requestFeatures = try RequestFeatures(seen, columns, in: config.log)
    artifact.clock = RequestClock(
      (split.refits ? artifact.requestFeatures : artifact.clickFeatures).times,
      unit: config.log.timeUnit
    )
    if requestTime == .newest {
      artifact.requestMoment = artifact.requestFeatures.times.max()
      if split.validation != nil, let newest = artifact.clickFeatures.times.max() {
        artifact.validationMoments = [Int64](repeating: newest, count: clicks.userVocabulary.keys.count)
      }
    }
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
      clicked: learned.items,
      artifact.clock
    )
    artifact.impressions = SampleImpressions(
      config.log,
      rows: split.history.rows,
      samples: clicks.samples,
      catalogue.itemVocabulary
    )
    if split.refits {
      let refit = try encoded(seen)
      artifact.refit = refit
      artifact.refitImpressions = SampleImpressions(
        config.log,
        rows: seen.rows,
        samples: refit.samples,
        catalogue.itemVocabulary
      )
    }
    artifact.userFeatures = try userFeatures.features(of: config.users, clicks.userVocabulary)
    return artifact
  }
}
