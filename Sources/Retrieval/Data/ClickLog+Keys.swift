extension ClickLog {
  /// The key of ids that another log does not have: it equals no id of that log.
  static let unknownKey: Int64 = -1

  /// Rewrites the keys so that equal ids have equal keys in `other` and here; ids that `other` does not have
  /// get ``unknownKey`` where ids are text.
  /// - Throws: `DataError` where ids are integers there and text here.
  mutating func takeKeys(of other: ClickLog, file: String) throws {
    users = try Self.keys(users, userNames, like: other.userNames, "user", file)
    items = try Self.keys(items, itemNames, like: other.itemNames, "item", file)
    userNames = other.userNames
    itemNames = other.itemNames
  }

  private static func keys(
    _ keys: [Int64],
    _ names: [String]?,
    like wanted: [String]?,
    _ what: String,
    _ file: String
  ) throws -> [Int64] {
    guard let wanted else {
      guard names == nil else {
        throw DataError("expected \(what) ids that are integers, as in the other log, got text", file: file)
      }
      return keys
    }
    var places: [String: Int64] = [:]
    for (place, name) in wanted.enumerated() { places[name] = Int64(place) }
    return keys.map { places[id($0, names)] ?? unknownKey }
  }
}
