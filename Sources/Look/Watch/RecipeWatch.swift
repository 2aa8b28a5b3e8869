import Files
import FoundationEssentials
import Glibc
import Notebook
import Recipe

/// Runs a recipe again whenever it, what it extends, or its data is saved, and rewrites one report.
///
/// Each run is a process of its own. Where something is saved while one is under way, it is asked to stop, what it has
/// finished stays in the cache, and the next begins.
package final class RecipeWatch {
  /// What is watched, and what is done.
  package struct Settings: Sendable {
    /// The recipe, as it was named.
    package var recipe: String
    /// The settings on the command line.
    package var overrides: [String]
    /// Where the runs are written, over each other.
    package var folder: String
    /// This program.
    package var executable: String
    /// What it is given to run the recipe into ``folder``.
    package var arguments: [String]

    /// Puts them together.
    package init(recipe: String, overrides: [String], folder: String, executable: String, arguments: [String])
    {
      (self.recipe, self.overrides, self.folder) = (recipe, overrides, folder)
      (self.executable, self.arguments) = (executable, arguments)
    }
  }

  /// Who is told of what happens.
  package struct Surroundings {
    /// Checks the recipe as `check` does.
    package var plan: () throws -> Plan
    /// Whether to end.
    package var isStopping: () -> Bool
    /// Told, in words, what happens.
    package var say: (String) -> Void
    /// Told the path of the report each time that it was rewritten, and how many seconds after it was heard that
    /// something was saved.
    package var rewritten: (String, Double) -> Void

    /// Puts them together.
    package init(
      plan: @escaping () throws -> Plan,
      isStopping: @escaping () -> Bool,
      say: @escaping (String) -> Void,
      rewritten: @escaping (String, Double) -> Void
    ) {
      (self.plan, self.isStopping, self.say, self.rewritten) = (plan, isStopping, say, rewritten)
    }
  }

  /// An editor that saves does so in some steps; they are over when nothing was heard for so long.
  private static let quietMilliseconds: Int32 = 15
  private static let mostQuietTurns = 10
  /// How long a recipe may be away before it counts as removed: some editors take it away and write it anew.
  private static let goneMilliseconds: UInt32 = 300
  /// How many seconds a run that is asked to stop may take before it is ended.
  private static let graceSeconds = 3
  /// How often it is looked at what the system may not have told.
  private static let sweepSeconds = 1.0

  private let settings: Settings
  private let surroundings: Surroundings
  private let events: FolderEvents
  private var lock: FileLock
  private var files: WatchedFiles
  /// The files as they were when the run began that is under way or was the last.
  private var begun: WatchedFiles?
  /// The recipe's file as it was when the last run failed; nil where none did.
  private var failed: FileStamp?
  /// As they were at the last look that found them changed without having been heard of.
  private var unheard: WatchedFiles?
  private var swept = ContinuousClock.now
  private var running: (process: RunProcess, since: ContinuousClock.Instant)?
  private var state: WatchState
  /// When something was last heard.
  private var saved = ContinuousClock.now

  /// Begins to watch.
  /// - Throws: ``CannotWatch`` where another process watches into the same folder; `FileError`.
  package init(_ settings: Settings, _ surroundings: Surroundings) throws {
    self.settings = settings
    self.surroundings = surroundings
    guard let lock = try FileLock(ifFree: FilePaths.join(settings.folder, WatchState.lock)) else {
      throw CannotWatch(
        "another 'towerbook watch' writes into '\(settings.folder)'; end it, or name another folder with --output"
      )
    }
    self.lock = lock
    events = try FolderEvents()
    state = WatchState(recipe: settings.recipe, phase: .running, problems: "", since: 0)
    files = WatchedFiles(texts: [FilePaths.absolute(settings.recipe)], data: [])
  }

  /// Watches until told to end; a run that is under way is stopped then.
  package func run() {
    look(isFirst: true)
    while !surroundings.isStopping() {
      wait()
      if surroundings.isStopping() { break }
      takeEnd()
      if hasChanged() { look() }
    }
    if let running { _ = running.process.stop(within: Self.graceSeconds) }
    try? Folders.remove(FilePaths.join(settings.folder, WatchState.file))
    withExtendedLifetime(lock) {}
  }

  /// Waits until something is heard, the run ends, or some time is over.
  private func wait() {
    var waited = [pollfd(fd: events.descriptor, events: Int16(POLLIN), revents: 0)]
    if let running {
      waited.append(pollfd(fd: running.process.descriptor, events: Int16(POLLIN), revents: 0))
    }
    _ = poll(&waited, nfds_t(waited.count), 100)
    guard waited[0].revents != 0 else { return }
    saved = .now
    for _ in 0..<Self.mostQuietTurns {
      events.drain()
      var heard = pollfd(fd: events.descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&heard, 1, Self.quietMilliseconds) <= 0 { break }
    }
    swept = .now - .seconds(Self.sweepSeconds)
    unheard = files.again()
  }

  /// Whether a file is otherwise than at the last look. What was not heard of, as on file systems of other machines,
  /// counts once it stays as it is, for it may still be being written.
  private func hasChanged() -> Bool {
    guard ContinuousClock.now - swept >= .seconds(Self.sweepSeconds) else { return false }
    swept = .now
    let now = files.again()
    guard !now.isUntouched(since: files) else {
      unheard = nil
      return false
    }
    if let unheard, now.isUntouched(since: unheard) {
      self.unheard = nil
      return true
    }
    unheard = now
    return false
  }
}

/// Why nothing can be watched.
package struct CannotWatch: Error, CustomStringConvertible {
  /// The reason, and what to do.
  package var description: String
  /// Makes the error.
  init(_ reason: String) { description = reason }
}

extension RecipeWatch {
  /// Checks the recipe as it is now, and runs it where it is sound and another one than before.
  private func look(isFirst: Bool = false) {
    let path = FilePaths.absolute(settings.recipe)
    if !isFirst, !FilePaths.exists(path) { usleep(Self.goneMilliseconds * 1_000) }
    // Before the recipe is read: what is saved from here on is seen at the next turn.
    let before = files.again()
    do {
      let plan = try surroundings.plan()
      let data = plan.cells.indices.flatMap { plan.files(of: $0).map(\.absolute) }
      watch(texts: [path] + plan.recipe.files + Self.environmentFiles(path), data: data)
      begin()
    } catch {
      events.listen(to: files.listenedFolders)
      // What was saved since it was read is found at the next look.
      files = before
      stopRun()
      begun = nil
      let isGone = !FilePaths.exists(path)
      let text = isGone ? "'\(settings.recipe)' is gone; as soon as it is there again it is run" : "\(error)"
      guard isFirst || state.problems != text else { return }
      let report = FilePaths.join(settings.folder, "report.md")
      surroundings.say(text)
      if FilePaths.exists(report) { surroundings.say("the report is still that of the last good run") }
      tell(isGone ? .gone : .broken, text)
    }
  }

  /// Where variables that a recipe names may come from.
  private static func environmentFiles(_ recipe: String) -> [String] {
    [FilePaths.parent(of: recipe), FilePaths.current].flatMap { start -> [String] in
      var (folder, found) = (start, [FilePaths.join(start, ".env")])
      while folder != "/" {
        folder = FilePaths.parent(of: folder)
        let path = FilePaths.join(folder, ".env")
        if FilePaths.exists(path), !FilePaths.isFolder(path) { found.append(path) }
      }
      return found
    }
  }

  /// Watches these files from now on. A run that begins hereafter reads them as they are now, or newer.
  private func watch(texts: [String], data: [String]) {
    var known: Set<String> = []
    let all = texts.filter { known.insert($0).inserted }
    events.listen(to: WatchedFiles(texts: all, data: data).listenedFolders)
    files = WatchedFiles(texts: all, data: data)
  }

  private func begin() {
    let stamp = FileStamp(FilePaths.absolute(settings.recipe))
    // A run that failed is tried again where the recipe is saved, though it be the same.
    if let begun, files.isSame(as: begun), failed == nil || failed == stamp { return }
    stopRun()
    (begun, failed) = (files, nil)
    do {
      running = (try RunProcess(settings.executable, settings.arguments), saved)
      tell(.running, "")
    } catch {
      fail("\(error)", isSaid: false)
    }
  }

  private func stopRun() {
    guard let running else { return }
    self.running = nil
    switch running.process.stop(within: Self.graceSeconds) {
    case .exited(130), .signalled: surroundings.say("      stopped: the recipe was saved anew")
    // It came to its end before it was asked.
    case .exited: break
    }
  }

  /// Takes in that the run has come to its end.
  private func takeEnd() {
    guard let running, let end = running.process.poll() else { return }
    self.running = nil
    let output = running.process.output.split(separator: "\n").map(String.init)
    switch end {
    case .exited(0), .exited(3):
      surroundings.rewritten(
        output.last ?? settings.folder,
        (ContinuousClock.now - running.since) / .seconds(1)
      )
      tell(.current, "")
    case .exited(let code):
      fail(
        output.isEmpty ? "the run ended with the exit code \(code)" : output.joined(separator: "\n"),
        isSaid: true
      )
    case .signalled(let number):
      fail("the run was ended by the signal \(number) (\(String(cString: strsignal(number))))", isSaid: false)
    }
  }

  private func fail(_ problem: String, isSaid: Bool) {
    failed = FileStamp(FilePaths.absolute(settings.recipe))
    if !isSaid { surroundings.say("error: \(problem)") }
    tell(.failed, problem)
  }

  private func tell(_ phase: WatchState.Phase, _ problems: String) {
    state = WatchState(
      recipe: settings.recipe,
      phase: phase,
      problems: problems,
      since: Date().timeIntervalSince1970
    )
    // Who prunes runs may have taken the lock's file away with them.
    let path = FilePaths.join(settings.folder, WatchState.lock)
    if !WatchState.isLocked(path), let again = try? FileLock(ifFree: path) { lock = again }
    do { try state.write(to: settings.folder) } catch {
      surroundings.say("warning: the page cannot be told how the recipe stands: \(error)")
    }
  }
}
