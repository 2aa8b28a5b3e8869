import Files
import Notebook
import Recipe
import Report
import Tables

/// The files that make one table: all that the paths, patterns and folders of a setting stand for.
struct FileSet: Sendable {
  /// One of them.
  struct File: Sendable {
    /// The path as messages show it.
    var shown: String
    /// The path from the root.
    var absolute: String
    /// The end of the path by which it is told from the others.
    var short: String
    /// What its path says, as columns of one value each.
    var partitions: [(key: String, value: String)] = []
  }

  /// What the table is, in a word: `clicks`.
  let role: String
  /// What messages call all of it.
  let name: String
  /// The files in the order of their rows: as written for a list, by the bytes of their paths where they were found.
  private(set) var files: [File] = []
  /// Why they cannot be read as they are; nil for nothing known.
  private(set) var problem: String?
  /// Whether it is a single file that is named by its path, in which nothing is looked for.
  private(set) var isPlain = false

  /// Looks for what is `written`: one path, pattern or folder, or more.
  init(_ role: String, _ written: [ResolvedPath]) {
    self.role = role
    name = written.map(\.shown).prefix(3).joined(separator: ", ") + (written.count > 3 ? " and more" : "")
    for path in written { take(path) }
    isPlain = written.count == 1 && files.count == 1 && files[0].absolute == written[0].absolute
    if !isPlain { problem = problem ?? repeated }
  }

  private mutating func take(_ path: ResolvedPath) {
    let isPattern = DataFiles.isPattern(path.absolute)
    guard isPattern || FilePaths.isFolder(path.absolute) else {
      // Whether it is there is told with where else it was looked for.
      let short = FilePaths.name(of: path.shown)
      files.append(File(shown: path.shown, absolute: path.absolute, short: short))
      return
    }
    do {
      let found = try DataFiles.at(path.absolute)
      files += found.map { file in
        File(
          shown: Self.shown(file, path),
          absolute: file.path,
          short: file.found,
          partitions: file.partitions
        )
      }
      guard found.isEmpty else { return }
      problem =
        problem
        ?? (isPattern
          ? "no file matches '\(path.shown)'"
          : "the folder '\(path.shown)' holds no data file; those that begin with '.' or '_' are left out")
    } catch { problem = problem ?? "\(error)" }
  }

  /// A found file's path as it would have been written.
  private static func shown(_ file: FoundFile, _ path: ResolvedPath) -> String {
    let start = file.path.utf8.dropLast(file.found.utf8.count).split(separator: UInt8(ascii: "/")).count
    let wild = path.absolute.split(separator: "/").count - start
    let parts = path.shown.split(separator: "/").dropLast(max(0, wild))
    let folder = (path.shown.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    return FilePaths.join(folder, file.found)
  }

  /// A file that stands twice among them.
  private var repeated: String? {
    var seen: [FileIdentity: String] = [:]
    for file in files {
      guard let identity = FileIdentity(file.absolute) else { continue }
      guard let first = seen.updateValue(file.shown, forKey: identity) else { continue }
      let what =
        first == file.shown
        ? "'\(first)' stands twice among the files" : "'\(first)' and '\(file.shown)' are one file"
      return "\(what): its rows would count twice"
    }
    return nil
  }

  /// The files as a step declares them; what their paths say is in the key, and which table they belong to.
  var inputFiles: [InputFile] {
    files.map { file in
      let partitions = file.partitions.map {
        " \(String(reflecting: $0.key))=\(String(reflecting: $0.value))"
      }
      return InputFile(
        shown: file.shown,
        absolute: file.absolute,
        // Keys of before have nothing here for a log or an item table that is named.
        facts: isPlain && role != "users" ? "" : role + partitions.joined()
      )
    }
  }

  // MARK: For readers

  /// `101 files of clicks, from 'logs/a.csv' to 'logs/z.csv'`; nil for a single file that was named.
  var summary: String? { summary { "'\($0)'" } }

  /// The same with names of files as `quoted` shows them.
  func summary(_ quoted: (String) -> String) -> String? {
    guard !isPlain, let first = files.first, let last = files.last else { return nil }
    guard files.count > 1 else { return "1 file of \(role), \(quoted(first.shown))" }
    let (from, to) = (quoted(first.shown), quoted(last.shown))
    return "\(NumberFormat.grouped(files.count)) files of \(role), from \(from) to \(to)"
  }

  /// The same for the first page, Markdown: `clicks.csv`.
  var highlight: String {
    guard files.count > 1, let first = files.first, let last = files.last else {
      return files.first.map { MarkdownText.code(FilePaths.name(of: $0.shown)) } ?? ""
    }
    let (from, to) = (MarkdownText.code(first.short), MarkdownText.code(last.short))
    return "\(NumberFormat.grouped(files.count)) files from \(from) to \(to)"
  }
}

/// How many rows were read of each file of a table.
struct FileRows: Sendable {
  /// The files.
  let set: FileSet
  /// The rows of each, `[files]`.
  let rows: [Int]
}
