/// What requests see of their users, as codes, user after user in the order of the user vocabulary.
package struct EncodedRequests: Equatable, Sendable {
  /// `offsets[u]..<offsets[u + 1]` is the range of the user at place `u`, `[users + 1]`.
  package var offsets: [Int]
  /// Item codes, `[clicks]`; 0 for items that are not in the catalogue.
  package var items: [Int32]
  /// The same as raw ids, where not every item has a code; else nil.
  package var keys: [Int64]?

  /// Puts requests together.
  package init(offsets: [Int], items: [Int32], keys: [Int64]? = nil) {
    self.offsets = offsets
    self.items = items
    self.keys = keys
  }
}
