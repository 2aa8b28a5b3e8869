import ArgumentParser
import Files
import Glibc
import Notebook
import Recipe
import Report

/// `towerbook cache`: shows what the cache holds, and makes room.
struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache",
    abstract: "Show what the cache holds, and remove what is no longer needed.",
    discussion:
      "What is removed is computed again when a recipe needs it; runs that are finished keep their files.",
    subcommands: [CacheListCommand.self, CacheSizeCommand.self, CachePruneCommand.self],
    defaultSubcommand: CacheListCommand.self
  )
}

/// `towerbook cache list`: a line for each result and checkpoint.
struct CacheListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List results and checkpoints, the longest unused first."
  )

  @OptionGroup var folders: FolderArguments

  func run() throws {
    let items = try folders.stepCache.items()
    let now = time(nil)
    let rows: [[Table.Cell]] = items.map { item in
      [
        .text(item.step ?? (item.kind == .result ? "damaged" : "checkpoint")),
        .text(NumberFormat.bytes(item.size)),
        .text(NumberFormat.duration(seconds: Double(max(0, now - item.lastUse)))),
        .text(String(item.key.description.prefix(12))),
      ]
    }
    let columns: [Table.Column] = [
      .init("step"), .init("size", .trailing), .init("unused for"), .init("key"),
    ]
    print(TextTableRenderer.render(Table(columns: columns, rows: rows)), terminator: "")
  }
}

/// `towerbook cache size`: the bytes that the cache takes.
struct CacheSizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "size",
    abstract: "Show how much the cache holds."
  )

  @OptionGroup var folders: FolderArguments

  func run() throws {
    let items = try folders.stepCache.items()
    let size = NumberFormat.bytes(items.reduce(0) { $0 + $1.size })
    print("\(size) in \(NumberFormat.grouped(items.count)) results and checkpoints in \(folders.cacheFolder)")
  }
}

/// `towerbook cache prune`: removes results and checkpoints.
struct CachePruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Remove results and checkpoints, but never what a run is at.",
    discussion: "With --older-than and --max-size what is old goes first, then the longest unused."
  )

  @OptionGroup var folders: FolderArguments

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Remove what was not used for so many days.", valueName: "days")
  )
  var olderThan: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Remove the longest unused until no more is left than this: 500MB, 2GB.",
      valueName: "size"
    ),
    transform: { text in
      guard let size = ByteCount(text) else {
        throw ValidationError("expected a size such as 500MB, got '\(text)'")
      }
      return size.bytes
    }
  )
  var maxSize: Int?

  @Flag(help: "Remove all.")
  var all = false

  func validate() throws {
    if all && (olderThan != nil || maxSize != nil) {
      throw ValidationError("--all removes everything; leave --older-than and --max-size out")
    }
    if let olderThan, !(0...1e6).contains(olderThan) {
      throw ValidationError("--older-than takes a number of days from 0 to 1000000, not \(olderThan)")
    }
  }

  func run() throws {
    guard all || olderThan != nil || maxSize != nil else {
      throw ValidationError("say what is to go: --older-than DAYS, --max-size SIZE or --all")
    }
    let rule =
      all ? .everything : PruneRule(unusedSeconds: olderThan.map { Int($0 * 86_400) }, maxBytes: maxSize)
    let outcome = try folders.stepCache.prune(rule)
    let size = NumberFormat.bytes(outcome.removed.reduce(0) { $0 + $1.size })
    print("removed \(NumberFormat.grouped(outcome.removed.count)) results and checkpoints, \(size)")
    if !outcome.inUse.isEmpty { print("left \(NumberFormat.grouped(outcome.inUse.count)) that a run is at") }
  }
}
