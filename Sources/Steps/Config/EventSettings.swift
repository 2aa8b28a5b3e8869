import Clicks
import Notebook
import Recipe

/// The columns of the click log that say what a click is worth.
struct WorthColumns: Sendable {
  let event: ColumnReference?
  let rating: ColumnReference?
  let weight: ColumnReference?
  let impressions: ColumnReference?

  init(_ fields: inout Fields) {
    event = fields.optionalColumnName(
      "event",
      "The column of events, such as view and buy; 'events' says what they count, 'targets' in 'split' and 'encode' which "
        + "are asked for."
    )
    rating = fields.optionalColumnName(
      "rating",
      "The column of ratings, of which 'ratings' says how high one must be for the row to be a click."
    )
    weight = fields.optionalColumnName(
      "weight",
      "The column of what each click counts, numbers of 0 or more; times what its event counts. A click that counts 0 is "
        + "seen in histories and is never a target."
    )
    impressions = fields.optionalColumnName(
      "impressions",
      "The column of the items that the user was shown with the one clicked: a list, or text cut at "
        + "'impressions.separator'. 'impressions_per_sample' in 'train' takes them as negatives."
    )
  }

  /// The columns with the settings that name them.
  var references: [(key: String, column: ColumnReference)] {
    [
      event.map { ("columns.event", $0) }, rating.map { ("columns.rating", $0) },
      weight.map { ("columns.weight", $0) }, impressions.map { ("columns.impressions", $0) },
    ].compactMap { $0 }
  }
}

/// What rows of the click log are worth, by their columns.
enum WorthSettings {
  static func read(_ fields: inout Fields, _ columns: WorthColumns) -> ClickWorthOptions {
    var options = ClickWorthOptions()
    options.event = columns.event?.selector
    options.rating = columns.rating?.selector
    options.weight = columns.weight?.selector
    options.impressions = columns.impressions?.selector
    options.eventWeights = events(&fields)
    options.lowestRating = fields.section("ratings", "Which ratings make a row a click.") {
      $0.optionalDouble("at_least", "Rows with a lower rating, or none, are left out.")
    }
    let separator = fields.section("impressions", "How the items that were shown are written.") {
      $0.string(
        "separator",
        default: " ",
        "Where the column is text: what stands between items, one character."
      )
    }
    if separator.utf8.count != 1 {
      fields.fail("impressions.separator", "expected one character, got '\(separator)'")
    }
    options.impressionSeparator = separator.utf8.first
    check(fields, columns, options)
    return options
  }

  private static func events(_ fields: inout Fields) -> [ClickWorthOptions.EventWeight]? {
    let weights = fields.scalarMap(
      "events",
      "What clicks count by their event, { view: 0.2, click: 1, buy: 3 }: in the loss as the weight of a sample by its "
        + "target, in the baselines popularity and item_cf. Rows of other events are left out; without this all rows count 1."
    )
    guard !weights.isEmpty else { return nil }
    return weights.compactMap { name, value in
      let weight: Double? =
        switch value {
        case .int(let number): Double(number)
        case .real(let number): number
        default: nil
        }
      guard let weight, weight > 0, Float(weight).isFinite, Float(weight) > 0 else {
        fields.fail("events.\(name)", "expected what the event '\(name)' counts, a number above 0")
        return nil
      }
      return .init(event: name, weight: weight)
    }
  }

  private static func check(_ fields: Fields, _ columns: WorthColumns, _ options: ClickWorthOptions) {
    guard !fields.isDescribing else { return }
    if options.eventWeights != nil && columns.event == nil {
      fields.fail("events", "the log's events are in no column; set columns.event too")
    }
    if columns.rating != nil && options.lowestRating == nil {
      fields.fail(
        "columns.rating",
        "set ratings.at_least, the lowest rating of a click; a column that clicks are weighed by is columns.weight"
      )
    }
    if columns.rating == nil && options.lowestRating != nil {
      fields.fail("ratings", "the log's ratings are in no column; set columns.rating too")
    }
  }
}

extension ConfigOutline {
  /// Checks that each of `targets` is an event that the log keeps, as far as the settings of `config` say; problems go to
  /// the setting `targets`.
  func check(targets: [String], _ check: Preflight) {
    guard !targets.isEmpty else { return }
    guard hasEvents else {
      return check.fail("targets", "the log has no events; set columns.event in 'config'")
    }
    guard let kept = eventNames else { return }
    for target in targets where !kept.contains(where: { $0.utf8.elementsEqual(target.utf8) }) {
      check.fail(
        "targets",
        "'config' leaves out the event '\(target)': its 'events' are \(kept.map { "'\($0)'" }.joined(separator: ", "))"
      )
    }
  }
}
