import Clicks
import Tables
import Notebook
import Recipe

/// The settings of `encode` that say which columns of the item table are features of items.
struct ItemFeatureSettings: Sendable {
  private(set) var options = CatalogueFeatureOptions()

  private enum Unit: String, CaseIterable, Sendable {
    case log, s, ms, us, ns
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
    options.age = fields.optionalSection(
      "item_age",
      "The age of items as a feature: the hours from a time of theirs to the request, on a log scale. In training a "
        + "target's age is taken at its own request, that of a candidate drawn besides at a request of the same "
        + "batch; an index is built at one moment, by default the newest training click (index.at). What is not "
        + "made yet has age 0, in training too.",
      Self.age
    )
    for (key, names) in [("item_categories", options.categories), ("item_numbers", options.numbers)]
    where Set(names).count != names.count {
      fields.fail(key, "a column stands here twice")
    }
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
      "What its times count; 'log' for what the click log's do."
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
    guard let age = options.age else { return }
    if !config.keepsItemNumbers(age.column) { fail("item_age.column", age.column, "numbers") }
    if !config.hasTime {
      check.fail("item_age", "an age takes the time of clicks, and 'config' names no column of times")
    }
  }
}
