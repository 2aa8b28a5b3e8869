/// The top-level keys that are no cells.
enum TopLevel {
  static let title = "title"
  static let text = "text"
  static let extends = "extends"
  /// The search over settings, which is read by who runs it.
  static let sweep = "sweep"
  /// Keys that begin so are free, for anchors and for references.
  static let freePrefix = "x-"

  static let names = [title, text, extends, sweep]

  static func isReserved(_ key: String) -> Bool { names.contains(key) || key.hasPrefix(freePrefix) }
}
