/// Rows for a ranking model to learn from: some items of some requests, one request after another.
package struct RankingSamples: Sendable, Equatable {
  /// Why a row is there.
  package enum Kind: String, CaseIterable, Sendable, Hashable {
    /// It is among the request's candidates.
    case candidate
    /// It was held out and is not among them.
    case missed
    /// It was drawn.
    case negative
  }

  /// A column of a table, of one number a row.
  package enum Numbers: Sendable, Hashable {
    /// Whole numbers; nil where there is none.
    case integers([Int64?])
    /// Others; not a number where there is none.
    case reals([Double])
  }

  /// What the columns are.
  package struct Schema: Sendable {
    /// The column of users.
    package var user: String
    /// The column of items.
    package var item: String
    /// Whether there is a column of the requests' times.
    package var hasTimes: Bool
    /// Whether there is one of where merged candidates come from.
    package var hasSources: Bool
    /// Columns of scores, ranks and features, which may be missing.
    package var numbers: [String]
    /// Columns of tables that hold numbers, which may be missing, without rows.
    package var columns: [(name: String, none: Numbers)]
    /// Columns of text.
    package var texts: [String]

    /// Names the columns.
    package init(
      user: String,
      item: String,
      hasTimes: Bool,
      hasSources: Bool,
      numbers: [String],
      columns: [(name: String, none: Numbers)],
      texts: [String]
    ) {
      (self.user, self.item, self.hasTimes, self.hasSources) = (user, item, hasTimes, hasSources)
      (self.numbers, self.columns, self.texts) = (numbers, columns, texts)
    }

    /// The names of all columns, in their order.
    package var names: [String] {
      ["request", user, item] + (hasTimes ? ["request_time"] : []) + ["label", "sample"]
        + (hasSources ? ["recall_source"] : []) + allNumbers + texts
    }

    /// The names of all columns of numbers.
    package var allNumbers: [String] { numbers + columns.map(\.name) }
  }

  /// The number of each row's request, from 0, ascending, `[rows]`.
  package var requests: [Int32] = []
  /// Whose it is.
  package var users: [Int64] = []
  /// The item.
  package var items: [Int64] = []
  /// When the request came, in the log's unit; empty where there is no such column.
  package var times: [Int64] = []
  /// 1 where the item was held out, else 0.
  package var labels: [Int32] = []
  /// Why the row is there.
  package var kinds: [Kind] = []
  /// Where candidates come from, as bits of ``CandidateSource``, 0 for rows that are none; empty where there is no such column.
  package var sources: [UInt8] = []
  /// The columns of scores, ranks and features, `[columns][rows]`; not a number where there is none.
  package var numbers: [[Float]]
  /// The columns of tables that hold numbers, exactly as these have them, `[columns][rows]`.
  package var columns: [Numbers]
  /// The columns of text, `[columns][rows]`.
  package var texts: [[String]]

  /// No rows yet.
  package init(_ schema: Schema) {
    numbers = [[Float]](repeating: [], count: schema.numbers.count)
    columns = schema.columns.map(\.none)
    texts = [[String]](repeating: [], count: schema.texts.count)
  }

  /// How many rows there are.
  package var count: Int { items.count }
}
