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

  /// What the columns are.
  package struct Schema: Sendable, Hashable {
    /// The column of users.
    package var user: String
    /// The column of items.
    package var item: String
    /// Whether there is a column of the requests' times.
    package var hasTimes: Bool
    /// Whether there is one of where merged candidates come from.
    package var hasSources: Bool
    /// Columns of numbers, which may be missing.
    package var numbers: [String]
    /// Columns of text.
    package var texts: [String]

    /// Names the columns.
    package init(
      user: String,
      item: String,
      hasTimes: Bool,
      hasSources: Bool,
      numbers: [String],
      texts: [String]
    ) {
      (self.user, self.item, self.hasTimes, self.hasSources) = (user, item, hasTimes, hasSources)
      (self.numbers, self.texts) = (numbers, texts)
    }

    /// The names of all columns, in their order.
    package var names: [String] {
      ["request", user, item] + (hasTimes ? ["request_time"] : []) + ["label", "sample"]
        + (hasSources ? ["recall_source"] : []) + numbers + texts
    }
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
  /// The columns of numbers, `[columns][rows]`; not a number where there is none.
  package var numbers: [[Float]]
  /// The columns of text, `[columns][rows]`.
  package var texts: [[String]]

  /// No rows yet.
  package init(_ schema: Schema) {
    numbers = [[Float]](repeating: [], count: schema.numbers.count)
    texts = [[String]](repeating: [], count: schema.texts.count)
  }

  /// How many rows there are.
  package var count: Int { items.count }
}
