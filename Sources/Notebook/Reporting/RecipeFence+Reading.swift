import Files
import Recipe
import Report

extension RecipeFence {
  /// Finds the recipe in the report at `path`.
  /// - Throws: `RecipeErrors` where the report cannot be read or holds none.
  package init(reading path: String) throws(RecipeErrors) {
    let text: String
    do { text = try MappedFile.readText(path) } catch {
      throw RecipeErrors("cannot read the report '\(path)': \(error.reason)")
    }
    guard let fence = RecipeFence(in: text) else {
      throw RecipeErrors(
        "'\(path)' holds no recipe: expected a code block marked 'yaml towerbook-recipe', which reports have at their end; "
          + "the run's 'recipe.yaml' beside it is the same"
      )
    }
    self = fence
  }
}

extension RecipeLoader {
  /// Reads the recipe that the report at `path` carries; its relative paths stand against the report's folder, and
  /// problems are told with the report's own lines.
  /// - Throws: `RecipeErrors` as `load(path:steps:)` does.
  package func load(report path: String, steps: [StepDeclaration]) throws(RecipeErrors) -> RecipeDocument {
    let fence = try RecipeFence(reading: path)
    let absolute = FilePaths.absolute(path)
    var document = try load(
      text: String(repeating: "\n", count: fence.linesBefore) + fence.text,
      name: path,
      directory: FilePaths.parent(of: absolute),
      steps: steps
    )
    if !fence.name.isEmpty { Self.rename(&document, fence.name) }
    document.files = [absolute]
    return document
  }
}
