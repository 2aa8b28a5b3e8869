import Dispatch
import Files
import FoundationEssentials
import Glibc
import Notebook
import Report
import Sweep
import Synchronization

/// The studies under the outputs: how they stand, and the buttons that stop them and go on with them.
final class StudyBook: Sendable {
  /// A study in a line.
  struct Summary: Sendable {
    var recipe: String
    var id: String
    var text: String
  }

  private struct Seen {
    var stamp: String
    var view: Result<StudyView, PageProblem>
    /// When it may be looked at again.
    var next: ContinuousClock.Instant
  }

  private let settings: LookSettings
  private let tools: LookTools
  private let seen = Mutex<[String: Seen]>([:])
  private let lines = Mutex<[String: (stamp: String, text: String)]>([:])
  /// How studies ended that were gone on with from here, by their folders; nil while they run.
  private let resumed = Mutex<[String: String?]>([:])

  init(_ settings: LookSettings, _ tools: LookTools) { (self.settings, self.tools) = (settings, tools) }

  /// Where the studies are.
  private var places: [(recipe: String, id: String)] {
    let root = settings.outputs
    return ((try? FilePaths.list(root)) ?? []).filter { !$0.hasPrefix(".") }.flatMap { recipe in
      ((try? FilePaths.list(FilePaths.join(root, recipe))) ?? [])
        .filter { $0.hasPrefix("sweep-") && FilePaths.exists(folder(recipe, $0).ledger) }
        .map { (recipe: recipe, id: $0) }
    }
  }

  private func folder(_ recipe: String, _ id: String) -> StudyFolder {
    StudyFolder(FilePaths.join(FilePaths.join(settings.outputs, recipe), id))
  }

  /// Changes whenever a study may have.
  func stamp() -> String { places.map { stamp($0.recipe, $0.id) }.joined(separator: " ") }

  /// The same of one study. Workers that die write nothing, so that it is looked at again now and then.
  func stamp(_ recipe: String, _ id: String) -> String {
    let ledger = folder(recipe, id).ledger
    let files = [ledger, ledger + "-wal"].map { FileStamp($0).map { "\($0.hashValue)" } ?? "-" }
    let ended = resumed.withLock { $0[folder(recipe, id).path] }
    return (files + ["\(Int(Date().timeIntervalSince1970) / 5)", "\(String(describing: ended))"])
      .joined(separator: " ")
  }

  /// The study as it stands, or stood a moment ago.
  /// - Throws: ``PageProblem``.
  func view(_ recipe: String, _ id: String) throws -> StudyView {
    let (folder, stamp) = (folder(recipe, id), stamp(recipe, id))
    guard id.hasPrefix("sweep-"), FilePaths.exists(folder.ledger) else {
      seen.withLock { $0[folder.path] = nil }
      throw PageProblem(.missing, "There is no sweep '\(recipe)/\(id)': it was removed, or never begun.")
    }
    let known = seen.withLock { $0[folder.path] }
    if let known, known.stamp == stamp || known.next > .now { return try known.view.get() }
    let start = ContinuousClock.now
    let view: Result<StudyView, PageProblem>
    do { view = .success(try StudyView(folder, tools: tools.study())) } catch {
      view = .failure(PageProblem(.unreadable, "\(error)"))
    }
    // What takes long is done seldom: the trials need the processors.
    let pause = max(.milliseconds(700), (ContinuousClock.now - start) * 10)
    seen.withLock { $0[folder.path] = Seen(stamp: stamp, view: view, next: .now + pause) }
    return try view.get()
  }

  /// All studies, each in a line, of what their ledgers say.
  func all() -> [Summary] {
    places.map { place in
      let (folder, stamp) = (folder(place.recipe, place.id), stamp(place.recipe, place.id))
      if let known = lines.withLock({ $0[folder.path] }), known.stamp == stamp {
        return Summary(recipe: place.recipe, id: place.id, text: known.text)
      }
      var text: String
      do {
        let ledger = try Ledger(opening: folder.ledger)
        let trials = try ledger.trials()
        let isOpen = trials.contains { [.waiting, .running].contains($0.state) }
        let phase =
          try ledger.workers().isEmpty
          ? (isOpen ? Phase.stopped.rawValue : "not running")
          : (ledger.isStopRequested ? Phase.stopping : .running).rawValue
        text = Self.words(phase, trials, cap: nil)
      } catch {
        text = "\(error)"
      }
      lines.withLock { $0[folder.path] = (stamp, text) }
      return Summary(recipe: place.recipe, id: place.id, text: text)
    }
  }

  /// `running, 12 of 40 trials, 3 pruned`.
  static func words(_ view: StudyView) -> String { words(phase(view).rawValue, view.trials, cap: view.cap) }

  private static func words(_ phase: String, _ trials: [Trial], cap: Int?) -> String {
    var parts = [phase]
    let done = trials.count { ![.waiting, .running].contains($0.state) }
    parts.append(cap.map { "\(done) of \($0) trials" } ?? "\(done) trials")
    for state in [TrialState.running, .pruned, .failed] {
      let count = trials.count { $0.state == state }
      if count > 0 { parts.append("\(count) \(state.rawValue)") }
    }
    return parts.joined(separator: ", ")
  }

  /// What goes on with a study.
  enum Phase: String {
    case running, stopping, complete, stopped
  }

  static func phase(_ view: StudyView) -> Phase {
    if view.workers > 0 { return view.isStopping ? .stopping : .running }
    return view.isComplete ? .complete : .stopped
  }

  // --- buttons

  /// Asks the workers of a study to stop.
  /// - Throws: ``PageProblem``.
  func stop(_ recipe: String, _ id: String) throws {
    _ = try view(recipe, id)
    do { try Ledger(opening: folder(recipe, id).ledger).requestStop() } catch {
      throw PageProblem(.unreadable, "\(error)")
    }
    forget(recipe, id)
  }

  /// Goes on with a study, in a process that outlives this one.
  /// - Throws: ``PageProblem`` where it runs already, or cannot be gone on with.
  func resume(_ recipe: String, _ id: String) throws {
    forget(recipe, id)
    let view = try view(recipe, id)
    if let problem = view.problem { throw PageProblem(.unreadable, problem) }
    guard view.workers == 0 else { throw PageProblem(.wrong, "This sweep runs already.") }
    let path = folder(recipe, id).path
    let isFirst = resumed.withLock { resumed in
      if case .some(.none) = resumed[path] { return false }
      resumed[path] = .some(nil)
      return true
    }
    guard isFirst else { throw PageProblem(.wrong, "This sweep is being gone on with already.") }
    do {
      let log = FilePaths.join(path, "logs/look.log")
      let process = try DetachedProcess.start(
        tools.executable,
        ["sweep", "resume", path, "--quiet"] + tools.places,
        log: log
      )
      DispatchQueue.global().async { [self] in
        let code = DetachedProcess.wait(for: process)
        let lines = ((try? MappedFile.readText(log)) ?? "").split(separator: "\n").suffix(3)
        let text = code == 0 ? "" : "It ended with the exit code \(code): \(lines.joined(separator: " "))"
        resumed.withLock { $0[path] = text }
      }
    } catch {
      resumed.withLock { $0[path] = "\(error)" }
      throw PageProblem(.unreadable, "\(error)")
    }
  }

  /// How the study ended that was gone on with from here; empty for well, or not at all.
  func ending(_ recipe: String, _ id: String) -> String {
    (resumed.withLock { $0[folder(recipe, id).path] } ?? nil) ?? ""
  }

  /// Whether it was gone on with from here, and is at it.
  func isResuming(_ recipe: String, _ id: String) -> Bool {
    if case .some(.none) = resumed.withLock({ $0[folder(recipe, id).path] }) { return true }
    return false
  }

  private func forget(_ recipe: String, _ id: String) {
    seen.withLock { $0[folder(recipe, id).path] = nil }
  }
}
