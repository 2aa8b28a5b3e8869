extension TwoTowerShape {
  /// A multi-valued column of items or users, or the words of a text.
  package struct Bag: Sendable, Equatable, Codable {
    /// What its table is called behind `emb_item_` or `emb_user_`: `multi_genres`, `text_title`.
    package var name: String
    /// Codes are below this; code 0 is unknown and is never read.
    package var vocabulary: Int

    /// Makes a column.
    package init(name: String, vocabulary: Int) {
      self.name = name
      self.vocabulary = vocabulary
    }
  }

  /// The pretrained vectors of items.
  package struct Vectors: Sendable, Equatable, Codable {
    /// The rows of their table: one for each item that has a vector, and row 0 for those that have none.
    package var rows: Int
    /// How many numbers a vector has.
    package var width: Int
    /// Whether they are learned further; else they stay as they came.
    package var isLearned: Bool

    /// Describes vectors.
    package init(rows: Int, width: Int, isLearned: Bool) {
      self.rows = rows
      self.width = width
      self.isLearned = isLearned
    }

    /// What the table is called.
    package static let table = "emb_item_vectors"
  }

  /// What the table of buckets `width` hours wide is called: `emb_time_2h`, `emb_time_0.5h`.
  package static func timeTable(_ width: Double) -> String {
    "emb_time_\(width == width.rounded() && width < 1e9 ? "\(Int(width))" : "\(width)")h"
  }

  /// Whether the query tower has features of users besides their embedding.
  package var usesUserFeatures: Bool {
    !userCategories.isEmpty || !userNumbers.isEmpty || !userBags.isEmpty
  }

  /// Checks multi-valued columns, pretrained vectors and columns of users.
  func validateFurtherColumns() throws {
    for bag in itemBags + userBags {
      try require(bag.vocabulary > 0 && bag.vocabulary <= Int(Int32.max)) {
        "the vocabulary of \(bag.name) must have 1 to 2,147,483,647 rows, got \(bag.vocabulary)"
      }
    }
    for names in [itemBags.map(\.name)] {
      try require(Set(names).count == names.count) { "item columns must differ in name" }
    }
    for names in [userCategories.map(\.name), userNumbers.map(\.name), userBags.map(\.name)] {
      try require(Set(names).count == names.count) { "user columns must differ in name" }
    }
    if let itemVectors {
      try require(
        itemVectors.rows > 0 && itemVectors.width > 0 && itemVectors.rows <= Int(Int32.max)
          && itemVectors.width <= 1 << 20
      ) { "pretrained vectors must have rows and columns, got \(itemVectors.rows) and \(itemVectors.width)" }
    }
    guard let itemIDDropout else { return }
    try require(itemIDDropout > 0 && itemIDDropout < 1) {
      "the dropout of item embeddings must lie in 0 < p < 1, got \(itemIDDropout)"
    }
    try require(usesItemFeatures || usesCategory) {
      "item_id_dropout leaves nothing of an item that has no features; give 'encode' some, or leave it out"
    }
  }
}

/// A list that is coded only where it holds something.
@propertyWrapper
package struct OmittedWhenEmpty<Element: Sendable & Equatable & Codable>: Sendable, Equatable, Codable {
  package var wrappedValue: [Element]

  package init(wrappedValue: [Element]) { self.wrappedValue = wrappedValue }
}

extension KeyedEncodingContainer {
  /// Codes the bare list; nothing where it is empty.
  mutating func encode<Element>(_ list: OmittedWhenEmpty<Element>, forKey key: Key) throws {
    guard !list.wrappedValue.isEmpty else { return }
    try encode(list.wrappedValue, forKey: key)
  }
}

extension KeyedDecodingContainer {
  /// Reads the bare list; an empty one where there is none.
  func decode<Element>(_ type: OmittedWhenEmpty<Element>.Type, forKey key: Key) throws
    -> OmittedWhenEmpty<Element>
  {
    OmittedWhenEmpty(wrappedValue: try decodeIfPresent([Element].self, forKey: key) ?? [])
  }
}
