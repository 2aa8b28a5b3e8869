import Clicks
import Files

/// Finds what ids and values mean in a saved model, as they are written.
struct ModelNames {
  let saved: SavedModel
  private let users: Vocabulary
  private let furtherUsers: Vocabulary

  init(_ saved: SavedModel) {
    self.saved = saved
    users = Vocabulary(sortedKeys: saved.users)
    furtherUsers = Vocabulary(sortedKeys: saved.furtherUsers)
  }

  /// The code of a user, from 1; 0 for one that is not known.
  func userCode(_ id: String) -> Int32 { Self.key(id, saved.userNames).map(users.code) ?? 0 }

  /// The place of a user without clicks to learn from among those whose features are known; nil for anybody else.
  func furtherUser(_ id: String) -> Int? {
    let code = Self.key(id, saved.userNames).map(furtherUsers.code) ?? 0
    return code > 0 ? Int(code) - 1 : nil
  }

  /// The key of an item of the catalogue; nil for one that is not known.
  func item(_ id: String) -> Int64? {
    Self.key(id, saved.itemNames).flatMap { saved.catalogue.knownItems.contains($0) ? $0 : nil }
  }

  /// The key of an id among the names behind items, in the catalogue or not, or the number that it is; nil for a text that is
  /// neither.
  func itemKey(_ id: String) -> Int64? {
    Self.key(id, saved.itemNames).flatMap { $0 >= 0 ? $0 : nil }
  }

  /// The code of a value of a column of context; 0 for one that is not known.
  func code(_ value: String, in column: ContextColumn) -> Int32 {
    guard let names = column.names else { return Self.integer(value).map(column.vocabulary.code) ?? 0 }
    let key = names.firstIndex { $0.utf8.elementsEqual(value.utf8) }
    return key.map { column.vocabulary.code(of: Int64($0)) } ?? 0
  }

  /// The user most likely meant; nil where ids are numbers.
  func nearestUser(_ id: String) -> String? { Self.nearest(id, saved.userNames) }
  /// The item most likely meant; nil where ids are numbers.
  func nearestItem(_ id: String) -> String? { Self.nearest(id, saved.itemNames) }
  /// The value most likely meant.
  func nearestValue(_ value: String, in column: ContextColumn) -> String? {
    let known = column.vocabulary.keys.prefix(1000).map { ClickLog.id($0, column.names) }
    return Suggestion.nearest(to: value, among: known)
  }

  private static func key(_ id: String, _ names: TextTable?) -> Int64? {
    guard let names else { return integer(id) }
    return names.place(of: id).map(Int64.init)
  }

  /// A whole number as programs write it: `007` is another id than `7`.
  private static func integer(_ text: String) -> Int64? {
    Int64(text).flatMap { String($0) == text ? $0 : nil }
  }

  /// Of long tables the names beside which the id would stand are looked at.
  private static func nearest(_ id: String, _ names: TextTable?) -> String? {
    guard let names else { return nil }
    var low = 0
    if names.count > 1000 {
      var high = names.count
      while low < high {
        let middle = (low + high) / 2
        if names[middle].utf8.lexicographicallyPrecedes(id.utf8) { low = middle + 1 } else { high = middle }
      }
      low = max(0, min(low - 500, names.count - 1000))
    }
    // One that is gone keeps its name, and is not what was meant.
    let others = names[low..<min(low + 1000, names.count)].filter { $0 != id }
    return Suggestion.nearest(to: id, among: others)
  }
}
