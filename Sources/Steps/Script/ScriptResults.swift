import Files
import Glibc
import Notebook
import Report
import Tables

/// What a program gave, taken into the run.
struct ScriptResults {
  let place: ScriptPlace
  /// The metrics that it has to give.
  let metrics: [String]
  let context: RunContext

  private static let metricsFile = "metrics.json"
  private static let captionsFile = "captions.json"
  /// How many rows of a table are shown.
  private static let shownRows = 20
  /// How many bytes a picture may have that is shown.
  private static let largestPicture = 4_000_000
  private static let mostFiles = 10_000

  /// Checks all, moves the files, and gives what the report shows.
  /// - Throws: `RunFailure`.
  func take() throws -> [Block] {
    let names = try files(in: "")
    let values = try readMetrics(names)
    let captions = try readCaptions(names)
    var blocks: [Block] = []
    if !values.isEmpty {
      blocks.append(
        .table(
          Table(
            name: "metrics",
            columns: [.init("Metric"), .init("Value", .trailing)],
            rows: values.map { [.text($0.name), .real($0.value, digits: 4)] }
          )
        )
      )
    }
    for name in names where !name.contains("/") {
      if name.hasSuffix(".csv") { blocks.append(try table(name, captions[name])) }
      if let form = Picture.Form.allCases.first(where: { name.hasSuffix(".\($0.rawValue)") }) {
        blocks.append(try picture(name, form, captions[name]))
      }
    }
    for (name, value) in values { context.metric(name, value) }
    var kept: [String] = []
    for name in names {
      let target = "\(ScriptArtifact.outputs)/\(name)"
      try Folders.move(path(name), to: try context.outputFile(target))
      kept.append(target)
    }
    context.write(ScriptArtifact(folder: "", files: kept))
    context.summarize(
      values.prefix(3).map { "\($0.name) \(NumberFormat.significant($0.value, digits: 4))" }.joined(
        separator: ", "
      )
    )
    if !kept.isEmpty { blocks.append(.prose(filesLine(names))) }
    return blocks
  }

  private func path(_ name: String) -> String { FilePaths.join(place.outputs, name) }

  private func filesLine(_ names: [String]) -> String {
    let shown = names.prefix(20).map { MarkdownText.escaped($0) }.joined(separator: ", ")
    let rest = names.count > 20 ? " and \(names.count - 20) more" : ""
    return "In `\(ScriptArtifact.outputs)` of this cell: \(shown)\(rest)."
  }

  /// All files below a folder of the outputs, sorted.
  private func files(in folder: String) throws -> [String] {
    var found: [String] = []
    for name in try FilePaths.list(path(folder)).sorted() {
      let own = folder.isEmpty ? name : "\(folder)/\(name)"
      var facts = stat()
      guard lstat(path(own), &facts) == 0 else { continue }
      switch facts.st_mode & S_IFMT {
      case S_IFDIR: found += try files(in: own)
      case S_IFREG: found.append(own)
      default:
        throw RunFailure(
          "the program left '\(shown(own))', which is no file: a link, a pipe or a device is not kept"
        )
      }
      guard String(validating: own.utf8, as: UTF8.self) != nil, own.unicodeScalars.allSatisfy(\.isPrintable)
      else {
        throw RunFailure("the program left a file whose name has control characters: '\(shown(own))'")
      }
      guard found.count <= Self.mostFiles else {
        throw RunFailure(
          "the program left more than \(NumberFormat.grouped(Self.mostFiles)) files in 'outputs'"
        )
      }
    }
    return found
  }

  private func shown(_ name: String) -> String {
    String(String.UnicodeScalarView(name.unicodeScalars.filter(\.isPrintable)))
  }

  // --- metrics

  private func readMetrics(_ names: [String]) throws -> [(name: String, value: Double)] {
    guard names.contains(Self.metricsFile) else {
      if metrics.isEmpty { return [] }
      throw RunFailure(
        "the program wrote no 'outputs/\(Self.metricsFile)', and 'metrics' names \(list(metrics))"
      )
    }
    let text = try MappedFile.readText(path(Self.metricsFile))
    let given: [String: JSONNumber]
    do { given = try CodableJSON.value([String: JSONNumber].self, from: text) } catch {
      throw RunFailure(
        "'outputs/\(Self.metricsFile)' is no object of numbers in JSON (\(MetricsProblem.words(text, error))): "
          + #"write {"novelty@20": 0.5}"#
      )
    }
    let unknown = given.keys.filter { !metrics.contains($0) }.sorted()
    guard unknown.isEmpty else {
      throw RunFailure("the program gives \(list(unknown)), which 'metrics' does not name; add it there")
    }
    let missing = metrics.filter { given[$0] == nil }
    guard missing.isEmpty else {
      throw RunFailure("the program does not give \(list(missing)), which 'metrics' names")
    }
    return try metrics.map { name in
      guard let value = given[name]?.value, value.isFinite else {
        throw RunFailure("the program gives no finite number as '\(name)'")
      }
      return (name, value)
    }
  }

  private func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }

  private func readCaptions(_ names: [String]) throws -> [String: String] {
    guard names.contains(Self.captionsFile) else { return [:] }
    do {
      return try CodableJSON.value(
        [String: String].self,
        from: try MappedFile.readText(path(Self.captionsFile))
      )
    } catch {
      throw RunFailure("'outputs/\(Self.captionsFile)' is no object in JSON with a text for each file")
    }
  }

  // --- what is shown

  private func title(_ name: String) -> String {
    FilePaths.stem(of: name).split { $0 == "_" || $0 == "-" }.joined(separator: " ")
  }

  private func table(_ name: String, _ caption: String?) throws -> Block {
    var format = TableFormat()
    format.kind = .csv
    let reader: any TableReader
    let rows: [[String]]
    do {
      reader = try TableReaders.open(path: path(name), name: "outputs/\(name)", format: format)
      rows = try reader.firstRows(Self.shownRows + 1)
    } catch let error as DataError where error.isOfNoRows {
      return .note(kind: .note, text: "\(MarkdownText.code("outputs/\(name)")) has no rows.")
    }
    if let place = rows.firstIndex(where: { $0.count != reader.header.count }) {
      throw RunFailure(
        "row \(place + 1) of 'outputs/\(name)' has \(rows[place].count) fields, and its header \(reader.header.count)"
      )
    }
    let shown = rows.prefix(Self.shownRows)
    let isNumber = reader.header.indices.map { column in
      !shown.isEmpty
        && shown.allSatisfy { column >= $0.count || $0[column].isEmpty || Double($0[column]) != nil }
    }
    let more = rows.count > Self.shownRows ? " The first \(Self.shownRows) rows." : ""
    return .table(
      Table(
        name: FilePaths.stem(of: name),
        caption: (caption ?? title(name)) + (caption.map { $0.hasSuffix(".") ? "" : "." } ?? ".") + more,
        columns: zip(reader.header, isNumber).map { .init($0, $1 ? .trailing : .leading) },
        rows: shown.map { row in row.map { $0.isEmpty ? .empty : .text($0) } }
      )
    )
  }

  private func picture(_ name: String, _ form: Picture.Form, _ caption: String?) throws -> Block {
    let size = FilePaths.size(of: path(name)) ?? 0
    guard size <= Self.largestPicture else {
      return .note(
        kind: .note,
        text: "`outputs/\(name)` is too large to be shown: \(NumberFormat.bytes(size))."
      )
    }
    let picture = Picture(
      name: FilePaths.stem(of: name),
      description: caption ?? title(name),
      file: "\(ScriptArtifact.outputs)/\(name)",
      form: form,
      bytes: try MappedFile.read(path(name))
    )
    guard let picture else {
      throw RunFailure("'outputs/\(name)' is no \(form.rawValue.uppercased()) picture")
    }
    return .picture(picture)
  }
}

/// A number of a JSON text, where `NaN` and the like are told from what is no number.
private struct JSONNumber: Decodable {
  let value: Double
  init(from decoder: any Decoder) throws { value = try decoder.singleValueContainer().decode(Double.self) }
}

/// What is wrong with a text that should be an object of numbers.
private enum MetricsProblem {
  static func words(_ text: String, _ error: any Error) -> String {
    if text.firstMatch(of: /[:\[,]\s*-?(NaN|Infinity)/) != nil {
      return "it has NaN or Infinity, which are no results"
    }
    guard let error = error as? DecodingError else { return "\(error)" }
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' is no number"
    default: return "it is damaged"
    }
  }
}
