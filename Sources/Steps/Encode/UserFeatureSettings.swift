import Clicks
import Notebook
import Recipe

/// The settings of `encode` that say which columns of the user table are features of users.
struct UserFeatureSettings: Sendable {
  private(set) var options = CatalogueFeatureOptions()

  init(_ fields: inout Fields) {
    options.categories = fields.strings(
      "user_categories",
      default: [],
      count: 0...100,
      "Columns of the user table that are categorical features of users; list them in config's "
        + "user_columns.categories. Values that no user of the training clicks has, and users that the table lacks, have "
        + "code 0, which adds nothing."
    )
    options.numbers = fields.strings(
      "user_numbers",
      default: [],
      count: 0...100,
      "Columns of the user table that are numeric features of users; list them in config's user_columns.numbers. They "
        + "are read between buckets as those of items."
    )
    options.buckets = fields.int(
      "user_number_buckets",
      default: 16,
      in: 2...10_000,
      "The most buckets of a numeric user feature; equal quantiles are one."
    )
    options.multi = fields.strings(
      "user_multi",
      default: [],
      count: 0...100,
      "Columns of any number of values a user that are features; list them in config's user_columns.multi."
    )
    options.combine = fields.choice(
      "user_multi_combine",
      default: MultiColumn.Combine.mean,
      "What becomes of the embeddings of a user's values: their 'mean' or their 'sum'."
    )
    for (key, names) in columns where Set(names).count != names.count {
      fields.fail(key, "a column stands here twice")
    }
  }

  private var columns: [(key: String, names: [String])] {
    [
      ("user_categories", options.categories), ("user_numbers", options.numbers),
      ("user_multi", options.multi),
    ]
  }

  /// Whether there are none.
  var isEmpty: Bool { columns.allSatisfy(\.names.isEmpty) }

  /// The columns must be those of `config`'s user table.
  func preflight(_ check: Preflight, _ config: ConfigOutline) {
    for (key, names) in columns {
      for name in names {
        guard let table = config.userColumns else {
          check.fail(key, "'config' reads no user table that could have a column '\(name)'; set data.users")
          continue
        }
        let (kept, list) =
          switch key {
          case "user_categories": (table.categories, "categories")
          case "user_numbers": (table.numbers, "numbers")
          default: (table.multi, "multi")
          }
        guard !kept.canHold(name) else { continue }
        check.fail(
          key,
          "'config' does not keep the user column '\(name)'; add it to user_columns.\(list) there"
        )
      }
    }
  }

  /// The features of the users behind `vocabulary`'s codes, who all are users to learn from, by their codes.
  /// - Throws: `DataError` where the table does not have a column, or has no number in it.
  func features(of table: UserTable?, _ vocabulary: Vocabulary) throws -> CatalogueFeatures {
    guard !isEmpty, let table else { return CatalogueFeatures() }
    let features = try CatalogueFeatures(columns: options, of: table, clicked: vocabulary.keys)
    var placeOfUser = [Int?](repeating: nil, count: vocabulary.size)
    for (place, key) in table.keys.enumerated() {
      let code = Int(vocabulary.code(of: key))
      if code > 0 { placeOfUser[code] = place }
    }
    return features.rows(placeOfUser)
  }
}
