/// What all readers of one recipe share.
struct ReadingContext: Sendable {
  var problems: Problems
  var environment: RecipeEnvironment
  /// What paths on the command line and in the environment stand against; absolute.
  var currentDirectory: String
  /// What paths in the recipe stand against; absolute.
  var recipeDirectory: String
  /// The folder that holds a folder of runs for each recipe; absolute.
  var outputs = "/"
  /// The settings of all cells, for defaults taken from another cell; nil while describing.
  var lookup: SettingLookup?
}
