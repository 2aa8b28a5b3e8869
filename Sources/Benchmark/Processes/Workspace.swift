import Files
import Glibc

/// A folder for temporary files that goes with everything in it.
final class Workspace {
  /// The folder, absolute.
  let folder: String
  private var count = 0

  /// Makes the folder under `TMPDIR`, or under `/tmp`.
  /// - Throws: `FileError`.
  init() throws {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let place = FilePaths.absolute(parent.isEmpty ? "/tmp" : parent)
    var template = Array(FilePaths.join(place, "towerbook-bench-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw FileError("cannot make a folder in", place) }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes the folder.
  func remove() { try? Folders.remove(folder) }

  /// The path of a folder or file that is not there yet.
  func fresh(_ name: String) -> String {
    count += 1
    return FilePaths.join(folder, "\(name)-\(count)")
  }
}
