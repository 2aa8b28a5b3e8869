import Foundation

/// A folder of a test's own, gone with it.
package final class ScratchFolder: Sendable {
  /// Its path, without links.
  package let path: String

  /// Makes one in the folder for temporary files.
  package init() throws {
    // Without links: the temporary folder may be one.
    let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    path = base.appending(path: "towerbook-test-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in it.
  package func file(_ name: String) -> String { path + "/" + name }

  /// The names of everything in it, in order.
  package func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  /// Writes a file, and makes the folders that it stands in.
  package func write(_ name: String, _ data: Data) throws {
    let file = URL(fileURLWithPath: file(name))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try data.write(to: file)
  }

  /// Writes a text, and makes the folders that it stands in.
  package func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }
}
