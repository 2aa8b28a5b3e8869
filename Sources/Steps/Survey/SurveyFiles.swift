import Clicks
import Files
import Tables

/// The files of data that a command line names, folders by what is in them.
package struct SurveyFiles {
  /// A file that is named, or found in a folder.
  package let paths: [String]

  /// Collects the files; `notes` is told what in a folder is left out, and why.
  /// - Throws: `DataError` where something named is missing, or nothing in a folder can be read.
  package init(_ arguments: [String], notes: (String) -> Void) throws {
    var paths: [String] = []
    for argument in arguments {
      guard FilePaths.exists(argument) else { throw DataError("no such file or folder", file: argument) }
      guard FilePaths.isFolder(argument) else {
        paths.append(argument)
        continue
      }
      let folder = argument.count > 1 && argument.hasSuffix("/") ? String(argument.dropLast()) : argument
      paths += try Self.data(in: folder, notes: notes)
    }
    var seen: Set<String> = []
    self.paths = paths.filter { seen.insert(FilePaths.real($0)).inserted }
  }

  /// The files of data in a folder and those under it, in the order of their names.
  private static func data(in folder: String, notes: (String) -> Void) throws -> [String] {
    let all = try files(in: folder, depth: 0)
    guard !all.isEmpty else { throw DataError("the folder holds no files", file: folder) }
    var paths: [String] = []
    var reasons: [String] = []
    for path in all.prefix(mostFiles) where isLikely(path) {
      do {
        _ = try FileForm(path: path)
        paths.append(path)
      } catch let error as DataError {
        reasons.append(error.description)
      }
    }
    guard !paths.isEmpty else {
      let why = reasons.first.map { "; \($0)" } ?? ""
      throw DataError("the folder holds no file of data that can be read\(why)", file: folder)
    }
    for reason in reasons { notes("left out: \(reason)") }
    if all.count > mostFiles {
      notes("\(folder): only the first \(mostFiles) of \(all.count) files were looked at")
    }
    return paths
  }

  private static let mostFiles = 200

  private static func files(in folder: String, depth: Int) throws -> [String] {
    let names: [String]
    do { names = try FilePaths.list(folder) } catch { throw DataError("\(error.reason)", file: folder) }
    var files: [String] = []
    for name in names where !name.hasPrefix(".") && !name.hasPrefix("_") {
      let path = folder == "." ? name : FilePaths.join(folder, name)
      if !FilePaths.isFolder(path) {
        files.append(path)
      } else if depth < 2, name != "outputs", name != "__MACOSX" {
        files += (try? Self.files(in: path, depth: depth + 1)) ?? []
      }
    }
    return files
  }

  /// Whether a file may be data by its name: no text for people, no program, no recipe, no picture.
  private static func isLikely(_ path: String) -> Bool {
    let name = FilePaths.name(of: path).lowercased()
    let ending = name.split(separator: ".").last.map(String.init) ?? ""
    return !otherEndings.contains(ending)
      && !["readme", "license", "licence", "makefile"].contains(where: name.hasPrefix)
  }

  private static let otherEndings: Set<String> = [
    "md", "rst", "yaml", "yml", "toml", "ini", "cfg", "py", "ipynb", "sh", "pl", "r", "swift", "html", "htm",
    "css",
    "js", "png", "jpg", "jpeg", "gif", "svg", "pdf", "doc", "docx", "lock", "whl",
  ]
}
