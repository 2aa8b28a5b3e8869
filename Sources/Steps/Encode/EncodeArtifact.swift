import Clicks
import Tables
import Files
import Notebook
import Numerics
import Recall

/// What `encode` hands on: everything as codes, ready for a model.
package struct EncodeArtifact: Artifact {
  package static let kind = "encode"
  /// The items that can be recommended.
  package var table: ItemTable
  /// The same, as codes.
  package var catalogue: Catalogue
  /// Histories to learn from, and the samples in them.
  package var clicks: EncodedClicks
  /// What a request at test time sees of each user: the history and what was held out for validation.
  package var requests: EncodedRequests
  /// The columns of the request's context.
  package var contexts: [ContextColumn]
  /// Times and contexts of the clicks to learn from.
  package var clickFeatures: RequestFeatures
  /// Times and contexts of what a request at test time sees.
  package var requestFeatures: RequestFeatures
  /// The moment of all requests at test time, in the log's unit; nil where each comes at its user's last click.
  package var requestMoment: Int64?
  /// When the request of each user comes at test time, `[users]`, where that is the next click; nil elsewhere.
  package var requestMoments: [Int64]?
  /// Likewise when settings are chosen by the clicks held out for validation.
  package var validationMoments: [Int64]?
  /// What the model calls the time.
  package var clock: RequestClock
  /// What was shown with each sample's target and not clicked; nil where the log does not say.
  package var impressions: SampleImpressions?

  /// The samples of all clicks before the test, for a training that follows validation; nil where there is none. Its
  /// histories are those of ``requests``.
  package var refit: EncodedClicks?
  /// What was shown with the targets of these and not clicked.
  package var refitImpressions: SampleImpressions?

  /// The features of users, with one value for each user code.
  package var userFeatures = CatalogueFeatures()

  /// What the settings of `encode` say of it.
  package struct Outline: Sendable {
    /// How a split becomes codes and samples.
    let encoder: Encoder
    /// Whether items have features besides their category.
    package var hasItemFeatures: Bool { encoder.hasItemFeatures }
    /// Whether users have features.
    package var hasUserFeatures: Bool { encoder.hasUserFeatures }
    /// Whether models can take the age of items.
    package var givesAges: Bool { encoder.givesAges }
    /// Which clicks a sample sees; nil where the log says it.
    package var history: HistoryKind? { encoder.history }
    /// How many clicks before the target a sample shows at most.
    package var maxSeqLen: Int { encoder.maxSeqLen }
  }

  /// Makes the artifact, without times and contexts.
  package init(table: ItemTable, clicks: EncodedClicks, catalogue: Catalogue, requests: EncodedRequests) {
    self.table = table
    self.catalogue = catalogue
    self.clicks = clicks
    self.requests = requests
    contexts = []
    clickFeatures = RequestFeatures()
    requestFeatures = RequestFeatures()
    clock = RequestClock([], unit: .seconds)
  }

  /// Requests at test time, for `model`.
  package func requestQueries(of model: TwoTowerModel) -> QueryEncoder {
    QueryEncoder(
      model: model,
      clicks: requests,
      features: requestFeatures,
      users: users(for: model.shape),
      moment: requestMoment,
      moments: requestMoments,
      clock: clock,
      itemKeys: catalogue.itemVocabulary.keys
    )
  }

  /// Requests that see the clicks to learn from and nothing later, for `model`.
  /// - Parameter keys: the raw ids of these clicks, where not every item has a code.
  package func historyQueries(of model: TwoTowerModel, keys: [Int64]? = nil) -> QueryEncoder {
    QueryEncoder(
      model: model,
      clicks: EncodedRequests(offsets: clicks.offsets, items: clicks.history, keys: keys),
      features: clickFeatures,
      users: users(for: model.shape),
      moment: nil,
      moments: validationMoments,
      clock: clock,
      itemKeys: catalogue.itemVocabulary.keys
    )
  }

  /// The features of users by code, as a model of `shape` takes them.
  private func users(for shape: TwoTowerShape) -> UserFeatures {
    shape.usesUserFeatures ? UserFeatures(userFeatures.values) : UserFeatures()
  }

  /// Training samples as the trainer takes them for a model of `shape`.
  /// - Throws: `DataError` where times are needed and there are none.
  package func samples(for shape: TwoTowerShape, _ rules: SampleRules = SampleRules()) throws -> SampleColumns
  {
    try samples(of: clicks, clickFeatures, impressions, for: shape, rules)
  }

  /// Likewise of all clicks before the test, those held out for validation among them; nil where these are not learned from.
  /// - Throws: as the other.
  package func refitSamples(for shape: TwoTowerShape, _ rules: SampleRules) throws -> SampleColumns? {
    try refit.map { try samples(of: $0, requestFeatures, refitImpressions, for: shape, rules) }
  }

  private func samples(
    of clicks: EncodedClicks,
    _ features: RequestFeatures,
    _ impressions: SampleImpressions?,
    for shape: TwoTowerShape,
    _ rules: SampleRules
  ) throws -> SampleColumns {
    var samples = Self.bareSamples(clicks)
    samples.categoryOfItem = catalogue.categoryOfItem
    if !shape.contexts.isEmpty {
      samples.contexts = features.contexts.map { codes in clicks.samples.ends.map { codes[Int($0)] } }
    }
    samples.userFeatures = users(for: shape)
    if shape.usesItemFeatures { samples.itemFeatures = catalogue.featuresOfItem(for: shape) }
    if !shape.timeWidths.isEmpty || shape.itemAge != nil {
      samples.hours = clicks.requestHours(features, clock, rules)
    }
    samples.trend = try clicks.trend(features, clock, rules, hours: shape.learnsTrend ? shape.trendHours : [])
    samples.weights = try clicks.weights(features, clock, rules)
    samples.impressions = impressions.map { ImpressionLists(offsets: $0.offsets, items: $0.items) }
    return samples
  }

  /// `model` with what its codes stand for, in `log`.
  func saved(_ model: TwoTowerModel, _ log: ClickLog) -> SavedModel {
    var saved = SavedModel(
      model: model,
      users: clicks.userVocabulary.keys,
      catalogue: catalogue,
      contexts: contexts,
      clock: clock,
      categoryNames: table.categoryNames,
      userNames: log.userNames,
      itemNames: log.itemNames
    )
    saved.userFeatures = userFeatures
    return saved
  }

  /// How often each item of the catalogue stands among the clicks to learn from; 0 for items without a code.
  var clicksOfItems: [Int64] {
    var counts = [Int64](repeating: 0, count: catalogue.itemVocabulary.size)
    for code in clicks.history where code > 0 { counts[Int(code)] += 1 }
    return catalogue.itemCodes.map { $0 > 0 ? counts[Int($0)] : 0 }
  }

  /// How many clicks of a history a model reads: in a request for which order counts for nothing, all of them.
  var readLength: Int {
    guard clicks.kind == .others else { return clicks.maxSeqLen }
    let longest = zip(requests.offsets.dropFirst(), requests.offsets).map { $0 - $1 }.max() ?? 0
    return max(clicks.maxSeqLen, clicks.longestHistory, longest)
  }

  private static func bareSamples(_ clicks: EncodedClicks) -> SampleColumns {
    clicks.kind == .before ? orderedSamples(clicks) : samplesOfOthers(clicks)
  }

  private static func samplesOfOthers(_ clicks: EncodedClicks) -> SampleColumns {
    var samples = orderedSamples(clicks)
    let users = clicks.samples.users.map { Int($0) }
    samples.histories.starts = users.map { Int32(truncatingIfNeeded: clicks.offsets[$0 - 1]) }
    samples.histories.ends = users.map { Int32(truncatingIfNeeded: clicks.offsets[$0]) }
    samples.others = OtherClicks(targets: clicks.samples.ends, most: clicks.maxSeqLen)
    return samples
  }

  private static func orderedSamples(_ clicks: EncodedClicks) -> SampleColumns {
    SampleColumns(
      users: clicks.samples.users,
      items: clicks.samples.items,
      categories: clicks.samples.categories,
      histories: HistoryWindows(
        clicks: clicks.history,
        starts: clicks.samples.starts,
        ends: clicks.samples.ends
      )
    )
  }

  /// Reads the artifact from a bundle.
  package init(bundle: Bundle) throws {
    let items = try bundle.int64("items")
    let categories = try bundle.int64("categories")
    guard items.count == categories.count else {
      throw BundleError.damaged("its catalogue does not fit together")
    }
    table = ItemTable(
      items: items,
      categories: categories,
      categoryNames: bundle.has("category.names") ? try bundle.texts("category.names") : nil
    )
    let coded = bundle.has("item.vocabulary") ? try bundle.int64("item.vocabulary") : nil
    catalogue = Catalogue(table, codedItems: coded)
    catalogue.features = try CatalogueFeatures(bundle: bundle)
    guard catalogue.features.fits(catalogue.count) else {
      throw BundleError.damaged("its item features do not fit its catalogue")
    }
    contexts = try Self.contexts(in: bundle)
    clickFeatures = try RequestFeatures(bundle: bundle, prefix: "click", columns: contexts.count)
    requestFeatures = clickFeatures
    let times = try bundle.int64("clock")
    guard times.count == 3 else { throw BundleError.damaged("its clock is odd") }
    clock = RequestClock(origin: times[0], last: times[1], ticksPerSecond: times[2])
    if bundle.has("request.moment") { requestMoment = try bundle.int64("request.moment").first }
    requestMoments = bundle.has("request.moments") ? try bundle.int64("request.moments") : nil
    validationMoments = bundle.has("validation.moments") ? try bundle.int64("validation.moments") : nil
    let sizes = try bundle.ints("sizes")
    guard sizes.count == 2 else { throw BundleError.damaged("its sizes are odd") }
    let samples = try Self.samples(in: bundle, "sample")
    clicks = EncodedClicks(
      userVocabulary: Vocabulary(sortedKeys: try bundle.int64("users")),
      offsets: try bundle.ints("offsets"),
      history: try bundle.int32("history"),
      samples: samples,
      maxSeqLen: sizes[0],
      unknownClicks: sizes[1],
      clickWeights: bundle.has("click.weights") ? try bundle.float32("click.weights") : [],
      kind: try Self.historyKind(in: bundle)
    )
    impressions = try SampleImpressions(bundle: bundle, samples: samples.count)
    requests = EncodedRequests(offsets: clicks.offsets, items: clicks.history)
    if bundle.has("request.keys") { requests.keys = try bundle.int64("request.keys") }
    if bundle.has("request.offsets") {
      requests.offsets = try bundle.ints("request.offsets")
      requests.items = try bundle.int32("request.items")
      requestFeatures = try RequestFeatures(bundle: bundle, prefix: "request", columns: contexts.count)
    }
    guard clicks.offsets.count == clicks.userVocabulary.size, requests.offsets.count == clicks.offsets.count,
      clicks.offsets.last == clicks.history.count, requests.offsets.last == requests.items.count
    else { throw BundleError.damaged("its histories do not fit together") }
    guard
      [requestMoments, validationMoments].allSatisfy({
        ($0?.count ?? clicks.userVocabulary.keys.count) == clicks.userVocabulary.keys.count
      })
    else { throw BundleError.damaged("its requests are not as many as its users") }
    guard clickFeatures.fits(clicks.history.count), requestFeatures.fits(requests.items.count),
      requests.keys.map({ $0.count == requests.items.count }) ?? true
    else { throw BundleError.damaged("its times and contexts do not fit its histories") }
    guard clicks.clickWeights.isEmpty || clicks.clickWeights.count == clicks.history.count,
      clicks.clickWeights.allSatisfy({ $0 >= 0 && $0.isFinite })
    else { throw BundleError.damaged("its weights do not fit its histories") }
    if bundle.has("refit.sample.users") {
      refit = EncodedClicks(
        userVocabulary: clicks.userVocabulary,
        offsets: requests.offsets,
        history: requests.items,
        samples: try Self.samples(in: bundle, "refit.sample"),
        maxSeqLen: clicks.maxSeqLen,
        unknownClicks: requests.items.count { $0 == 0 },
        clickWeights: bundle.has("refit.click.weights") ? try bundle.float32("refit.click.weights") : [],
        kind: clicks.kind
      )
      refitImpressions = try SampleImpressions(
        bundle: bundle,
        samples: refit?.samples.count ?? 0,
        prefix: "refit."
      )
    }
    userFeatures = try CatalogueFeatures(bundle: bundle, prefix: "user")
    guard userFeatures.fits(clicks.userVocabulary.size) else {
      throw BundleError.damaged("its features of users do not fit its users")
    }
  }

  private static func samples(in bundle: Bundle, _ prefix: String) throws -> EncodedClicks.Samples {
    var samples = EncodedClicks.Samples()
    samples.users = try bundle.int32("\(prefix).users")
    samples.starts = try bundle.int32("\(prefix).starts")
    samples.ends = try bundle.int32("\(prefix).ends")
    samples.items = try bundle.int32("\(prefix).items")
    samples.categories = try bundle.int32("\(prefix).categories")
    return samples
  }

  private static func add(_ samples: EncodedClicks.Samples, to bundle: inout Bundle, _ prefix: String) {
    bundle.add("\(prefix).users", samples.users)
    bundle.add("\(prefix).starts", samples.starts)
    bundle.add("\(prefix).ends", samples.ends)
    bundle.add("\(prefix).items", samples.items)
    bundle.add("\(prefix).categories", samples.categories)
  }

  private static func historyKind(in bundle: Bundle) throws -> HistoryKind {
    guard bundle.has("history.kind") else { return .before }
    guard let kind = HistoryKind(rawValue: try bundle.text("history.kind")) else {
      throw BundleError.damaged("it has histories of another kind")
    }
    return kind
  }

  /// Puts the artifact into a bundle.
  package func bundle() throws -> Bundle {
    var bundle = Bundle()
    bundle.add("items", table.items)
    bundle.add("categories", table.categories)
    if let names = table.categoryNames { bundle.add("category.names", texts: names) }
    bundle.add("sizes", [clicks.maxSeqLen, clicks.unknownClicks])
    if clicks.kind != .before { bundle.add("history.kind", text: clicks.kind.rawValue) }
    bundle.add("users", clicks.userVocabulary.keys)
    bundle.add("offsets", clicks.offsets)
    bundle.add("history", clicks.history)
    if !clicks.clickWeights.isEmpty { bundle.add("click.weights", clicks.clickWeights) }
    impressions?.add(to: &bundle)
    Self.add(clicks.samples, to: &bundle, "sample")
    if let refit {
      Self.add(refit.samples, to: &bundle, "refit.sample")
      if !refit.clickWeights.isEmpty { bundle.add("refit.click.weights", refit.clickWeights) }
      refitImpressions?.add(to: &bundle, prefix: "refit.")
    }
    if catalogue.itemVocabulary != catalogue.knownItems {
      bundle.add("item.vocabulary", catalogue.itemVocabulary.keys)
    }
    catalogue.features.add(to: &bundle)
    userFeatures.add(to: &bundle, prefix: "user")
    bundle.add("context.columns", texts: contexts.map(\.name))
    for (index, column) in contexts.enumerated() {
      bundle.add("context.\(index).keys", column.vocabulary.keys)
      if let names = column.names { bundle.add("context.\(index).names", texts: names) }
    }
    bundle.add("clock", [clock.origin, clock.last, clock.ticksPerSecond])
    if let requestMoment { bundle.add("request.moment", [requestMoment]) }
    if let requestMoments { bundle.add("request.moments", requestMoments) }
    if let validationMoments { bundle.add("validation.moments", validationMoments) }
    clickFeatures.add(to: &bundle, prefix: "click")
    if let keys = requests.keys { bundle.add("request.keys", keys) }
    if requests.items.count != clicks.history.count {
      requestFeatures.add(to: &bundle, prefix: "request")
      bundle.add("request.offsets", requests.offsets)
      bundle.add("request.items", requests.items)
    }
    return bundle
  }
}

extension EncodeArtifact {
  private static func contexts(in bundle: Bundle) throws -> [ContextColumn] {
    try bundle.texts("context.columns").enumerated().map { index, name in
      ContextColumn(
        name: name,
        vocabulary: Vocabulary(sortedKeys: try bundle.int64("context.\(index).keys")),
        names: bundle.has("context.\(index).names") ? try bundle.texts("context.\(index).names") : nil
      )
    }
  }
}

extension RequestFeatures {
  fileprivate init(bundle: Bundle, prefix: String, columns: Int) throws {
    self.init(
      times: try bundle.int64("\(prefix).times"),
      contexts: try (0..<columns).map { try bundle.int32("\(prefix).context.\($0)") }
    )
  }

  fileprivate func add(to bundle: inout Bundle, prefix: String) {
    bundle.add("\(prefix).times", times)
    for (index, codes) in contexts.enumerated() { bundle.add("\(prefix).context.\(index)", codes) }
  }

  /// Whether there is one of each for `count` clicks.
  fileprivate func fits(_ count: Int) -> Bool {
    (times.isEmpty || times.count == count) && contexts.allSatisfy { $0.count == count }
  }
}
