import Files

/// Where a long step keeps what it has so far, so that a killed run goes on where it stopped.
package struct CheckpointStore {
  private let path: String
  private let key: Digest
  private let warn: (String) -> Void

  package init(folder: String, key: Digest, warn: @escaping (String) -> Void) {
    path = FilePaths.join(Self.folder(in: folder), "\(key)\(Self.ending)")
    self.key = key
    self.warn = warn
  }

  /// Where the checkpoints of the cache in `folder` are.
  package static func folder(in folder: String) -> String { FilePaths.join(folder, "checkpoints") }
  /// What follows the key in a checkpoint's name.
  static let ending = ".bundle"
  /// What a checkpoint calls the key it was saved under: a file that was swapped with another is found.
  private static let keyName = "checkpoint_key"

  /// Whether there is a state.
  var exists: Bool { FilePaths.exists(path) }

  /// The last state that was saved, or nil; a damaged one is a warning and nil, and taken away.
  package func load() -> Bundle? {
    guard FilePaths.exists(path) else { return nil }
    do {
      let bundle = try BundleFile.read(path)
      guard try bundle.text(Self.keyName) == "\(key)" else {
        throw BundleError.damaged("it is another step's, or another version's")
      }
      return bundle
    } catch {
      warn("the checkpoint '\(path)' is damaged and the step starts anew: \(error)")
      clear()
      return nil
    }
  }

  /// Saves a state in place of the one before.
  package func save(_ bundle: Bundle) throws {
    try Folders.make(FilePaths.parent(of: path))
    var bundle = bundle
    bundle.add(Self.keyName, text: "\(key)")
    try BundleFile.write(bundle, to: path)
  }

  /// Forgets the state.
  package func clear() { try? Folders.remove(path) }
}
