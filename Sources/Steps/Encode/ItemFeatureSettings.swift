import Clicks
import Tables
import Notebook
import Recipe

/// The settings of `encode` that say which columns of the item table are features of items.
struct ItemFeatureSettings: Sendable {
  private(set) var options = CatalogueFeatureOptions()

  private enum Vectors: String, CaseIterable, Sendable {
    case none, frozen, initial
  }

  private enum Unit: String, CaseIterable, Sendable {
    case log, s, ms, us, ns
  }

  /// Whether there are none.
  var isEmpty: Bool {
    options.categories.isEmpty && options.numbers.isEmpty && options.age == nil && options.multi.isEmpty
      && options.texts.isEmpty && options.vectors == nil
  }

  init(_ fields: inout Fields) {
    options.categories = fields.strings(
      "item_categories",
      default: [],
      count: 0...100,
      "Columns of the item table that are categorical features of items; list them in config's item_columns.keep. "
        + "An empty field is a value like any other; values that no item of the training clicks has share code 0, "
        + "which adds nothing."
    )
    options.numbers = fields.strings(
      "item_numbers",
      default: [],
      count: 0...100,
      "Columns of the item table that are numeric features of items; list them in config's item_columns.numbers. "
        + "Values are read between buckets whose edges are quantiles of the items of the training clicks. An empty "
        + "field has a vector of its own, which adds nothing where none of these items has one."
    )
    options.buckets = fields.int(
      "item_number_buckets",
      default: 16,
      in: 2...10_000,
      "The most buckets of a numeric item feature; equal quantiles are one."
    )
    let vectors = readLists(&fields)
    options.vectors = VectorColumn.Form(rawValue: vectors.rawValue)
    options.age = fields.optionalSection(
      "item_age",
      "The age of items as a feature: the hours from a time of theirs to the request, on a log scale. In training a "
        + "target's age is taken at its own request, that of a candidate drawn besides at a request of the same "
        + "batch; an index is built at one moment, by default the newest training click (index.at). What is not "
        + "made yet has age 0, in training too.",
      Self.age
    )
    for (key, names) in [
      ("item_categories", options.categories), ("item_numbers", options.numbers),
      ("item_multi", options.multi), ("item_text", options.texts),
    ]
    where Set(names).count != names.count {
      fields.fail(key, "a column stands here twice")
    }
  }

  private mutating func readLists(_ fields: inout Fields) -> Vectors {
    options.multi = fields.strings(
      "item_multi",
      default: [],
      count: 0...100,
      "Columns of any number of values an item that are features, such as genres; list them in config's "
        + "item_columns.multi or item_columns.flags. Values that no item of the training clicks has are left out."
    )
    options.combine = fields.choice(
      "item_multi_combine",
      default: MultiColumn.Combine.mean,
      "What becomes of the embeddings of an item's values: their 'mean' or their 'sum'."
    )
    options.texts = fields.strings(
      "item_text",
      default: [],
      count: 0...100,
      "Columns of text that are features of items: config's item_columns.title, or columns of item_columns.keep. Their "
        + "words and pairs of adjacent words are hashed; each has an embedding, and an item their sum, weighed by "
        + "1 + ln(count) and brought to length one."
    )
    options.textBuckets = fields.int(
      "item_text_buckets",
      default: 65_536,
      in: 1...Int(Int32.max) - 1,
      "How many buckets the words and pairs of a column of text are hashed into; those in one bucket share an embedding."
    )
    return fields.choice(
      "item_vectors",
      default: Vectors.none,
      "Pretrained vectors of items (config's data.vectors or item_columns.vectors) as a feature, through a learned map: "
        + "'frozen' as they came, or as the 'initial' values of a learned table; 'none' leaves them."
    )
  }

  private static func age(_ fields: inout Fields) -> CatalogueFeatureOptions.Age {
    var age = CatalogueFeatureOptions.Age(
      column: fields.requiredString(
        "column",
        "The column of times at which items were made; list it in config's item_columns.numbers. An item without "
          + "a time has a vector of its own."
      )
    )
    let unit = fields.choice(
      "unit",
      default: Unit.log,
      "What its times count where they are numbers; 'log' for what the click log's do. Dates say it themselves."
    )
    age.unit = TimeUnit(rawValue: unit.rawValue)
    age.bucketCount = fields.int(
      "buckets",
      default: 24,
      in: 2...10_000,
      "How many ages stand between 0 and max_days, evenly in ln(1 + hours); ages between two of them mix both."
    )
    let days = fields.double(
      "max_days",
      default: 365,
      in: .aboveUpTo(0, 1e6),
      "What is older counts as this."
    )
    age.longestHours = days * 24
    return age
  }

  /// The columns must be kept by `config` in a form that serves, and ages take the time of clicks.
  func preflight(_ check: Preflight, _ config: ConfigOutline) {
    func fail(_ key: String, _ name: String, _ list: String) {
      guard config.hasItemTable else {
        return check.fail(
          key,
          "'config' reads no item table that could have a column '\(name)'; set data.items"
        )
      }
      check.fail(
        key,
        "'config' does not keep the item column '\(name)'; add it to item_columns.\(list) there"
      )
    }
    for name in options.categories where !config.keepsItemColumn(name) {
      fail("item_categories", name, "keep")
    }
    for name in options.numbers where !config.keepsItemNumbers(name) { fail("item_numbers", name, "numbers") }
    for name in options.multi where !config.keepsItemLists(name) { fail("item_multi", name, "multi") }
    for name in options.texts where !config.keepsItemText(name) { fail("item_text", name, "keep") }
    if options.vectors != nil && !config.hasItemVectors {
      check.fail(
        "item_vectors",
        "'config' reads no pretrained vectors; set data.vectors or item_columns.vectors there"
      )
    }
    guard let age = options.age else { return }
    if !config.keepsItemNumbers(age.column) { fail("item_age.column", age.column, "numbers") }
    if !config.hasTime {
      check.fail("item_age", "an age takes the time of clicks, and 'config' names no column of times")
    }
  }
}
