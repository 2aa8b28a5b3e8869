import Files
import FoundationEssentials
import Notebook
import Report

/// One run: its report, and how far it is while it is under way.
struct RunPage: LivePage {
  let house: House
  let recipe: String
  let id: String

  let pause = 60

  private var folder: String { FilePaths.join(house.store.folder(of: recipe), id) }
  private var record: String { FilePaths.join(folder, ReportDocument.file) }

  /// A run that is over in a moment is not worth that the page moves: where there is a report, it stands still.
  private static let moment = 0.7

  private func running() -> RunningRun? {
    let hasReport = FilePaths.exists(record)
    return house.store.running(of: recipe).first { run in
      run.id == id && (!hasReport || Date().timeIntervalSince1970 - run.progress.started > Self.moment)
    }
  }

  func stamp() -> String {
    let files =
      [record, FilePaths.join(folder, WatchState.file)]
      + (running().map { [FilePaths.join($0.folder, RunProgress.file)] } ?? [])
    let isWatched = WatchState.isLocked(FilePaths.join(folder, WatchState.lock))
    return (files.map { FileStamp($0).map { "\($0.hashValue)" } ?? "-" } + ["\(isWatched)"])
      .joined(separator: " ")
  }

  func content() throws -> PageContent {
    // The name that the newest run has besides its own.
    if id == RunTag.latest, let latest = house.store.latest(of: recipe) {
      return try RunPage(house: house, recipe: recipe, id: latest).content()
    }
    let (running, watch) = (running(), WatchState(folder: folder))
    let name = "\(recipe)/\(id)"
    guard FilePaths.exists(record) || running != nil || watch != nil else {
      throw PageProblem(.missing, "There is no run '\(name)': it was removed, or stopped before its end.")
    }
    var content = PageContent(title: name, place: .none, regions: [])
    content.regions.append(.init(id: "run.watch", html: watch.map(Self.html) ?? ""))
    content.regions.append(
      .init(id: "run.progress", html: running.map { RunProgressView($0.progress).html } ?? "")
    )
    content.status = status(running, watch)
    if FilePaths.exists(record) {
      let document: ReportDocument
      do { document = try ReportDocument(folder: folder) } catch {
        guard FilePaths.exists(record) else {
          throw PageProblem(.missing, "There is no run '\(name)' any more: it was removed.")
        }
        throw PageProblem(.unreadable, "\(error)")
      }
      let parts = HTMLReport().parts(of: document)
      content.title = document.title
      content.contents = parts.contents
      let footer = "<div class=\"end\">\n\(parts.footer)</div>\n"
      content.regions.append(.init(id: "run.report", html: parts.main + footer + links))
    } else {
      let title = running?.progress.title ?? name
      content.title = title
      content.regions.append(
        .init(
          id: "run.report",
          html: "<h1>\(HTMLText.escapedLine(title))</h1>\n<p>There is no report yet.</p>\n"
        )
      )
    }
    return content
  }

  private var links: String {
    let names = ["report.md", "metrics.json", "recipe.yaml", "log.jsonl"]
    let items = names.filter { FilePaths.exists(FilePaths.join(folder, $0)) }.map { name in
      "<a href=\"\(PageAddress.path("files", recipe, id, name))\">\(name)</a>"
    }
    return items.isEmpty ? "" : "<p class=\"aside\">Files: \(items.joined(separator: ", "))</p>\n"
  }

  /// What is told aloud: that something began or ended, not each tick.
  private func status(_ running: RunningRun?, _ watch: WatchState?) -> String {
    if let running, let cell = running.progress.current {
      return "Running \(running.progress.cells[cell].id)."
    }
    return switch watch?.phase {
    case .broken: "The recipe has errors."
    case .failed: "The run failed."
    case .gone: "The recipe is gone."
    case .running: "Running."
    case .current: "The report is up to date."
    case nil: ""
    }
  }

  private static func html(_ watch: WatchState) -> String {
    let recipe = HTMLText.escapedLine(watch.recipe)
    switch watch.phase {
    case .current, .running:
      return "<p class=\"aside\">Follows <code>\(recipe)</code> as it is saved.</p>\n"
    case .broken, .failed, .gone:
      let title =
        switch watch.phase {
        case .broken: "<code>\(recipe)</code> has errors"
        case .failed: "The run of <code>\(recipe)</code> failed"
        default: "<code>\(recipe)</code> is gone"
        }
      let lines = watch.problems.split(separator: "\n", omittingEmptySubsequences: false)
        .map { HTMLText.escaped(String($0)) }
      return """
        <section class="note caution" role="alert">
        <p class="kind">\(title)</p>
        <pre><code>\(lines.joined(separator: "\n"))</code></pre>
        <p>What stands below is the last good report.</p>
        </section>

        """
    }
  }
}
