/// What a recipe may cost to read, so that no input can exhaust the machine.
enum Limits {
  /// The longest recipe, in bytes.
  static let recipeBytes = 4 << 20
  /// The deepest nesting of lists and mappings, and of references into each other.
  static let depth = 64
  /// The most names and values in all files of a recipe, with every alias and reference written out.
  static let nodes = 100_000
  /// The most bytes that `${…}` may produce in one recipe.
  static let interpolatedBytes = 4 << 20
  /// The most files joined by `extends`, each counted as often as it is named.
  static let files = 100
  /// The longest `.env` file, in bytes.
  static let environmentBytes = 1 << 20
}
