import Glibc

/// Paths as text, and the few questions asked of them.
package enum FilePaths {
  /// `folder/name`; `name` alone where it is absolute or the folder is empty.
  package static func join(_ folder: String, _ name: String) -> String {
    if name.hasPrefix("/") || folder.isEmpty { return name }
    return folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// The folder a path stands in: `.` for a bare name.
  package static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part of a path.
  package static func name(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return path }
    return String(path[path.index(after: slash)...])
  }

  /// The last part of a path, without its last ending: `news` for `recipes/news.yaml`.
  package static func stem(of path: String) -> String {
    let name = name(of: path)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// The working folder.
  package static var current: String {
    guard let raw = getcwd(nil, 0) else { return "." }
    defer { free(raw) }
    return String(cString: raw)
  }

  /// The path from the root, without `.` and `..` parts; links are not followed.
  package static func absolute(_ path: String, from folder: String = current) -> String {
    var parts: [Substring] = []
    for part in join(folder, path).split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// The path without `.` and without `..` after a name, for showing: `common/base.yaml` for
  /// `recipes/../common/base.yaml`.
  package static func tidy(_ path: String) -> String {
    if path.hasPrefix("/") { return absolute(path, from: "") }
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }

  /// The path with all links followed, or as it is where nothing stands there.
  package static func real(_ path: String) -> String {
    guard let raw = realpath(path, nil) else { return path }
    defer { free(raw) }
    return String(cString: raw)
  }

  /// How `path` is reached from `folder`, both absolute: `../data` for `/a/data` from `/a/runs`.
  package static func relative(_ path: String, to folder: String) -> String {
    let target = path.split(separator: "/")
    let start = folder.split(separator: "/")
    let common = zip(target, start).prefix { $0 == $1 }.count
    let parts = [Substring](repeating: "..", count: start.count - common) + target[common...]
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }

  /// Whether anything stands at `path`, links followed.
  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Whether a folder stands at `path`, links followed.
  package static func isFolder(_ path: String) -> Bool {
    var facts = stat()
    return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
  }

  /// The size in bytes of what stands at `path`, or nil.
  package static func size(of path: String) -> Int? {
    var facts = stat()
    return stat(path, &facts) == 0 ? Int(facts.st_size) : nil
  }

  /// When what stands at `path` was last changed, in seconds since 1970, or nil.
  package static func modified(_ path: String) -> Int? {
    var facts = stat()
    return stat(path, &facts) == 0 ? facts.st_mtim.tv_sec : nil
  }

  /// The names in a folder, sorted bytewise, without `.` and `..`.
  /// - Throws: ``FileError`` where it cannot be listed.
  package static func list(_ folder: String) throws(FileError) -> [String] {
    guard let stream = opendir(folder) else { throw FileError("cannot list", folder) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
