/// What a search may be told beyond its queries and `k`.
package struct SearchOptions {
  /// Ids that are not returned, one list a query; none by default.
  package var exclusions: Exclusions?
  /// Worker threads, at least 1; 1 by default. The result does not depend on it.
  package var threads: Int
  /// Called now and then, on the calling thread, with the queries done and their number.
  package var progress: (_ done: Int, _ total: Int) -> Void
  /// Called now and then, on the calling thread; what it throws ends the search.
  package var checkpoint: () throws -> Void

  /// Takes all options; none need be given.
  package init(
    exclusions: Exclusions? = nil,
    threads: Int = 1,
    progress: @escaping (_ done: Int, _ total: Int) -> Void = { _, _ in },
    checkpoint: @escaping () throws -> Void = {}
  ) {
    self.exclusions = exclusions
    self.threads = threads
    self.progress = progress
    self.checkpoint = checkpoint
  }
}
