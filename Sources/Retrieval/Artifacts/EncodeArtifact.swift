import Notebook
import Numerics

/// What `encode` hands on: everything as codes, ready for a model.
public struct EncodeArtifact: Artifact {
  /// The kind.
  public static let kind = "encode"
  /// The items that can be recommended.
  public var table: ItemTable
  /// The same, as codes.
  public var catalogue: Catalogue
  /// Histories to learn from, and the samples in them.
  public var clicks: EncodedClicks
  /// What a request at test time sees of each user: the history and what was held out for validation.
  public var requests: Requests

  /// Histories as codes, user after user in the order of the user vocabulary.
  public struct Requests: Equatable, Sendable {
    /// `offsets[u]..<offsets[u + 1]` is the range of the user at place `u`, `[users + 1]`.
    public var offsets: [Int]
    /// Item codes, `[clicks]`; 0 for items that are not in the catalogue.
    public var items: [Int32]
  }

  /// Makes the artifact.
  public init(table: ItemTable, clicks: EncodedClicks, catalogue: Catalogue, requests: Requests) {
    self.table = table
    self.catalogue = catalogue
    self.clicks = clicks
    self.requests = requests
  }

  /// Training samples as the trainer takes them.
  public var samples: SampleColumns {
    SampleColumns(
      users: clicks.samples.users,
      items: clicks.samples.items,
      categories: clicks.samples.categories,
      histories: HistoryWindows(
        clicks: clicks.history,
        starts: clicks.samples.starts.map { Int32(truncatingIfNeeded: $0) },
        ends: clicks.samples.ends.map { Int32(truncatingIfNeeded: $0) }
      )
    )
  }

  /// Reads the artifact from a bundle.
  public init(bundle: Bundle) throws {
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
    catalogue = Catalogue(table)
    let sizes = try bundle.ints("sizes")
    guard sizes.count == 2 else { throw BundleError.damaged("its sizes are odd") }
    var samples = EncodedClicks.Samples()
    samples.users = try bundle.int32("sample.users")
    samples.starts = try bundle.ints("sample.starts")
    samples.ends = try bundle.ints("sample.ends")
    samples.items = try bundle.int32("sample.items")
    samples.categories = try bundle.int32("sample.categories")
    clicks = EncodedClicks(
      userVocabulary: Vocabulary(sortedKeys: try bundle.int64("users")),
      offsets: try bundle.ints("offsets"),
      history: try bundle.int32("history"),
      samples: samples,
      maxSeqLen: sizes[0],
      unknownClicks: sizes[1]
    )
    requests = Requests(offsets: clicks.offsets, items: clicks.history)
    if bundle.has("request.offsets") {
      requests = Requests(
        offsets: try bundle.ints("request.offsets"),
        items: try bundle.int32("request.items")
      )
    }
    guard clicks.offsets.count == clicks.userVocabulary.size, requests.offsets.count == clicks.offsets.count,
      clicks.offsets.last == clicks.history.count, requests.offsets.last == requests.items.count
    else { throw BundleError.damaged("its histories do not fit together") }
  }

  /// Puts the artifact into a bundle.
  public func bundle() throws -> Bundle {
    var bundle = Bundle()
    bundle.add("items", table.items)
    bundle.add("categories", table.categories)
    if let names = table.categoryNames { bundle.add("category.names", texts: names) }
    bundle.add("sizes", [clicks.maxSeqLen, clicks.unknownClicks])
    bundle.add("users", clicks.userVocabulary.keys)
    bundle.add("offsets", clicks.offsets)
    bundle.add("history", clicks.history)
    bundle.add("sample.users", clicks.samples.users)
    bundle.add("sample.starts", clicks.samples.starts)
    bundle.add("sample.ends", clicks.samples.ends)
    bundle.add("sample.items", clicks.samples.items)
    bundle.add("sample.categories", clicks.samples.categories)
    if requests.items.count != clicks.history.count {
      bundle.add("request.offsets", requests.offsets)
      bundle.add("request.items", requests.items)
    }
    return bundle
  }
}

extension EncodedClicks {
  /// Puts encoded clicks together again from their parts.
  init(
    userVocabulary: Vocabulary,
    offsets: [Int],
    history: [Int32],
    samples: Samples,
    maxSeqLen: Int,
    unknownClicks: Int
  ) {
    self.userVocabulary = userVocabulary
    self.offsets = offsets
    self.history = history
    self.samples = samples
    self.maxSeqLen = maxSeqLen
    self.unknownClicks = unknownClicks
  }
}
