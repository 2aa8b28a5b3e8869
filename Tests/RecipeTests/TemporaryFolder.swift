import Foundation
import Recipe

/// A folder that is gone when the test is over.
final class TemporaryFolder {
  let path: String

  init() throws {
    // Without links: the temporary folder may be one.
    let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
    path = base + "/towerbook-recipe-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

  func write(_ name: String, _ data: Data) throws {
    let file = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try data.write(to: file)
  }

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
