import Files
import Synchronization

/// What a service was told while it served: clicks, and items that came, changed and went. It is in a log on the disk before
/// anybody is told that it was taken, and outlives the process and the model.
package final class ServiceState: Sendable {
  /// The name of the log in its folder.
  package static let file = "state.log"

  /// How much there is.
  package struct Facts: Sendable, Equatable {
    /// Clicks of all times.
    package var events = 0
    /// Users who have some.
    package var users = 0
    /// Items of which something was said, deleted ones among them.
    package var items = 0
    /// The bytes of the log.
    package var bytes = 0
    /// Bytes of a write that a kill cut off, which were cut off when the log was opened.
    package var cutBytes = 0

    /// Nothing.
    package init() {}
  }

  private struct Memory {
    var kept = 0
    var users: [IDText: UserClicks] = [:]
    /// The ids behind the numbers of clicked items.
    var itemIDs: [String] = []
    var itemNumbers: [IDText: Int32] = [:]
    /// What was said last of each item, and the number of that among all that was said.
    var changes: [IDText: (number: Int, change: ItemChange)] = [:]
    var changeCount = 0
    var events = 0
    /// The bytes of the log.
    var bytes = 0
    /// What times count; nil until somebody said.
    var ticksPerSecond: Int64?
    /// The item and the time of every click, each once, in the order in which they came; nil where no model counts them.
    var all: [(item: Int32, time: Int64)]?

    init(kept: Int, keepsAll: Bool = false) {
      self.kept = kept
      all = keepsAll ? [] : nil
    }

    mutating func take(_ record: StateRecord) {
      switch record {
      case .click(let click):
        events += 1
        let item = number(click.item)
        let isNew = users[IDText(click.user), default: UserClicks()].take(
          UserClicks.Click(item: item, time: click.time, contexts: click.contexts),
          kept: kept
        )
        if isNew { all?.append((item, click.time)) }
      case .item(let id, let change):
        changeCount += 1
        changes[IDText(id)] = (changeCount, change)
      case .ticksPerSecond(let ticks): ticksPerSecond = ticks
      }
    }

    private mutating func number(_ item: String) -> Int32 {
      let id = IDText(item)
      if let number = itemNumbers[id] { return number }
      let number = Int32(itemIDs.count)
      itemIDs.append(item)
      itemNumbers[id] = number
      return number
    }
  }

  // Who takes both takes the log first.
  private let log: Mutex<RecordLog>
  private let memory: Mutex<Memory>
  private let cutBytes: Int
  /// How many of a user's newest clicks are held, unless a model reads more.
  private static let leastKept = 64

  /// Opens the state in `folder`, or begins one there, for this process alone.
  /// - Throws: `FileError` where it is in use or damaged.
  package init(folder: String) throws {
    try Folders.make(folder)
    var memory = Memory(kept: Self.leastKept)
    let path = FilePaths.join(folder, Self.file)
    let log = try RecordLog(path, firstLine: StateRecord.firstLine) { content, offset in
      memory.take(try Self.record(content, offset, path))
    }
    cutBytes = log.cutBytes
    memory.bytes = log.byteCount
    self.log = Mutex(log)
    self.memory = Mutex(memory)
  }

  private static func record(_ content: UnsafeRawBufferPointer, _ offset: Int, _ path: String) throws
    -> StateRecord
  {
    guard let record = StateRecord(content) else {
      throw FileError("cannot use", path, reason: "the record at byte \(offset) is of no known kind")
    }
    return record
  }

  /// Makes the state ready for a model: of each user as many of the newest clicks are held as it reads, for which the log may be
  /// read again.
  /// - Parameters:
  ///   - ticksPerSecond: what the model's times count.
  ///   - countsClicks: whether the model counts how often items were clicked lately: the times of all clicks are held then, 16
  ///     bytes each.
  /// - Throws: `FileError`; `SavedModelFailure` where the times of the state count something else.
  package func serve(historyLength: Int, ticksPerSecond: Int64, countsClicks: Bool = false) throws {
    let known = memory.withLock { $0.ticksPerSecond }
    if known == nil { try record([.ticksPerSecond(ticksPerSecond)]) }
    guard known ?? ticksPerSecond == ticksPerSecond else {
      throw SavedModelFailure(
        "the times of this model count \(ticksPerSecond) a second, and those of the service's state \(known ?? 0); train it on "
          + "a log of the same unit, or begin another state"
      )
    }
    try log.withLock { log in
      let (kept, keepsAll) = memory.withLock { ($0.kept, $0.all != nil) }
      guard kept < historyLength || (countsClicks && !keepsAll) else { return }
      var again = Memory(kept: max(kept, historyLength), keepsAll: keepsAll || countsClicks)
      try log.read { content, offset in again.take(try Self.record(content, offset, log.path)) }
      again.bytes = log.byteCount
      memory.withLock { $0 = again }
    }
  }

  /// Takes records: they are on the disk, and seen by whoever asks from now on, when this is done.
  /// - Throws: `FileError`; then none of them counts.
  package func record(_ records: [StateRecord]) throws {
    let bytes = records.map(\.bytes)
    try log.withLock { log in
      try log.append(bytes)
      memory.withLock { memory in
        for record in records { memory.take(record) }
        memory.bytes = log.byteCount
      }
    }
  }

  /// How much there is.
  package var facts: Facts {
    memory.withLock { memory in
      var facts = Facts()
      (facts.events, facts.users, facts.items) = (memory.events, memory.users.count, memory.changes.count)
      (facts.bytes, facts.cutBytes) = (memory.bytes, cutBytes)
      return facts
    }
  }

  /// What came of a user; nil where nothing did.
  func clicks(of user: String) -> UserClicks? { memory.withLock { $0.users[IDText(user)] } }

  /// The clicks that came after the first `number` of those that are counted, in the order in which they came, their items by
  /// number, and how many there are now; none where no model counts them.
  func clicks(since number: Int) -> (clicks: [(item: Int32, time: Int64)], number: Int) {
    memory.withLock { memory in
      guard let all = memory.all, all.count > number else { return ([], number) }
      return (Array(all[number...]), all.count)
    }
  }

  /// The id of a clicked item by its number.
  func itemID(_ number: Int32) -> String { memory.withLock { $0.itemIDs[Int(number)] } }

  /// What was said last of each item since `number` things were said of items, in the order in which it was said, and how
  /// many there are now.
  func changes(since number: Int) -> (changes: [(id: String, change: ItemChange)], number: Int) {
    memory.withLock { memory in
      guard memory.changeCount > number else { return ([], number) }
      let new = memory.changes.filter { $0.value.number > number }.sorted {
        $0.value.number < $1.value.number
      }
      return (new.map { ($0.key.text, $0.value.change) }, memory.changeCount)
    }
  }

  /// What was said last of an item; nil where nothing was.
  package func change(of item: String) -> ItemChange? {
    memory.withLock { $0.changes[IDText(item)]?.change }
  }
}
