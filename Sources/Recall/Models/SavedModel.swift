import Clicks
import Files
import Numerics

/// A trained model with all it takes to use it: weights, shape, vocabularies, the names behind ids, the vectors of all
/// items and what finds the nearest of them, histories, and how it came about.
package struct SavedModel {
  /// The files it is made of; what each holds is described in `Exports/FORMAT.md`.
  package enum Part: String, CaseIterable, Sendable {
    /// The weights.
    case weights = "weights.safetensors"
    /// The shape.
    case model = "model.json"
    /// The ids behind codes.
    case vocabularies = "vocabularies.safetensors"
    /// The names behind ids that are text.
    case texts = "texts.safetensors"
    /// The columns of the request's context and of items.
    case columns = "columns.json"
    /// The vectors of all items.
    case vectors = "vectors.npy"
    /// The index, where it is approximate.
    case index = "index.faiss"
    /// The clicks that requests see.
    case histories = "histories.safetensors"
    /// What the optimiser remembers.
    case optimizer = "optimizer.safetensors"
    /// What it was chosen by.
    case metrics = "metrics.json"
    /// How it came about.
    case recipe = "recipe.yaml"

    /// What the file holds, in words.
    package var explanation: String {
      switch self {
      case .weights: "all weights, Float32, kernels input by output"
      case .model: "the model's shape"
      case .vocabularies:
        "raw ids in the order of their codes, the features of items and users, when items may be given, and the clock"
      case .texts: "the names behind ids that are text, and titles"
      case .columns:
        "the columns of the request's context, of items and of users, and the names behind their values"
      case .vectors: "the vectors of all items, in the order of the items"
      case .index: "the index as FAISS reads it"
      case .histories: "what each user clicked, when and in which context"
      case .optimizer: "what the optimiser remembers of each weight, to train on"
      case .metrics: "what `eval` measured"
      case .recipe: "the cells that it was made by, with all settings that it depends on"
      }
    }

    /// Whether every model has it.
    var isRequired: Bool {
      switch self {
      case .weights, .model, .vocabularies, .texts, .columns, .vectors: true
      case .index, .histories, .optimizer, .metrics, .recipe: false
      }
    }
  }

  /// What requests see of their users.
  package struct Histories {
    /// The clicks, user after user in the order of the users' codes.
    package var clicks: EncodedRequests
    /// Times and contexts of these clicks.
    package var features: RequestFeatures
    /// When the request of each user comes, in the log's unit, `[users]`; nil where that is the last click, or one moment.
    package var moments: [Int64]?

    /// Puts histories together.
    package init(clicks: EncodedRequests, features: RequestFeatures, moments: [Int64]? = nil) {
      self.clicks = clicks
      self.features = features
      self.moments = moments
    }
  }

  /// How items are found.
  package struct Search {
    /// FAISS's factory string; `Flat` is exact search over the vectors.
    package var factory = "Flat"
    /// How an approximate index is searched.
    package var settings = SearchSettings()
    /// The moment at which the age of items is taken, in the log's unit; nil for the newest training click.
    package var moment: Int64?
    /// The index, where it is approximate and was made or read already.
    package var approximate: FaissIndex?
    /// Which items requests may be given and when, in the order of the catalogue; nil for all at any time.
    package var candidates: CandidateItems?
    /// By what they are told, for items that come later; nil where all are candidates, and where an older version saved the model.
    package var conditions: CandidateConditions?

    /// Exact search.
    package init() {}
  }

  /// The model.
  package var model: TwoTowerModel
  /// The raw ids of users; the first has code 1.
  package var users: [Int64]
  /// The items that can be recommended, their codes, and the features that the model takes.
  package var catalogue: Catalogue
  /// The features of users that the model takes, by their codes from 0; none by default.
  package var userFeatures = CatalogueFeatures()
  /// The raw ids of users of the user table who have no click to learn from, ascending, and their features; none where the
  /// model takes no features of users.
  package var furtherUsers: [Int64] = []
  /// Their features, `[furtherUsers]`, encoded as ``userFeatures``.
  package var furtherUserFeatures = CatalogueFeatures()
  /// The columns of the request's context, in the order in which the model takes them.
  package var contexts: [ContextColumn]
  /// What the model calls the time.
  package var clock: RequestClock
  /// The names behind category ids, or nil where ids are integers; likewise the other names.
  package var categoryNames: [String]?
  /// The names behind user ids.
  package var userNames: TextTable?
  /// The names behind item ids.
  package var itemNames: TextTable?
  /// What items are called, in the order of the catalogue, empty for nothing; nil where the item table has no titles.
  package var titles: TextTable?
  /// How often each item was clicked among the clicks to learn from, in the order of the catalogue; nil where nobody
  /// counted.
  package var itemClicks: [Int64]?
  /// The vectors of all items `[items, dimension]`, as the index has them; nil where they are yet to be computed.
  package var vectors: Matrix?
  /// How items are found.
  package var search = Search()
  /// What requests see of users, where it was kept and is in memory; see ``readHistories()``.
  package var histories: Histories?
  /// What the optimiser remembers, where it was kept and is in memory; see ``readOptimizer()``.
  package var optimizer: SavedOptimizer?
  /// The moment of all requests, in the log's unit; nil where each comes at its user's last click, or as ``histories``
  /// say.
  package var requestMoment: Int64?
  /// What candidates call the columns of users and of items.
  package var columns = ModelManifest.Columns(user: "user_id", item: "item_id")
  /// What it was chosen by: metrics by name, those without a value nil; nil where nothing was measured.
  package var metrics: [String: Double?]?
  /// The cells that it was made by, as YAML; nil where nobody said.
  package var recipe: String?
  /// The folder that it was read from, and what keeps that there; nil for a model that was not read.
  var origin: Origin?

  /// Where a model was read from.
  struct Origin {
    var folder: String
    var manifest: ModelManifest
    /// Keeps a folder that was unpacked.
    var keeper: AnyObject?
  }

  /// Puts a saved model together.
  package init(
    model: TwoTowerModel,
    users: [Int64],
    catalogue: Catalogue,
    contexts: [ContextColumn] = [],
    clock: RequestClock = RequestClock([], unit: .seconds),
    categoryNames: [String]?,
    userNames: [String]?,
    itemNames: [String]?
  ) {
    self.model = model
    self.users = users
    self.catalogue = catalogue
    self.catalogue.features = catalogue.features.taken(by: model.shape)
    self.contexts = contexts
    self.clock = clock
    self.categoryNames = categoryNames
    self.userNames = userNames.map(TextTable.init)
    self.itemNames = itemNames.map(TextTable.init)
  }

  /// The id of the item with this key, as text.
  package func itemID(_ key: Int64) -> String { Self.id(key, itemNames) }
  /// The id of the user with this key, as text.
  package func userID(_ key: Int64) -> String { Self.id(key, userNames) }

  private static func id(_ key: Int64, _ names: TextTable?) -> String {
    guard let names, let place = Int(exactly: key), names.indices.contains(place) else { return String(key) }
    return names[place]
  }

  /// Whether anything hangs on the time of a request: the query tower, what was clicked just before, or which items it may be
  /// given.
  var takesTime: Bool {
    !model.shape.timeWidths.isEmpty || !model.shape.trendHours.isEmpty || search.candidates?.isTimed == true
  }

  /// The parts that this model has, in the order in which they are listed.
  package var parts: [Part] {
    Part.allCases.filter { part in
      switch part {
      case .index: search.approximate != nil
      case .histories: histories != nil
      case .optimizer: optimizer != nil
      case .metrics: metrics != nil
      case .recipe: recipe != nil
      default: true
      }
    }
  }
}
