import Files
import Glibc

extension StepCache {
  /// All that the cache holds, the longest unused first; of equals by key.
  ///
  /// None where there is no cache. Folders that a run is filling are not among them.
  /// - Throws: `FileError` where the folder cannot be listed.
  package func items() throws -> [CacheItem] {
    guard FilePaths.exists(folder) else { return [] }
    let results = try FilePaths.list(folder).compactMap { name in Digest(hexadecimal: name).map(result) }
    let place = CheckpointStore.folder(in: folder)
    let names = FilePaths.exists(place) ? try FilePaths.list(place) : []
    let checkpoints = names.compactMap { name -> CacheItem? in
      guard name.hasSuffix(CheckpointStore.ending) else { return nil }
      let key = Digest(hexadecimal: String(name.dropLast(CheckpointStore.ending.count)))
      return key.map { checkpoint($0, FilePaths.join(place, name)) }
    }
    return (results + checkpoints).sorted {
      ($0.lastUse, "\($0.key)", $0.kind.rawValue) < ($1.lastUse, "\($1.key)", $1.kind.rawValue)
    }
  }

  private func result(_ key: Digest) -> CacheItem {
    let path = entryFolder(key)
    let record = FilePaths.join(path, "entry.json")
    return CacheItem(
      kind: .result,
      key: key,
      step: try? self.record(key).step,
      size: Folders.size(of: path),
      lastUse: FilePaths.modified(record) ?? FilePaths.modified(path) ?? 0,
      path: path
    )
  }

  private func checkpoint(_ key: Digest, _ path: String) -> CacheItem {
    CacheItem(
      kind: .checkpoint,
      key: key,
      step: nil,
      size: Folders.size(of: path),
      lastUse: FilePaths.modified(path) ?? 0,
      path: path
    )
  }
}
