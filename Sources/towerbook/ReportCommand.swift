import ArgumentParser
import Files
import Notebook
import Report

/// `towerbook report`: writes the report of a run that is over, in another format or another place.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the report of a run as Markdown, as a page or as a notebook, without running anything.",
    discussion: """
      The path of the report goes to standard output. A report that was edited is not written over unless \
      --force is given.
      """
  )

  @Argument(
    help: ArgumentHelp(
      "The run's folder or its report.json; a recipe, for its newest run under --outputs.",
      discussion: "Without it the newest run under --outputs is taken.",
      valueName: "run|recipe"
    ),
    completion: .file()
  )
  var source: String?

  @Option(
    help: ArgumentHelp(
      "What to write: "
        + ReportFormat.allCases.map { "\($0.rawValue), \($0.summary)" }.joined(separator: "; ")
        + ". By default what the name after --output ends in, else html.",
      valueName: ReportFormat.allCases.map(\.rawValue).joined(separator: "|")
    ),
    completion: .list(ReportFormat.allCases.map(\.rawValue))
  )
  var format: String?

  @Option(
    name: .shortAndLong,
    help: "Write to this file, or into this folder, in place of the run's own.",
    completion: .file()
  )
  var output: String?

  @Option(help: "The folder that holds a folder for each recipe.", completion: .directory)
  var outputs = "outputs"

  @Flag(help: "Write over a report that was edited.")
  var force = false

  func validate() throws {
    if source?.isEmpty == true || output?.isEmpty == true || outputs.isEmpty {
      throw ValidationError("a run, --output and --outputs take a name, not an empty text")
    }
  }

  func run() throws {
    let format = try format.map(Self.known)
    let record = try RunLookup(outputs: outputs).record(of: source)
    let writer = try ReportWriter(
      format: format,
      output: output,
      beside: FilePaths.parent(of: record)
    )
    print(try writer.write(try ReportDocument(record: record), force: force))
  }

  private static func known(_ name: String) throws -> ReportFormat {
    if let format = ReportFormat(rawValue: name) { return format }
    let names = ReportFormat.allCases.map(\.rawValue)
    let hint = Suggestion.nearest(to: name, among: names).map { "did you mean '\($0)'?" }
    throw ValidationError(
      "--format: there is no format '\(name)'; \(hint ?? "it takes " + names.joined(separator: ", "))"
    )
  }
}
