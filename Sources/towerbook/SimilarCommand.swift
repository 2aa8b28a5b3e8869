import ArgumentParser
import Recall

/// `towerbook similar`: what a saved model takes for alike.
struct SimilarCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "similar",
    abstract: "Say which items a saved model takes for most like one.",
    discussion: """
      Items are compared by the inner product of their vectors, which is the cosine where the model's vectors have \
      length one.

        towerbook similar latest --item 30760 -k 10
      """
  )

  @OptionGroup var model: ModelArguments

  @Option(parsing: .unconditional, help: "The item's id.")
  var item: String

  @Option(name: .customShort("k"), parsing: .unconditional, help: "How many items.")
  var k = 20

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (1...Recommender.mostItems).contains(k) else {
      throw ValidationError("-k takes a number from 1 to \(Recommender.mostItems), not \(k)")
    }
  }

  func run() throws {
    let recommender = try model.recommender()
    let items: [Recommendation.Item]
    do { items = try recommender.similar(item: item, k: k) } catch let failure as RequestFailure {
      throw ValidationError("--item: \(failure)")
    }
    if json {
      return print(RecommendationJSON.answer(Recommendation(items: items, notes: [])).text(.indented))
    }
    print(RecommendationTable.text(items, explains: false), terminator: "")
  }
}
