/// How the baselines weigh clicks.
package struct BaselineOptions: Sendable, Hashable {
  /// How similar items are told.
  package var itemCF = ItemCFOptions()
  /// How far back ``RecentPopularity`` counts, above 0.
  package var windowHours = 1.0
  /// The column of the item table by which ``Newest`` tells ages; nil for that from which on items may be shown.
  package var newestColumn: String?

  /// The defaults.
  package init() {}
}
