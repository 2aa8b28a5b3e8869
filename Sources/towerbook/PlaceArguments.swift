import ArgumentParser
import Notebook
import Report
import Steps

/// Where results and their cache are, which several verbs take.
struct FolderArguments: ParsableArguments {
  @Option(
    help: "The folder that holds a folder for each recipe, and the cache.",
    completion: .directory
  )
  var outputs = "outputs"

  @Option(help: "The folder of the cache, in place of '.cache' under --outputs.", completion: .directory)
  var cache: String?

  func validate() throws {
    if outputs.isEmpty || cache?.isEmpty == true {
      throw ValidationError("--outputs and --cache take the name of a folder, not an empty text")
    }
  }

  /// Run options with these folders.
  func options() -> RunOptions {
    var options = RunOptions()
    options.outputRoot = outputs
    options.cacheFolder = cache
    return options
  }

  /// The words that give another verb the same folders.
  var words: [String] { ["--outputs", outputs] + (cache.map { ["--cache", $0] } ?? []) }

  /// The folder of the cache.
  var cacheFolder: String { Runner.cacheFolder(options()) }

  /// The cache.
  var stepCache: StepCache { StepCache(folder: cacheFolder) { _ in } }
}

/// Where results go and with how many threads, which several verbs take.
struct PlaceArguments: ParsableArguments {
  @OptionGroup var folders: FolderArguments

  @Option(parsing: .unconditional, help: "How many threads to use, in place of one for each processor.")
  var threads: Int?

  @Flag(help: "Run the programs that the recipe's 'script' cells name; see 'towerbook allow'.")
  var allowScripts = false

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a number from 1 to 1024, not \(threads)")
    }
  }

  /// Run options with these places.
  func options() -> RunOptions {
    var options = Self.options(folders.options(), threads: threads)
    options.allowsPrograms = allowScripts
    return options
  }

  /// Run options with the places of `folders` and so many threads, nil for as many as there are processors.
  static func options(_ folders: RunOptions, threads: Int?) -> RunOptions {
    var options = folders
    options.threads = threads ?? SystemFacts.processors
    options.artifacts = StepList.artifacts
    options.versions = SystemFacts.versions
    return options
  }

  /// The words that give another verb the same places.
  var words: [String] {
    folders.words + (threads.map { ["--threads", "\($0)"] } ?? []) + (allowScripts ? ["--allow-scripts"] : [])
  }
}
