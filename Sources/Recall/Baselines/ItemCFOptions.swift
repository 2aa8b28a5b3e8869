/// How ``ItemCF`` weighs clicks. The defaults are the common form of this recommender for click logs of news.
package struct ItemCFOptions: Sendable, Hashable {
  /// The largest distance of two clicks of a user that count as together, 1 or more.
  package var window = 100
  /// What a pair counts for each further step of distance, above 0, at most 1.
  package var decay = 0.9
  /// What a pair counts towards the item clicked first, 0 or more; towards the later one it counts 1.
  package var backward = 0.7
  /// Whether a pair of a user with n clicks counts 1 / ln(1 + n).
  package var dampsLongHistories = true
  /// How much similarities are divided by the items' clicks, 0 to 1; 0.5 is the cosine.
  package var alpha = 0.5
  /// How many of its most similar items an item keeps, 1 or more.
  package var neighbours = 100
  /// What each click of a history counts for each further step back, above 0, at most 1.
  package var recency = 0.7
  /// After how many hours a click of a history counts half, above 0; nil where its age does not count.
  package var halfLifeHours: Double?

  /// Whether clicks of a user have an order, by which pairs and clicks of a history count.
  package private(set) var hasOrder = true

  /// The defaults.
  package init() {}

  /// The same for clicks without an order: all pairs of a user count alike, and so do all clicks of a history.
  package var withoutOrder: ItemCFOptions {
    var options = self
    (options.window, options.decay, options.backward, options.recency) = (.max, 1, 1, 1)
    options.hasOrder = false
    return options
  }
}
