import Clicks
import Notebook
import Recall
import Recipe

/// The settings of samples for a ranking model.
struct SampleSettings: Sendable {
  /// Whose requests they are of.
  enum Requests: String, CaseIterable, Sendable {
    /// Those before the clicks that are held out for validation.
    case validation
    /// Those before the clicks that are held out for the test.
    case test
  }

  /// The section's name.
  static let key = "samples"

  let file: String
  let requests: Requests
  let sources: [CandidateSource]
  let features: [SampleFeature]
  let items: [String]
  let users: [String]
  let negatives: Int
  let pool: NegativeItems.Pool
  let addsMissed: Bool
  let seed: Int

  /// Reads the section; nil where there is none.
  static func read(_ fields: inout Fields) -> SampleSettings? {
    fields.optionalSection(
      key,
      "Writes training samples for a ranking model: the candidates of requests whose answer was held out, with labels, "
        + "scores and ranks, one request after another."
    ) { SampleSettings(&$0) }
  }

  private init(_ fields: inout Fields) {
    file = fields.string(
      "file",
      default: "recall_samples.parquet",
      "The file's name in the run directory: .parquet, .csv, .csv.gz, .csv.zst; or .svm, labels and numbers as LightGBM and "
        + "XGBoost read them, with the rows of each request beside it in .svm.query and .svm.group."
    )
    if let problem = SampleSinks.problem(file), !fields.isDescribing { fields.fail("file", problem) }
    requests = fields.choice(
      "requests",
      default: Requests.validation,
      "Whose requests: those before the clicks held out for 'validation', which nothing was learned from; or of the 'test', "
        + "for a ranking model to be tested on: never to learn from."
    )
    sources = fields.choices(
      "sources",
      default: [],
      "Sources with a column of scores and one of ranks each, beside those that 'fuse' merges and the model."
    )
    features = fields.choices(
      "features",
      default: [SampleFeature.itemClicks, .historyLength, .similarityToLast, .similarityToHistory],
      "What is told of each item and request besides, as it was known when the request came: clicks on the item, its age, "
        + "its category among the user's clicks, how near it is to them."
    )
    items = fields.strings(
      "items",
      default: [],
      "Columns of the item table that samples get: 'category', or one that 'config' keeps."
    )
    users = fields.strings(
      "users",
      default: [],
      "Columns of the user table that samples get, of those that 'config' keeps."
    )
    negatives = fields.int(
      "negatives",
      default: 0,
      in: 0...10_000,
      "How many items are drawn for each request, of those that are not among its candidates, which it could have been given."
    )
    pool = fields.choice(
      "negatives_from",
      default: NegativeItems.Pool.clicked,
      "What they are drawn from, each alike: items that were 'clicked' in the history, or 'all'."
    )
    addsMissed = fields.bool(
      "missed",
      default: false,
      "Whether held-out items that are not among the candidates are rows too, without a rank. A ranking model that learns of "
        + "them learns of requests that it will never be asked."
    )
    seed = fields.int("seed", defaultFrom: "config.seed", in: 0...Int.max, "Draws the negatives.")
  }

  /// All sources with columns, in the order of their declaration.
  func sources(with fusion: FusionOptions?) -> [CandidateSource] {
    CandidateSource.allCases.filter { source in
      source == .twoTower || sources.contains(source) || fusion?.sources.contains(source) == true
    }
  }

  /// The names of the files.
  var outputs: [OutputName] {
    [OutputName(file, key: "\(Self.key).file")]
      + (SampleForm(file)?.companions(of: file) ?? []).map { OutputName($0, key: "\(Self.key).file") }
  }
}

extension SampleSettings {
  /// What must hold before anything runs.
  func preflight(
    _ check: Preflight,
    _ config: ConfigOutline?,
    _ split: SplitArtifact.Outline?,
    _ baselines: BaselineOptions,
    _ fusion: FusionOptions?
  ) {
    func fail(_ name: String, _ message: String) { check.fail("\(Self.key).\(name)", message) }
    if let split {
      if requests == .validation, !split.hasValidation {
        fail(
          "requests",
          "the split holds no clicks out for validation; set split.validation, or take the requests of the test ('test')"
        )
      }
      if requests == .validation, split.refits {
        fail(
          "requests",
          "the model that ranks learned from the clicks held out for validation ('refit' in 'split'); leave 'refit' out here"
        )
      }
      if requests == .test, !split.holdsOut { fail("requests", "the split holds nothing out for the test") }
    }
    guard let config else { return }
    if !config.hasTime {
      if let timed = features.first(where: \.needsTimes) {
        fail(
          "features",
          "'\(timed.rawValue)' needs times, and the log has none; set columns.time in 'config'"
        )
      }
      if sources.contains(.recentPopularity) {
        fail("sources", "'recent_popularity' needs times, and the log has none; set columns.time in 'config'")
      }
    }
    if sources.contains(.newest) {
      BaselineSettings.preflight(baselines, key: "\(Self.key).sources", check, config)
    }
    if features.contains(.itemAge) {
      BaselineSettings.preflight(baselines, key: "\(Self.key).features", check, config)
    }
    checkColumns(config, fusion, fail)
  }

  private func checkColumns(
    _ config: ConfigOutline,
    _ fusion: FusionOptions?,
    _ fail: (String, String) -> Void
  ) {
    if !config.hasItemCategories, let feature = features.first(where: \.needsCategories) {
      fail("features", "'\(feature.rawValue)' needs categories of items; \(Self.noCategories)")
    }
    for name in items where !isItemColumn(name, config) {
      fail(
        "items",
        name == ItemTableColumns.category
          ? Self.noCategories
          : "'config' does not keep the item column '\(name)'; add it to item_columns.keep or item_columns.numbers there"
      )
    }
    for name in users where !isUserColumn(name, config) {
      fail(
        "users",
        "'config' does not keep the user column '\(name)'; add it to user_columns.categories or user_columns.numbers there"
      )
    }
    if SampleForm(file) == .group {
      let texts =
        items.filter { config.keepsItemColumn($0) && !config.keepsItemNumbers($0) }
        + users.filter { name in config.userColumns?.categories.contains { $0.name == name } == true }
      if let text = texts.first {
        fail("file", "the column '\(text)' is text, which a .svm file cannot hold; write .parquet or .csv")
      }
    }
    let names = config.columnNames
    let all = schema(user: names.user, item: names.item, true, fusion, columns: [], texts: items + users)
      .names
    if let twice = all.first(where: { name in all.count { $0 == name } > 1 }) {
      fail("items", "two columns of the samples would be called '\(twice)'")
    }
  }

  private func isItemColumn(_ name: String, _ config: ConfigOutline) -> Bool {
    (name == ItemTableColumns.category && config.hasItemCategories) || config.keepsItemColumn(name)
      || config.keepsItemNumbers(name)
  }

  private static let noCategories =
    "'config' reads no item table with a category; set data.items and item_columns.category there"

  private func isUserColumn(_ name: String, _ config: ConfigOutline) -> Bool {
    guard let columns = config.userColumns else { return false }
    return (columns.categories + columns.numbers).canHold(name)
  }

  /// What the columns are.
  func schema(
    user: String,
    item: String,
    _ hasTimes: Bool,
    _ fusion: FusionOptions?,
    columns: [(name: String, none: RankingSamples.Numbers)],
    texts: [String]
  ) -> RankingSamples.Schema {
    RankingSamples.Schema(
      user: user,
      item: item,
      hasTimes: hasTimes,
      hasSources: fusion != nil,
      numbers: SampleAssembler.names(of: sources(with: fusion)) + features.map(\.rawValue),
      columns: columns,
      texts: texts
    )
  }
}
