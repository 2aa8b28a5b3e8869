import Notebook

/// What is looked for among runs: words, and conditions as `towerbook runs --where` takes them.
struct RunSearch {
  private var query = RunQuery()
  private var words: [String] = []
  /// The setting, metric or fact they are sorted by; nil for the newest first.
  var sort: String? { query.sort }
  var isAscending: Bool { query.isAscending }

  /// Reads a text: parts parted by commas, of which those with an operator are conditions.
  /// - Throws: `RunRefusal`.
  init(_ text: String, sort: String?, isAscending: Bool) throws {
    for part in text.split(separator: ",") {
      if part.contains(where: { "<>=!~".contains($0) }) {
        query.conditions.append(try RunCondition(String(part)))
      } else {
        words += part.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
      }
    }
    query.sort = sort
    query.isAscending = isAscending
  }

  /// The runs that are meant, in order.
  /// - Throws: `RunRefusal` where a name is unknown.
  func apply(to runs: [StoredRun]) throws -> [StoredRun] {
    let found =
      words.isEmpty
      ? runs
      : runs.filter { run in
        let text = Self.text(of: run)
        return words.allSatisfy(text.contains)
      }
    // Where no run has a name, none meets a condition on it, but who types it should know.
    return try found.isEmpty && !words.isEmpty ? [] : query.apply(to: found)
  }

  private static func text(of run: StoredRun) -> String {
    let settings = run.document.settings.map { "\($0.name)=\($0.value)" }
    return ([run.recipeFolder, run.id, run.document.title, run.document.date] + run.tags + settings)
      .joined(separator: "\n").lowercased()
  }

  /// What is wrong with a search, without the names of options of the command line.
  static func words(_ error: any Error) -> String {
    var text = "\(error)"
    for option in ["--where: ", "--sort: "] where text.hasPrefix(option) { text.removeFirst(option.count) }
    return text.prefix(1).uppercased() + text.dropFirst() + (text.hasSuffix("?") ? "" : ".")
  }
}
