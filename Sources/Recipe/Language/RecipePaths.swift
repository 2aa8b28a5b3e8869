import Glibc

/// Paths as text; the file system is asked only for the working directory and for links.
enum RecipePaths {
  /// `directory/path`, or `path` alone where it is absolute or the directory is empty.
  static func join(_ directory: String, _ path: String) -> String {
    if path.hasPrefix("/") || directory.isEmpty { return path }
    return directory.hasSuffix("/") ? directory + path : directory + "/" + path
  }

  /// The directory a path stands in, empty for a bare name.
  static func parent(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part without its last extension: `news` for `recipes/news.yaml`.
  static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// The path from the root without `.` and `..`; links are not followed.
  static func absolute(_ path: String, from directory: String) -> String {
    var parts: [Substring] = []
    for part in join(directory, path).split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// The path without `.` and without `..` after a name, for showing: `common/base.yaml` for
  /// `recipes/../common/base.yaml`.
  static func tidy(_ path: String) -> String {
    if path.hasPrefix("/") { return absolute(path, from: "") }
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }

  /// The path with all links followed, or as it is where nothing stands there.
  static func real(_ path: String) -> String {
    guard let raw = realpath(path, nil) else { return path }
    defer { free(raw) }
    return String(cString: raw)
  }

  /// The working directory.
  static var current: String {
    guard let raw = getcwd(nil, 0) else { return "/" }
    defer { free(raw) }
    return String(cString: raw)
  }
}
