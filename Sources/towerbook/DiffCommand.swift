import ArgumentParser
import Files
import Notebook
import Recall
import Steps

/// `towerbook diff`: what differs between runs, or recipes.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show what differs between runs: settings, metrics paired by user, cells, plots.",
    discussion: """
      The others are held against the first. A run is named by its folder, its id (or how it begins), a tag, \
      'latest', or its recipe's name for the newest; '~1' behind it is the run of its recipe before it. A file \
      that ends in .yaml is a recipe, of which settings alone are compared.

        towerbook diff quickstart~1 quickstart
        towerbook diff best latest --output compared
        towerbook diff news.yaml latest
        towerbook diff base.yaml mine.yaml

      Figures that were measured under different protocols (other data, other held-out clicks, …) are refused \
      with exit code 2.
      """
  )

  @Argument(help: ArgumentHelp("Two runs or recipes, or more.", valueName: "run|recipe"))
  var names: [String]

  @OptionGroup var places: PlaceArguments

  @Option(
    name: .shortAndLong,
    help: "Write the comparison as 'diff.md', with plots over each other, into this folder.",
    completion: .directory
  )
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Show these metrics only, parted by commas: eval.ndcg@20,train.loss.",
      valueName: "names"
    ),
    transform: MetricList.parse
  )
  var metrics: [String]?

  @Flag(help: "Show metrics that are the same too.")
  var all = false

  @Flag(help: "Show figures that were measured under different protocols, unpaired.")
  var anyway = false

  @Option(
    parsing: .unconditional,
    help: "How often users are drawn anew for intervals and tests; 0 leaves both out."
  )
  var samples = BootstrapOptions().samples

  @Option(help: "'text', or 'json' with all digits.")
  var format = DiffFormat.text

  func validate() throws {
    guard (2...RunDifference.most).contains(names.count) else {
      throw ValidationError("diff takes from 2 to \(RunDifference.most) runs or recipes, not \(names.count)")
    }
    guard (0...1_000_000).contains(samples) else {
      throw ValidationError("--samples takes a number from 0 to 1000000, not \(samples)")
    }
    if output?.isEmpty == true {
      throw ValidationError("--output takes the name of a folder, not an empty text")
    }
  }

  func run() throws {
    let store = RunStore(places.folders.outputs)
    let subjects = try names.map { name -> RunDifference.Subject in
      guard RunTag.isRecipe(name), !FilePaths.isFolder(name) else {
        return .init(try RunReference(name).run(in: store))
      }
      return .init(recipe: name, try RecipeArguments.planned(path: name, overrides: [], outputs: store.root))
    }
    var options = RunComparison.Options()
    options.isAnyway = anyway
    options.showsAll = all
    options.metrics = metrics
    options.bootstrap.samples = samples
    options.threads = places.options().threads
    let comparison = try RunComparison(subjects, options)
    print(format == .json ? try comparison.json : comparison.text, terminator: "")
    if let output { print("\n\(try comparison.write(to: output))") }
  }
}

/// What a comparison is written as.
enum DiffFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json
}

/// Names of metrics, parted by commas.
enum MetricList {
  static func parse(_ text: String) throws -> [String] {
    let names = text.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
    guard !names.isEmpty else { throw ValidationError("expected names of metrics parted by commas") }
    return names
  }
}
