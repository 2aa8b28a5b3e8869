import Clicks
import Recipe

/// The settings of made-up clicks.
enum SyntheticSettings {
  static func read(_ fields: inout Fields) -> SyntheticOptions {
    let standard = SyntheticOptions()
    var options = standard
    options.seed = fields.int(
      "seed",
      defaultFrom: "config.seed",
      in: 0...Int.max,
      "The same seed gives the same log."
    )
    options.users = fields.int("users", default: standard.users, in: 1...1 << 30, "How many users.")
    options.items = fields.int(
      "items",
      default: standard.items,
      in: 1...1 << 30,
      "How many items, at least one an interest."
    )
    options.clicks = fields.int(
      "clicks",
      default: standard.clicks,
      in: 2...1 << 31,
      "How many clicks in all, at least two a user."
    )
    options.interests = fields.int(
      "interests",
      default: standard.interests,
      in: 1...1_000_000,
      "How many interests; every item belongs to one."
    )
    options.interestsPerUser = fields.int(
      "interests_per_user",
      default: standard.interestsPerUser,
      in: 1...1_000_000,
      "How many interests a user has; each session follows one of them."
    )
    options.focus = fields.double(
      "focus",
      default: standard.focus,
      in: .closed(0, 1),
      "The share of clicks that follow the session's interest."
    )
    options.popularityExponent = fields.double(
      "popularity_exponent",
      default: standard.popularityExponent,
      in: .closed(0, 10),
      "The exponent of Zipf's law within an interest; 0 makes all items alike."
    )
    options.days = fields.double(
      "days",
      default: standard.days,
      in: .aboveUpTo(0, 36_500),
      "How many days the log covers."
    )
    options.itemLifeDays = fields.double(
      "item_life_days",
      default: standard.itemLifeDays,
      in: .above(0),
      "Drift: after so many days an item draws 1/e of the clicks it drew when new."
    )
    options.categoriesPerInterest = fields.int(
      "categories_per_interest",
      default: standard.categoriesPerInterest,
      in: 1...1_000_000,
      "How many categories share an interest."
    )
    options.categoryNoise = fields.double(
      "category_noise",
      default: standard.categoryNoise,
      in: .closed(0, 1),
      "The share of items whose category says nothing about their interest."
    )
    if options.items < options.interests {
      fields.fail(
        "items",
        "expected at least one item an interest (\(options.interests)), got \(options.items)"
      )
    }
    if options.clicks < 2 * options.users {
      fields.fail("clicks", "expected at least 2 clicks a user (\(2 * options.users)), got \(options.clicks)")
    }
    if options.interestsPerUser > options.interests {
      fields.fail(
        "interests_per_user",
        "expected at most \(options.interests) interests a user, got \(options.interestsPerUser)"
      )
    }
    return options
  }
}
