import Files

/// A point in which ways of measuring differ, so that published figures can or cannot be held against ours: what a cell
/// that measures says of itself, and what a recipe's claim may say of others.
package struct ProtocolPoint: Sendable, Equatable {
  /// Its name in recipes: `seen`.
  package var name: String
  /// What it is, in a few words, as reports name it: `items seen before`.
  package var words: String
  /// The values that it can have; nil for whole numbers.
  package var choices: [String]?

  /// Makes a point.
  package init(_ name: String, _ words: String, _ choices: [String]?) {
    self.name = name
    self.words = words
    self.choices = choices
  }

  /// What is wrong with `value`; nil for nothing.
  func problem(_ value: String) -> String? {
    guard let choices else {
      return Int(value) == nil ? "expected a whole number, got '\(value)'" : nil
    }
    guard !choices.contains(value) else { return nil }
    let hint = Suggestion.nearest(to: value, among: choices).map { "; did you mean '\($0)'?" } ?? ""
    return "expected \(choices.joined(separator: " or ")), got '\(value)'\(hint)"
  }
}
