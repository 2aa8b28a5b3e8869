import Recipe
import TestSupport

extension ScratchFolder {
  func load(
    _ name: String,
    overrides: [String] = [],
    environment: [String: String] = [:]
  ) throws(RecipeErrors) -> RecipeDocument {
    let loader = RecipeLoader(environment: environment, overrides: overrides, currentDirectory: path)
    return try loader.load(path: name, steps: Demo.steps)
  }

  func problems(_ name: String) -> String {
    do throws(RecipeErrors) {
      _ = try load(name)
      return "none"
    } catch {
      return error.rendered(color: false)
    }
  }
}
