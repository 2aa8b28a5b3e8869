import ArgumentParser
import Files
import Recall
import Report

/// `towerbook recommend`: what a saved model recommends.
struct RecommendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recommend",
    abstract: "Say what a saved model recommends to a user, to a history of clicks, or to a file of them.",
    discussion: """
      The model is what 'save' wrote; a run that has one will do. A user's clicks are those the model was saved \
      with, and the request comes at the last of them, as in the recipe's own 'recall'; --history, --time and \
      --context say otherwise. Times count what the click log's do. At an earlier --time the user's later clicks \
      are left out, as nobody knew them then.

        towerbook recommend latest --user 42
        towerbook recommend news/best --history 30760,157507 --time 1508211672000 --context click_os=2
        towerbook recommend model --user 42 --explain -k 5
        towerbook recommend model --batch requests.csv --output candidates.csv

      A file of requests has a row each, with the columns user or history (ids parted by blanks or commas), and \
      where wished time and columns of the context; what is empty is not said. Of the candidates the column \
      request is the number of the row that they are of, from 1, and the user is empty where the row has none.
      """
  )

  @OptionGroup var model: ModelArguments

  @Option(parsing: .unconditional, help: "The user's id.")
  var user: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The clicked items, the oldest first, parted by commas.", valueName: "ids")
  )
  var history: String?

  @Option(parsing: .unconditional, help: "When the request comes, as the click log counts time.")
  var time: Int64?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A value of the request's context; may be given more than once.",
      valueName: "column=value"
    )
  )
  var context: [String] = []

  @Option(name: .customShort("k"), parsing: .unconditional, help: "How many items.")
  var k = 20

  @Option(help: "What becomes of clicked items: 'keep' them, or 'leave_out'.")
  var seen = Seen.leave_out

  @Option(help: "Recommend only items whose ids stand in this file, one a line.", completion: .file())
  var allow: String?

  @Option(help: "Recommend no items whose ids stand in this file, one a line.", completion: .file())
  var block: String?

  @Flag(help: "Show how far each item's score falls when a click of the history is left out.")
  var explain = false

  @Option(help: "A file of requests.", completion: .file())
  var batch: String?

  @Option(
    name: .shortAndLong,
    help: "With --batch: where the candidates go; the ending says as what.",
    completion: .file()
  )
  var output: String?

  @Flag(help: "Print JSON.")
  var json = false

  enum Seen: String, CaseIterable, ExpressibleByArgument {
    case keep, leave_out
  }

  func validate() throws {
    guard (1...Recommender.mostItems).contains(k) else {
      throw ValidationError("-k takes a number from 1 to \(Recommender.mostItems), not \(k)")
    }
    if batch != nil {
      guard output != nil else {
        throw ValidationError("--batch needs --output, the file that candidates go to")
      }
      if user != nil || history != nil || time != nil || !context.isEmpty || explain || json {
        throw ValidationError(
          "with --batch, users, histories, times and contexts stand in its file; leave --user, "
            + "--history, --time, --context, --explain and --json out"
        )
      }
      if let problem = output.flatMap(CandidateSinks.problem) {
        throw ValidationError("--output: \(problem)")
      }
    } else {
      if output != nil { throw ValidationError("--output is for --batch; one request's items are printed") }
      if user == nil && history == nil {
        throw ValidationError("say whom to recommend to: --user, --history or --batch")
      }
    }
    for pair in context where !pair.contains("=") || pair.hasPrefix("=") {
      throw ValidationError("--context takes a column and its value, as in os=2, not '\(pair)'")
    }
    if Set(context.compactMap { $0.split(separator: "=", omittingEmptySubsequences: false).first }).count
      != context.count
    {
      throw ValidationError("--context names a column twice")
    }
  }

  func run() throws {
    let recommender = try model.recommender()
    let lists = try filters(recommender)
    if let batch, let output { return try runBatch(batch, output, lists, recommender) }
    var request = template(lists)
    request.user = user
    request.history = history.map { IDFile.trimmed($0.split(separator: ",")) }
    request.time = time
    for pair in context {
      guard let equals = pair.firstIndex(of: "=") else { continue }
      request.contexts[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
    }
    request.explains = explain
    let answer = try recommender.recommend([request])[0]
    if json { return print(RecommendationJSON.answer(answer).text(.indented)) }
    for note in answer.notes { StandardError.line("note: \(note)") }
    print(RecommendationTable.text(answer.items, explains: explain), terminator: "")
  }

  private func template(_ lists: (allow: ItemSelection?, block: ItemSelection?)) -> RecommendRequest {
    RecommendRequest(k: k, seen: seen == .keep ? .keep : .leaveOut, allow: lists.allow, block: lists.block)
  }

  private func filters(_ recommender: Recommender) throws -> (allow: ItemSelection?, block: ItemSelection?) {
    func list(_ path: String?, _ option: String) throws -> ItemSelection? {
      guard let path else { return nil }
      let list = try recommender.items(try IDFile.read(path))
      if !list.unknown.isEmpty {
        let shown = list.unknown.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        StandardError.line(
          "note: \(list.unknown.count) ids in '\(path)' are no items of the model: \(shown)"
            + (list.unknown.count > 3 ? ", …" : "")
        )
      }
      guard option != "--allow" || !list.keys.isEmpty else {
        throw ValidationError("--allow: none of the ids in '\(path)' is an item of the model")
      }
      return list
    }
    return (try list(allow, "--allow"), try list(block, "--block"))
  }

  private func runBatch(
    _ batch: String,
    _ output: String,
    _ lists: (allow: ItemSelection?, block: ItemSelection?),
    _ recommender: Recommender
  ) throws {
    var table = try RequestTable(path: batch, for: recommender.facts, threads: model.threadCount)
    table.set(template(lists))
    let summary = try BatchRecommendation(recommender, k: k, threads: model.threadCount).write(
      table,
      to: output
    )
    for line in summary.notes { StandardError.line("note: \(line)") }
    print(output)
  }
}
