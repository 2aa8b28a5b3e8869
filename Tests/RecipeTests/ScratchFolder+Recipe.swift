import Notebook
import Recipe
import TestSupport

extension ScratchFolder {
  func load(
    _ name: String,
    overrides: [String] = [],
    environment: [String: String] = [:]
  ) throws(RecipeErrors) -> RecipeDocument {
    let loader = RecipeLoader(environment: environment, overrides: overrides, currentDirectory: path)
    return try loader.load(path: name, steps: Demo.declarations)
  }

  func problems(_ name: String) -> String {
    Demo.problems {
      let loader = RecipeLoader(environment: [:], overrides: [], currentDirectory: path)
      return try Planner(steps: Demo.steps).plan(path: name, loader: loader)
    }
  }
}
