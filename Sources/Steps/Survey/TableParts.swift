import Clicks
import Files
import Tables

/// Which of several files are parts of one table: those in folders such as `day=2017-10-03`, and those of one folder whose
/// names differ in numbers alone and whose columns are called the same.
enum TableParts {
  /// The files in groups, each as the paths or the one pattern that a recipe would name it by; in the order of their first
  /// files.
  static func groups(_ files: [FoundFile]) -> [[String]] {
    var places: [String: Int] = [:]
    var groups: [[FoundFile]] = []
    for file in files {
      let shape = shape(of: file)
      if let place = places[shape] {
        groups[place].append(file)
      } else {
        places[shape] = groups.count
        groups.append([file])
      }
    }
    return groups.flatMap { group in
      if let pattern = partitionPattern(group[0]), matches(pattern, group) { return [[pattern]] }
      guard group.count > 1, haveSameColumns(group) else { return group.map { [$0.path] } }
      let pattern = namePattern(group.map(\.path))
      return [matches(pattern, group) ? [pattern] : group.map(\.path)]
    }
  }

  /// What files of one table have in common.
  private static func shape(of file: FoundFile) -> String {
    if let pattern = partitionPattern(file) { return pattern }
    let name = FilePaths.name(of: file.path)
    var shape = ""
    var word = ""
    func take() {
      // Programs put digests in the names of parts.
      let isDigest = word.count >= 4 && word.allSatisfy(\.isHexDigit) && word.contains(where: \.isNumber)
      shape += isDigest || word.allSatisfy(\.isNumber) ? "#" : numberless(word)
      word = ""
    }
    for letter in name {
      if letter.isLetter || letter.isNumber {
        word.append(letter)
      } else {
        if !word.isEmpty { take() }
        shape.append(letter)
      }
    }
    if !word.isEmpty { take() }
    return FilePaths.parent(of: file.path) + "/" + shape
  }

  /// A word with a mark in place of each number in it.
  private static func numberless(_ word: String) -> String {
    var text = ""
    for letter in word where !(letter.isNumber && text.last == "#") {
      text.append(letter.isNumber ? "#" : letter)
    }
    return text
  }

  /// `clicks/day=*` for a file `clicks/day=2017-10-03/part-0.parquet`; nil for one in no such folder.
  private static func partitionPattern(_ file: FoundFile) -> String? {
    let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
    let ownParts = file.found.split(separator: "/").count
    guard !file.partitions.isEmpty,
      let place = parts.indices.dropFirst(parts.count - ownParts).first(where: {
        parts[$0].dropFirst().contains("=")
      }), let equals = parts[place].firstIndex(of: "=")
    else { return nil }
    return (parts[..<place] + [parts[place][...equals] + "*"]).joined(separator: "/")
  }

  /// The names with a star in place of all between what they begin with and what they end with.
  private static func namePattern(_ paths: [String]) -> String {
    let first = paths[0]
    let start = paths.reduce(first) { $0.commonPrefix(with: $1) }
    let rests = paths.map { String($0.dropFirst(start.count).reversed()) }
    let end = String(rests.reduce(rests[0]) { $0.commonPrefix(with: $1) }.reversed())
    return start + "*" + end
  }

  private static func matches(_ pattern: String, _ files: [FoundFile]) -> Bool {
    guard let found = try? DataFiles.at(FilePaths.absolute(pattern)) else { return false }
    return Set(found.map(\.path)) == Set(files.map { FilePaths.absolute($0.path) })
  }

  /// Whether the files are written alike, and their columns are called the same; looks at some of them.
  private static func haveSameColumns(_ files: [FoundFile]) -> Bool {
    func columns(_ file: FoundFile) -> [String]? {
      guard let form = try? FileForm(path: file.path),
        let head = try? TableReaders.head(path: file.path, format: form.tableFormat)
      else { return nil }
      return [form.kind.rawValue] + head.header
    }
    guard let first = columns(files[0]) else { return false }
    return (files.dropFirst().prefix(20) + files.suffix(1)).allSatisfy { columns($0) == first }
  }
}

extension String {
  /// The letters that both begin with.
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
