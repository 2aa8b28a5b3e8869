import ArgumentParser
import Files
import Notebook
import Recall
import Steps

/// The saved model that verbs ask, and with how many threads.
struct ModelArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The model: the folder or the .tar.zst that 'save' wrote, or a run: its folder, id, tag, 'latest' or recipe.",
      valueName: "model|run"
    ),
    completion: .file()
  )
  var model: String

  @Option(help: "The folder that holds a folder for each recipe.", completion: .directory)
  var outputs = "outputs"

  @Option(parsing: .unconditional, help: "How many threads to use, in place of one for each processor.")
  var threads: Int?

  @Flag(
    inversion: .prefixedNo,
    help:
      "Hold the digests of all of the model's files against its manifest first, which reads them all; sizes always are."
  )
  var verify = true

  func validate() throws {
    if model.isEmpty || outputs.isEmpty {
      throw ValidationError("a model and --outputs take a name, not an empty text")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a number from 1 to 1024, not \(threads)")
    }
  }

  /// How many threads a search may use.
  var threadCount: Int { threads ?? SystemFacts.processors }

  /// Where the model is.
  func path() throws -> String { try SavedModelPlace.named(model, in: RunStore(outputs)) }

  /// Opens the model.
  func recommender() throws -> Recommender {
    try Recommender(path: try path(), threads: threadCount, verifies: verify)
  }
}

/// Lists of ids that stand in files.
enum IDFile {
  /// The ids in the file at `path`, one a line; empty lines count for nothing.
  static func read(_ path: String) throws -> [String] {
    trimmed(try MappedFile.readText(path).split(whereSeparator: \.isNewline))
  }

  /// Ids without blanks around them; empty ones count for nothing.
  static func trimmed(_ ids: [Substring]) -> [String] {
    ids.map { id in
      String(id.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }.filter { !$0.isEmpty }
  }
}
