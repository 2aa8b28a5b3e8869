import Files

/// The name of a recipe, which becomes a folder beside those of other recipes, a line in reports, and a part of names of files.
enum RecipeName {
  /// What the file system takes for one name, less what is put behind it.
  private static let mostBytes = 200

  /// Why a recipe cannot be called so, in words that go on from "the recipe's name"; nil where it can.
  static func problem(_ name: String) -> String? {
    if name.isEmpty { return "is empty" }
    if name.hasPrefix(".") {
      return "\(Shown.quoted(name)) begins with a dot, and so would the folder of its runs"
    }
    if name.contains("/") { return "\(Shown.quoted(name)) has a slash in it" }
    if !name.unicodeScalars.allSatisfy(\.isPrintable) {
      return "\(Shown.quoted(name)) has characters in it that do not show"
    }
    if name.utf8.count > mostBytes { return "is longer than \(mostBytes) bytes" }
    return nil
  }

  /// Records an error where a recipe cannot be called so.
  /// - Parameter mend: what to do.
  static func check(_ name: String, _ problems: Problems, mend: String) {
    if let problem = problem(name) { problems.error("the recipe's name \(problem); \(mend)", at: nil) }
  }
}
