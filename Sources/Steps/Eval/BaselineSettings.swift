import Clicks
import Notebook
import Recall
import Recipe

/// The settings of the baselines, for all cells that use them.
enum BaselineSettings {
  static func read(_ fields: inout Fields) -> BaselineOptions {
    var options = BaselineOptions()
    options.itemCF = fields.section(
      "item_cf",
      "How the baseline item_cf compares items and weighs histories. Clicks without an order (encode's 'history: others') count "
        + "alike, however far apart: window, decay, backward and recency are none of theirs. Where 'config' weighs clicks, a pair "
        + "counts the product of both, items are compared by the cosine of these sums, and a history's clicks count what they do there."
    ) {
      readItemCF(&$0)
    }
    options.windowHours = fields.section(
      "recent_popularity",
      "What the baseline recent_popularity counts: clicks, one each; popularity sums what they count in 'config'."
    ) {
      $0.double(
        "window_hours",
        default: 1,
        in: .aboveUpTo(0, 1_000_000),
        "How many hours of clicks before the user's request, which is their last click, are counted."
      )
    }
    options.newestColumn = fields.section("newest", "How the baseline newest tells how old items are.") {
      $0.optionalString(
        "column",
        "The column of times, kept by config's item_columns.numbers, from which on items exist; by default that of "
          + "item_columns.available_from, or else '\(birthColumn)'."
      )
    }
    return options
  }

  /// The column of numbers that tells when items came into being where nothing else is said.
  static let birthColumn = SyntheticClicks.birthColumn

  /// The item table must say when items came into being, where they are ranked by it; problems go to the setting `key`.
  static func preflight(_ options: BaselineOptions, key: String, _ check: Preflight, _ config: ConfigOutline?)
  {
    guard let config else { return }
    if let name = options.newestColumn {
      let isThere = config.keepsItemNumbers(name) || config.conditionColumns.hasNumbers(name)
      if !isThere {
        check.fail(
          "newest.column",
          "'config' does not keep the item column '\(name)'; add it to item_columns.numbers there"
        )
      }
    } else if !config.hasAvailableFrom && !config.keepsItemNumbers(birthColumn) {
      check.fail(
        key,
        "'newest' ranks items by their age, and 'config' says nothing of it; set item_columns.available_from there, or "
          + "newest.column to one of its item_columns.numbers"
      )
    }
  }

  /// Sets have no order by which item_cf could weigh their items.
  static func preflight(
    _ options: ItemCFOptions,
    _ check: Preflight,
    _ encode: EncodeArtifact.Outline?,
    _ config: ConfigOutline?
  ) {
    guard let encode, (encode.history ?? (config?.hasOrder == false ? .others : .before)) == .others else {
      return
    }
    // A recipe that a run wrote down has what nobody set as it usually is.
    let usual = [options.withoutOrder, ItemCFOptions()]
    let ofOrder: [(key: String, isSame: Bool)] = [
      ("window", usual.contains { $0.window == options.window }),
      ("decay", usual.contains { $0.decay == options.decay }),
      ("backward", usual.contains { $0.backward == options.backward }),
      ("recency", usual.contains { $0.recency == options.recency }),
    ]
    for (key, isSame) in ofOrder where !isSame && check.has("item_cf.\(key)") {
      check.fail(
        "item_cf.\(key)",
        "'\(key)' goes by the order of clicks, and those of 'encode' have none ('history: others'): all items of a user count "
          + "alike; leave it out, or set 'history: before' in 'encode'"
      )
    }
  }

  private static func readItemCF(_ fields: inout Fields) -> ItemCFOptions {
    var options = ItemCFOptions()
    readPairs(&fields, &options)
    options.alpha = fields.double(
      "alpha",
      default: options.alpha,
      in: .closed(0, 1),
      "Similarities are divided by the clicks of both items to the power of alpha: 0.5 is the cosine, less favours "
        + "popular items."
    )
    options.neighbours = fields.int(
      "neighbours",
      default: options.neighbours,
      in: 1...1_000_000,
      "How many of its most similar items each item keeps."
    )
    options.recency = fields.double(
      "recency",
      default: options.recency,
      in: .aboveUpTo(0, 1),
      "What the clicks of a user's history count for each further step back from the newest."
    )
    options.halfLifeHours = fields.optionalDouble(
      "half_life_hours",
      in: .above(0),
      "After how many hours a click of a user's history counts half, besides recency; by default its age does not "
        + "count."
    )
    return options
  }

  private static func readPairs(_ fields: inout Fields, _ options: inout ItemCFOptions) {
    options.window = fields.int(
      "window",
      default: options.window,
      in: 1...1_000_000,
      "How many places apart two clicks of a user may be to count as together."
    )
    options.decay = fields.double(
      "decay",
      default: options.decay,
      in: .aboveUpTo(0, 1),
      "What two clicks count for each further place between them."
    )
    options.backward = fields.double(
      "backward",
      default: options.backward,
      in: .closed(0, 1),
      "What they count towards the item that was clicked first; towards the later one they count 1."
    )
    options.dampsLongHistories = fields.bool(
      "damp_long_histories",
      default: options.dampsLongHistories,
      "Whether the pairs of a user with n clicks count 1 / ln(1 + n)."
    )
  }
}
