import Files
import Glibc

extension StepCache {
  /// Keeps a bundle that is no step's result under `key`; where another run was first, what it kept stands.
  /// - Parameters:
  ///   - name: what it is, of which lists show the first word.
  ///   - seconds: what it cost.
  /// - Throws: `FileError` where it cannot be written.
  func keep(_ bundle: Bundle, as key: Digest, of name: String, seconds: Double) throws {
    let entry = CacheEntry(
      step: String(name.prefix { $0 != " " }),
      blocks: [],
      metrics: [],
      files: [],
      artifact: nil,
      seconds: seconds
    )
    let filling = try begin()
    do { try commit(filling, as: key, entry: entry, artifact: bundle) } catch {
      try? Folders.remove(filling.path)
      throw error
    }
  }

  /// What `unpack` makes of the bundle under `key`; nil where there is none, or none that is whole, which is told.
  ///
  /// No lock is held: an entry is moved away before it is removed, so that what is open stays readable, and what is no
  /// longer there when it failed was not damaged.
  func unpacked<Value>(_ key: Digest, _ unpack: (Bundle) throws -> Value) -> Value? {
    guard has(key) else { return nil }
    do {
      let path = artifactPath(of: key)
      guard try record(key).artifact == BundleFile.stored(at: path) else {
        throw BundleError.damaged("its artifact is not as it was written")
      }
      let value = try unpack(try BundleFile.read(path, lendsIntegers: true))
      // When it was last of use decides what goes first where the cache is pruned.
      utimensat(AT_FDCWD, FilePaths.join(entryFolder(key), "entry.json"), nil, 0)
      return value
    } catch {
      if has(key) { discard(key, because: "\(error)") }
      return nil
    }
  }
}
