import Files
import Notebook
import Report
import Web

/// The list of all runs: those under way, sweeps, and those that are finished, searched and sorted.
struct RunsPage: LivePage {
  /// What the address may say.
  static let parameters = ["q", "sort", "order"]

  let house: House
  private let text: String
  private let sort: String?
  private let isAscending: Bool

  let pause = 200

  /// - Throws: `QueryFailure`.
  init(_ house: House, _ query: QueryReader) throws {
    self.house = house
    text = try query.text("q") ?? ""
    let sort = try query.text("sort") ?? ""
    self.sort = sort.isEmpty ? nil : sort
    isAscending = try query.text("order") == "ascending"
  }

  func stamp() -> String {
    let running = house.store.running().map {
      FileStamp(FilePaths.join($0.folder, RunProgress.file)).map { "\($0.hashValue)" } ?? ""
    }
    return ([house.catalogue.stamp(), house.studies.stamp()] + running).joined(separator: " ")
  }

  func content() throws -> PageContent {
    let listing = house.catalogue.listing()
    if listing.unread > 0 { Task.detached { [house] in await Blocking.run { house.catalogue.read() } } }
    let running = house.store.running()
    let studies = house.studies.all()
    var contents: [(title: String, anchor: String)] = []
    if !running.isEmpty { contents.append(("Under way", "runs.running.title")) }
    if !studies.isEmpty { contents.append(("Sweeps", "runs.studies.title")) }
    contents.append(("Finished runs", "runs.list.title"))
    let list: String
    do {
      let search = try RunSearch(text, sort: sort, isAscending: isAscending)
      list = try RunList(listing, search, text: text).html
    } catch {
      list = "<p role=\"alert\" class=\"wrong\">\(HTMLText.escapedLine(RunSearch.words(error)))</p>\n"
    }
    return PageContent(
      title: "Runs",
      place: .runs,
      contents: contents,
      regions: [
        .init(id: "runs.head", html: head), .init(id: "runs.running", html: Self.running(running)),
        .init(id: "runs.studies", html: Self.studies(studies)),
        .init(
          id: "runs.title",
          html: "<h2 id=\"runs.list.title\">Finished runs</h2>\n" + form,
          isFixed: true
        ),
        .init(id: "runs.list", html: list),
      ]
    )
  }

  private var head: String { "<h1>Runs</h1>\n" }

  private var form: String {
    """
    <form class="search" role="search" action="/" method="get" data-target="runs.list">
    <label for="runs.q">Search</label>
    <input type="search" id="runs.q" name="q" value="\(HTMLText.escapedLine(text))" autocomplete="off" \
    spellcheck="false" aria-describedby="runs.q.help"/>
    \(sort.map { "<input type=\"hidden\" name=\"sort\" value=\"\(HTMLText.escapedLine($0))\"/>\n" } ?? "")\
    <input type="hidden" name="order" value="\(isAscending ? "ascending" : "descending")"/>
    <button>Search</button>
    <p class="aside" id="runs.q.help">Words of a run's name, title, tags and settings; or conditions, parted by \
    commas: <code>train.epochs &gt; 3, model.pooling = mean, date &gt;= 2026-11-01</code></p>
    </form>

    """
  }

  private static func running(_ runs: [RunningRun]) -> String {
    guard !runs.isEmpty else { return "" }
    let items = runs.map { run -> String in
      let progress = run.progress
      let done = progress.cells.count { $0.state == .done }
      let cell = progress.current.map { progress.cells[$0].id } ?? "…"
      let share = (Double(done) + (progress.work?.share ?? 0)) / Double(max(1, progress.cells.count))
      let left =
        progress.secondsLeft.map { ", \(NumberFormat.duration(seconds: $0)) left of this cell" } ?? ""
      let name = HTMLText.escapedLine("\(run.recipeFolder)/\(run.id)")
      return """
        <li><a href="\(PageAddress.path("run", run.recipeFolder, run.id))">\(name)</a>
        <progress max="1" value="\(NumberFormat.fixed(share, digits: 3))" aria-label="Progress of \(name)"></progress>
        <span class="aside">\(HTMLText.escapedLine("\(done) of \(progress.cells.count) cells, now \(cell)\(left)"))</span></li>

        """
    }
    return "<h2 id=\"runs.running.title\">Under way</h2>\n<ul class=\"entries\">\n\(items.joined())</ul>\n"
  }

  private static func studies(_ studies: [StudyBook.Summary]) -> String {
    guard !studies.isEmpty else { return "" }
    let items = studies.map { study in
      let name = HTMLText.escapedLine("\(study.recipe)/\(study.id)")
      return
        "<li><a href=\"\(PageAddress.path("study", study.recipe, study.id))\">\(name)</a> "
        + "<span class=\"aside\">\(HTMLText.escapedLine(study.text))</span></li>\n"
    }
    return "<h2 id=\"runs.studies.title\">Sweeps</h2>\n<ul class=\"entries\">\n\(items.joined())</ul>\n"
  }
}
