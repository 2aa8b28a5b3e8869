import Clicks
import Files
import Recipe
import Tables

/// The tables of data that a command line names: files, patterns, and folders by what is in them.
package struct SurveyTables {
  /// The tables, files that are parts of one together.
  package let tables: [TableSource]

  /// Collects the tables; `notes` is told what in a folder is left out, and why.
  /// - Parameter joinsFiles: whether files that are named one by one may be parts of one table, as those found in a folder.
  /// - Throws: `DataError` where something named is missing, or nothing in a folder can be read.
  package init(_ arguments: [String], joinsFiles: Bool = false, notes: (String) -> Void) throws {
    var tables: [TableSource] = []
    var named: [FoundFile] = []
    for argument in arguments {
      if FilePaths.isFolder(argument) {
        tables += try Self.tables(in: argument, isOnly: arguments.count == 1, notes: notes)
      } else if joinsFiles, FilePaths.exists(argument) {
        named.append(FoundFile(path: argument, found: FilePaths.name(of: argument)))
      } else {
        tables.append(try Self.table(argument))
      }
    }
    tables += try TableParts.groups(named).map { try TableSource(reading: $0) }
    var seen: Set<[String]> = []
    self.tables = tables.filter { seen.insert($0.files.map { FilePaths.real($0.path) }).inserted }
  }

  /// The one table that a path, a pattern or a folder stands for, as in a recipe.
  /// - Throws: `DataError` where there is none.
  static func table(_ written: String) throws -> TableSource {
    guard FilePaths.exists(written) || DataFiles.isPattern(written) else {
      throw DataError("no such file or folder", file: written)
    }
    let isFolder = written.count > 1 && written.hasSuffix("/")
    return try TableSource(reading: [isFolder ? String(written.dropLast()) : written])
  }

  /// The tables in a folder and those under it, in the order of their names.
  /// - Parameter isOnly: whether it is known which folder they are in.
  private static func tables(in folder: String, isOnly: Bool, notes: (String) -> Void) throws -> [TableSource]
  {
    let folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    let all: [FoundFile]
    do { all = try DataFiles.at(FilePaths.absolute(folder)) } catch {
      throw DataError("\(error.reason)", file: folder)
    }
    guard !all.isEmpty else { throw DataError("the folder holds no files", file: folder) }
    let likely = all.filter { isLikely($0.found) }.map { file in
      FoundFile(path: folder == "." ? file.found : FilePaths.join(folder, file.found), found: file.found)
    }
    var tables: [TableSource] = []
    var reasons: [String] = []
    let groups = TableParts.groups(likely)
    for group in groups.prefix(mostTables) {
      var source = try TableSource(reading: group)
      if isOnly, folder != ".", group.count == 1 {
        source.label = String(group[0].dropFirst(folder.count + (folder == "/" ? 0 : 1)))
      }
      // Arrays are no tables, and may be the vectors of one.
      guard !source.isArray else {
        tables.append(source)
        continue
      }
      do {
        _ = try FileForm(source)
        tables.append(source)
      } catch let error as DataError { reasons.append(error.description) }
    }
    guard !tables.isEmpty else {
      let why = reasons.first.map { "; \($0)" } ?? ""
      throw DataError("the folder holds no file of data that can be read\(why)", file: folder)
    }
    for reason in reasons { notes("left out: \(reason)") }
    if groups.count > mostTables {
      notes("\(folder): only the first \(mostTables) of \(groups.count) tables were looked at")
    }
    return tables
  }

  private static let mostTables = 200

  /// Whether a file may be data by its name: no text for people, no program, no recipe, no picture, nothing of a run.
  private static func isLikely(_ path: String) -> Bool {
    let name = FilePaths.name(of: path).lowercased()
    let ending = name.split(separator: ".").last.map(String.init) ?? ""
    return !otherEndings.contains(ending)
      && !["readme", "license", "licence", "makefile"].contains(where: name.hasPrefix)
      && !path.split(separator: "/").dropLast().contains("outputs")
  }

  private static let otherEndings: Set<String> = [
    "md", "rst", "yaml", "yml", "toml", "ini", "cfg", "py", "ipynb", "sh", "pl", "r", "swift", "html", "htm",
    "css", "js", "png", "jpg", "jpeg", "gif", "svg", "pdf", "doc", "docx", "lock", "whl",
  ]
}

extension TableSource {
  /// What a setting finds that lists `written`.
  /// - Throws: `DataError` where that is nothing, or cannot be listed.
  init(reading written: [String]) throws {
    let set = FileSet("data", written.map { ResolvedPath(shown: $0, absolute: FilePaths.absolute($0)) })
    if let problem = set.problem { throw DataError(problem) }
    let files = set.files.map {
      TableFile(path: $0.absolute, name: $0.shown, partitions: $0.partitions)
    }
    guard !files.isEmpty else { throw DataError("no such file or folder", file: written[0]) }
    self.init(written: written, files: files)
  }
}
