import ArgumentParser
import Files
import Notebook
import Recall
import Steps

/// `towerbook update`: folds new clicks into a saved model.
struct UpdateCommand: ParsableCommand, HeedsSignals {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Fold new clicks and items into a saved model, as a new one.",
    discussion: """
      Histories grow, new users and items get rows, and with --epochs above 0 the model goes on learning from the new \
      clicks, with some of before against forgetting. The index is changed, not made anew, as long as little of it is \
      gone, and what that costs in recall is said. The model that was stays as it is; the new one appears at --output \
      when it is whole, where 'serve' can read it on SIGHUP or POST /reload.

        towerbook update latest clicks.csv --output model-2
        towerbook update model-2 clicks.parquet --items items.csv --remove gone.txt --output model-3 --epochs 0

      Files are written as the log that the model was made of and as its item table, or as any table that tells by itself \
      how it is. Columns are called as there, those of --items as in the item table: titles, features, and \
      what the model's candidates are narrowed by. Times count what that log's do. An item that is \
      removed goes from the index and from histories, in which clicks on it are those on an unknown one.
      """
  )

  @OptionGroup var model: ModelArguments

  @Argument(help: "The file of new clicks.", completion: .file())
  var clicks: String?

  @Option(name: .shortAndLong, help: "The folder, or the .tar.zst, of the new model.", completion: .file())
  var output: String

  @Option(
    help: "A file of items, new ones and known ones of which something else is to be said.",
    completion: .file()
  )
  var items: String?

  @Option(help: "A file of the ids of items that go, one a line.", completion: .file())
  var remove: String?

  @Option(parsing: .unconditional, help: "Passes over the new clicks; 0 learns nothing.")
  var epochs = 4

  @Option(parsing: .unconditional, help: "How many clicks of before are learned with each new one.")
  var old = 0.5

  @Option(parsing: .unconditional, help: "The learning rate, in place of that of the model's training.")
  var learningRate: Double?

  @Option(help: "The column of times, in place of that of the model's log.")
  var timeColumn: String?

  @Option(help: "The column of ids in --items, in place of that of the model's item table.")
  var itemColumn: String?

  @Flag(help: "Make an approximate index anew, whatever is gone.")
  var rebuild = false

  @Flag(
    name: .customLong("no-drift"),
    help: "Do not measure what the changed index loses against one made anew."
  )
  var isWithoutDrift = false

  func validate() throws {
    guard (0...10_000).contains(epochs) else {
      throw ValidationError("--epochs takes a number from 0 to 10000, not \(epochs)")
    }
    guard old >= 0, old <= 1_000 else {
      throw ValidationError("--old takes a number from 0 to 1000, not \(old)")
    }
    if let learningRate, !(learningRate > 0 && learningRate <= 1e6) {
      throw ValidationError("--learning-rate takes a number above 0 and up to 1e6, not \(learningRate)")
    }
    if output.isEmpty { throw ValidationError("--output takes the name of a folder, not an empty text") }
    if clicks == nil && items == nil && remove == nil {
      throw ValidationError("say what is new: a file of clicks, --items or --remove")
    }
  }

  func run() throws {
    var wishes = ModelUpdate.Wishes(model: try model.path(), output: output)
    (wishes.clicks, wishes.items) = (clicks, items)
    wishes.removed = try remove.map(IDFile.read) ?? []
    (wishes.epochs, wishes.old, wishes.learningRate) = (epochs, old, learningRate)
    (wishes.timeColumn, wishes.itemColumn) = (timeColumn, itemColumn)
    (wishes.rebuilds, wishes.measuresDrift) = (rebuild, !isWithoutDrift)
    wishes.threads = model.threadCount
    do {
      try ModelUpdate(
        wishes,
        say: { StandardError.line($0) },
        checkCancellation: { try Cancellation.check() }
      ).run()
    } catch is Interrupted {
      // No checkpoint is kept of what an update learns.
      StandardError.line("interrupted; nothing was written, and the same command begins anew")
      throw ExitCode(130)
    }
    print(output)
  }
}
