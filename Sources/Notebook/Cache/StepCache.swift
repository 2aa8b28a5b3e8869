import Files
import Glibc

/// The results of steps on disk, each in a folder named by its key.
///
/// An entry is filled in a folder of its own and renamed into place when it is whole, so that two runs
/// at once, or a run killed half-way, never leave half an entry. What is found damaged is removed.
package struct StepCache {
  /// The folder of the whole cache.
  package let folder: String
  private let warn: (String) -> Void

  /// Opens the cache in `folder`, which is made when the first entry is written.
  /// - Parameter warn: told of every entry found damaged.
  package init(folder: String, warn: @escaping (String) -> Void) {
    self.folder = folder
    self.warn = warn
  }

  /// The folder of the entry under `key`.
  package func entryFolder(_ key: Digest) -> String { FilePaths.join(folder, key.description) }

  /// Whether there is an entry under `key`; its content is not looked at.
  package func has(_ key: Digest) -> Bool { FilePaths.exists(FilePaths.join(entryFolder(key), "entry.json")) }

  /// The entry under `key` with all its files as they were written, or nil.
  package func entry(_ key: Digest) -> CacheEntry? {
    guard has(key) else { return nil }
    do {
      let entry = try record(key)
      for file in entry.files {
        let path = filePath(file.name, of: key)
        guard FilePaths.size(of: path) == file.size, try Digest(contentsOf: path) == file.digest else {
          throw BundleError.damaged("the file '\(file.name)' is not as it was written")
        }
      }
      if let written = entry.artifact, try BundleFile.stored(at: artifactPath(of: key)) != written {
        throw BundleError.damaged("its artifact is not as it was written")
      }
      // When it was last of use decides what goes first where the cache is pruned.
      utimensat(AT_FDCWD, FilePaths.join(entryFolder(key), "entry.json"), nil, 0)
      return entry
    } catch {
      discard(key, because: "\(error)")
      return nil
    }
  }

  /// What is written down of the entry under `key`; its files and its artifact are not looked at.
  package func record(_ key: Digest) throws -> CacheEntry {
    let text = try MappedFile.readText(FilePaths.join(entryFolder(key), "entry.json"))
    let end = text.firstIndex(of: "\n") ?? text.startIndex
    let json = String(text[end...].dropFirst())
    guard Digest(hexadecimal: String(text[..<end])) == Digest("\(key)\n\(json)") else {
      throw BundleError.damaged("'entry.json' is not as it was written")
    }
    return try CodableJSON.value(CacheEntry.self, from: json)
  }

  /// The lock of who computes the entry under `key`.
  func computingLock(_ key: Digest) -> String { FilePaths.join(folder, "locks/\(key)") }

  /// The lock that every run shares whose report needs the entry under `key`, from its beginning to its end.
  func usingLock(_ key: Digest) -> String { FilePaths.join(folder, "locks/\(key).use") }

  /// The artifact of the entry under `key`, or nil where it is damaged.
  package func artifact(_ key: Digest) -> Bundle? {
    do {
      var bundle = try BundleFile.read(artifactPath(of: key))
      bundle.folder = FilePaths.join(entryFolder(key), "files")
      return bundle
    } catch {
      discard(key, because: "\(error)")
      return nil
    }
  }

  /// Where a file of the entry under `key` is.
  package func filePath(_ name: String, of key: Digest) -> String {
    FilePaths.join(FilePaths.join(entryFolder(key), "files"), name)
  }

  func artifactPath(of key: Digest) -> String { FilePaths.join(entryFolder(key), "artifact.bundle") }

  /// Removes a damaged entry and says so.
  package func discard(_ key: Digest, because reason: String) {
    warn("the cached result \(key) is damaged and is made again: \(reason)")
    try? remove(key)
  }

  /// Removes the entry under `key`.
  package func remove(_ key: Digest) throws {
    if let aside = try setAside(key) { try Folders.remove(aside) }
  }

  /// Gives what stands under `key` another name, and returns it; nil where nothing does.
  ///
  /// Its name is free again at once, and what a kill leaves of it is known for what it is.
  private func setAside(_ key: Digest) throws -> String? {
    let aside = FilePaths.join(folder, Leftovers.freshRemovedName)
    if rename(entryFolder(key), aside) == 0 { return aside }
    if errno == ENOENT { return nil }
    throw FileError("cannot remove", entryFolder(key))
  }

  /// Makes a folder to fill; ``commit(_:as:entry:artifact:)`` puts it into place.
  package func begin() throws -> StagingFolder {
    let filling = try StagingFolder(in: folder)
    try Folders.make(FilePaths.join(filling.path, "files"))
    return filling
  }

  /// Puts a filled folder into place under `key`. Where another run was first, its entry stands if it is whole.
  /// - Throws: `FileError`, also where what stands there is damaged and cannot be taken away.
  package func commit(_ filling: StagingFolder, as key: Digest, entry: CacheEntry, artifact: Bundle?) throws {
    let filled = filling.path
    var entry = entry
    for file in entry.files {  // run directories share these files: nobody should write into them
      chmod(FilePaths.join(FilePaths.join(filled, "files"), file.name), 0o444)
    }
    if let artifact {
      entry.artifact = try BundleFile.write(artifact, to: FilePaths.join(filled, "artifact.bundle"))
    }
    let text = try CodableJSON.masked(entry) { masked in
      masked.step == entry.step && masked.files.map(\.name) == entry.files.map(\.name)
        && masked.metrics.map(\.name) == entry.metrics.map(\.name)
    }
    try AtomicFile.write("\(Digest("\(key)\n\(text)"))\n\(text)", to: FilePaths.join(filled, "entry.json"))
    if rename(filled, entryFolder(key)) == 0 { return }
    if self.entry(key) != nil { return try Folders.remove(filled) }
    // What stands there is damaged, or no entry at all. Another user's may be moved and yet not be removed.
    if let aside = try setAside(key) { try? Folders.remove(aside) }
    guard rename(filled, entryFolder(key)) == 0 else { throw FileError("cannot write", entryFolder(key)) }
  }

  /// Removes what killed runs left half-filled or half-written.
  package func sweepLeftovers() {
    Leftovers.remove(in: folder)
    Leftovers.remove(in: CheckpointStore.folder(in: folder))
  }
}
