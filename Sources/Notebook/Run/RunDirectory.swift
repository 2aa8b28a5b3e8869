import Files
import Glibc
import Report
import Synchronization

/// The folder of one run, filled out of sight and put into place when it is whole.
struct RunDirectory {
  /// Where the run will be found.
  let final: String
  private let filling: StagingFolder
  private let latest: String?

  /// The folder that holds the last run of the recipe, if there was one.
  var previous: String? { latest ?? final }

  /// Where it is being filled.
  var staging: String { filling.path }

  /// Makes a folder for a new run of `recipe`.
  /// - Throws: `FileError` where no folder can be made there; ``RunFailure`` where something is in the way of `latest`.
  init(recipe: String, options: RunOptions) throws {
    if let directory = options.directory {
      filling = try StagingFolder(in: directory)
      final = directory
      latest = nil
    } else {
      let parent = FilePaths.join(options.outputRoot, recipe)
      let link = FilePaths.join(parent, RunTag.latest)
      if FilePaths.exists(link), !Links.isLink(link) {
        throw RunFailure(
          "'\(link)' is in the way of the link to the newest run: it is a \(FilePaths.isFolder(link) ? "folder" : "file") "
            + "of its own; give it another name, or take it away"
        )
      }
      filling = try StagingFolder(in: parent)
      final = FilePaths.join(parent, RunDirectory.freshID(in: parent))
      latest = link
    }
    Leftovers.remove(in: FilePaths.parent(of: staging))
  }

  private static let runsOfThisProcess = Atomic<Int>(0)

  /// The time in UTC and the process, so that two runs never share a name.
  ///
  /// Numbers of processes begin anew at some time: where the name would come before that of a run of the same second which is
  /// there already, it has the next second.
  private static func freshID(in parent: String) -> String {
    var count = runsOfThisProcess.add(1, ordering: .relaxed).newValue
    let newest = (try? FilePaths.list(parent))?.filter(RunID.isOne).max(by: RunID.precedes)
    let now = time(nil)
    func id(_ seconds: Int) -> String {
      let stamp = "\(UTCTime.compact(Double(seconds)))-\(getpid())"
      return count == 1 ? stamp : "\(stamp)-\(count)"
    }
    // A run of a later time yet was named by another clock.
    let seconds =
      (now...now + 2).first { seconds in newest.map { RunID.precedes($0, id(seconds)) } ?? true } ?? now
    while FilePaths.exists(FilePaths.join(parent, id(seconds))) { count += 1 }
    return id(seconds)
  }

  /// Puts the run into place and points `latest` at it, unless a run that counts as newer was quicker.
  /// - Returns: what else lies in the folder, where it was an earlier run's: files of that one, as far as anybody can tell.
  func publish() throws -> [String] {
    if let latest {
      guard rename(staging, final) == 0 else { throw FileError("cannot write", final) }
      try point(latest)
      return []
    }
    let wasRun = FilePaths.exists(FilePaths.join(final, ReportDocument.file))
    let own = Set(try FilePaths.list(staging))
    try move(from: staging, to: final)
    try Folders.remove(staging)
    return wasRun ? try FilePaths.list(final).filter { !own.contains($0) && !$0.hasPrefix(".") } : []
  }

  /// Of runs that end at once the link leads to the one that lists show first.
  private func point(_ latest: String) throws {
    let parent = open(FilePaths.parent(of: latest), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { if parent >= 0 { close(parent) } }
    // Where a file system has no locks, runs that end at once may leave the link at either of them.
    if parent >= 0 { flock(parent, LOCK_EX) }
    if let other = try? StoredRun(directory: latest), let own = try? StoredRun(directory: final),
      other.isNewer(than: own), other.document.date <= UTCTime.iso8601(Double(time(nil)))
    {
      return
    }
    let beside = latest + ".\(FilePaths.name(of: final))"  // a name no other run has
    unlink(beside)
    guard symlink(FilePaths.name(of: final), beside) == 0, rename(beside, latest) == 0 else {
      let reason = FileError("cannot write", latest)
      unlink(beside)
      throw reason
    }
  }

  /// Removes what was filled so far.
  func abandon() {
    try? Folders.remove(staging)
    if latest != nil { rmdir(FilePaths.parent(of: final)) }  // goes only where no run is in it
  }

  /// Moves every file into a folder that may hold others; the report last.
  private func move(from source: String, to target: String) throws {
    let names = try FilePaths.list(source).sorted { first, second in
      first != "report.md" && second == "report.md"
    }
    for name in names {
      let path = FilePaths.join(source, name)
      let place = FilePaths.join(target, name)
      if FilePaths.isFolder(path) {
        try Folders.make(place)
        try move(from: path, to: place)
      } else if rename(path, place) != 0 {
        throw FileError("cannot write", place)
      }
    }
  }
}
