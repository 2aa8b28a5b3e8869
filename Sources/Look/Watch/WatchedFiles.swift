import Files

/// The files that a recipe is made of, as they were when they were last looked at.
struct WatchedFiles {
  /// What stands at a path.
  private enum Content: Equatable {
    case nothing
    /// Of files that people edit: saved without a change, they are the same.
    case text(Digest)
    /// Of data, which is long.
    case stamp(FileStamp)
  }

  /// The recipe, what it extends, and where variables come from.
  let texts: [String]
  /// Files of data.
  let data: [String]
  /// Folders in which files of data may come and go.
  let folders: [String]
  private let contents: [Content]

  /// Looks at them now; all paths from the root.
  init(texts: [String], data: [String]) {
    self.texts = texts
    self.data = data
    folders = Set(data.map(FilePaths.parent(of:))).sorted()
    contents =
      texts.map(Self.text) + data.map(Self.stamp) + folders.map(Self.stamp)
  }

  /// The same files, looked at now.
  func again() -> WatchedFiles { WatchedFiles(texts: texts, data: data) }

  /// Whether nothing is otherwise than in `other`; what lies in a folder beside the files of data does not count.
  func isSame(as other: WatchedFiles) -> Bool {
    texts == other.texts && data == other.data
      && contents.prefix(texts.count + data.count) == other.contents.prefix(texts.count + data.count)
  }

  /// Whether nothing is otherwise than in `other`, of the same files, also in the folders of data.
  func isUntouched(since other: WatchedFiles) -> Bool {
    texts == other.texts && data == other.data && contents == other.contents
  }

  /// The folders in which something is heard where one of the files is saved; also those where links lead.
  var listenedFolders: Set<String> {
    let files = texts + data
    return Set(files.map(FilePaths.parent(of:)) + files.map { FilePaths.parent(of: FilePaths.real($0)) })
  }

  private static func text(_ path: String) -> Content {
    guard FilePaths.exists(path), let digest = try? Digest(contentsOf: path) else { return .nothing }
    return .text(digest)
  }

  private static func stamp(_ path: String) -> Content { FileStamp(path).map { .stamp($0) } ?? .nothing }
}
