import ArgumentParser
import Files
import Notebook
import Report
import Steps

/// `towerbook report`: writes the report of a run that is over, in another format or another place.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the report of a run as Markdown, as a page or as a notebook, without running anything.",
    discussion: """
      The path of the report goes to standard output. A report that was edited is not written over unless \
      --force is given.

      With --live the page holds the model too: put a history together and see what it recommends, without a \
      network. The recipe needs a 'save' cell.

        towerbook report
        towerbook report quickstart~1 --format ipynb
        towerbook report best --output for-my-lead.html
      """
  )

  @Argument(
    help: ArgumentHelp(
      "The run: its folder, its report.json, id, tag or 'latest'; a recipe, for its newest run under --outputs.",
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

  @Flag(help: "html: let the page hold the model that the run saved, to be asked by whoever reads it.")
  var live = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --live: hold only so many items, those clicked most.",
      discussion: "By default all items that have vectors of their own.",
      valueName: "n"
    )
  )
  var liveItems: Int?

  @Flag(help: "Write over a report that was edited.")
  var force = false

  func validate() throws {
    if source?.isEmpty == true || output?.isEmpty == true || outputs.isEmpty {
      throw ValidationError("a run, --output and --outputs take a name, not an empty text")
    }
    if let liveItems, !live { throw ValidationError("--live-items \(liveItems) is for a page with --live") }
    if let liveItems, liveItems < 1 {
      throw ValidationError("--live-items takes a number from 1, not \(liveItems)")
    }
    if live, let format, format != ReportFormat.html.rawValue {
      throw ValidationError("--live is for html, not for \(format)")
    }
  }

  func run() throws {
    let format = try format.map(Self.known)
    let record = try RunLookup(outputs: outputs).record(of: source)
    let folder = FilePaths.parent(of: record)
    let document = try ReportDocument(record: record)
    let writer = try ReportWriter(
      format: live ? .html : format,
      output: output,
      beside: folder,
      renderer: live
        ? (ReportFormat.liveFile, try LiveReport(document, folder: folder, most: liveItems).renderer) : nil
    )
    print(try writer.write(document, force: force))
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
