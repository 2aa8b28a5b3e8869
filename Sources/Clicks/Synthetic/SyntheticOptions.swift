import Tables

/// The size and the shape of an invented click log.
package struct SyntheticOptions: Sendable, Hashable {
  /// The seed: the same one gives the same log, whatever the number of threads.
  package var seed = 42
  /// How many users, 1 or more.
  package var users = 2000
  /// How many items, at least one an interest.
  package var items = 1000
  /// How many clicks in all, at least 2 a user: users differ in how much they click.
  package var clicks = 40_000
  /// How many interests there are; every item belongs to one.
  package var interests = 20
  /// How many interests a user has; in each session they follow one, the first of them most often.
  package var interestsPerUser = 2
  /// The share of clicks that follow the session's interest, 0 to 1; the others fall on any interest.
  package var focus = 0.85
  /// The exponent of Zipf's law within an interest: the item of rank `r` draws clicks as `r^-exponent` does.
  /// 0 makes all items alike.
  package var popularityExponent = 1.0
  /// How many days the log covers, above 0.
  package var days = 14.0
  /// Drift: items are born all along, and after this many days an item draws `1/e` of the clicks it drew when
  /// it was new. Above 0; much more than `days` makes for a world that stands still.
  package var itemLifeDays = 10.0
  /// How many categories share an interest, 1 or more.
  package var categoriesPerInterest = 2
  /// The share of items whose category says nothing about their interest, 0 to 1.
  package var categoryNoise = 0.1
  /// When the log begins, in milliseconds since 1970.
  package var startMilliseconds: Int64 = 1_700_000_000_000

  /// A small log for a first try.
  package init() {}

  /// Throws a `DataError` that names the first setting out of range.
  func check() throws {
    func need(_ holds: Bool, _ what: String, _ got: Any) throws {
      if !holds { throw DataError("synthetic data: expected \(what), got \(got)") }
    }
    try need(users >= 1 && users <= 1 << 30, "1 to 2^30 users", users)
    try need(interests >= 1, "at least 1 interest", interests)
    try need(items >= interests && items <= 1 << 30, "at least one item an interest (\(interests))", items)
    try need(clicks >= 2 * users && clicks <= 1 << 31, "at least 2 clicks a user (\(2 * users))", clicks)
    try need(
      (1...interests).contains(interestsPerUser),
      "1 to \(interests) interests a user",
      interestsPerUser
    )
    try need(focus >= 0 && focus <= 1, "a focus from 0 to 1", focus)
    try need(
      popularityExponent >= 0 && popularityExponent <= 10,
      "a popularity exponent from 0 to 10",
      popularityExponent
    )
    try need(days > 0 && days <= 36_500, "days above 0, at most 36500", days)
    try need(itemLifeDays > 0 && itemLifeDays.isFinite, "an item life above 0 days", itemLifeDays)
    try need(categoriesPerInterest >= 1, "at least 1 category an interest", categoriesPerInterest)
    try need(categoryNoise >= 0 && categoryNoise <= 1, "a category noise from 0 to 1", categoryNoise)
  }
}
