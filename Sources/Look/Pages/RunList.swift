import Notebook
import Report

/// Finished runs as a table from which some can be chosen and held against each other.
struct RunList {
  /// The most settings that have a column.
  private static let mostSettings = 6
  private static let longestValue = 28

  private let listing: RunCatalogue.Listing
  private let runs: [StoredRun]
  private let search: RunSearch
  private let text: String
  private let settings: [RunDifference.Setting]
  private let headline: String?

  /// - Throws: `RunRefusal` where what is looked for makes no sense.
  init(_ listing: RunCatalogue.Listing, _ search: RunSearch, text: String) throws {
    self.listing = listing
    self.search = search
    self.text = text
    let runs = try search.apply(to: listing.runs)
    self.runs = runs
    settings = RunDifference.settingsOfSharedCells(runs.map(\.document.settings))
    let headlines = Set(runs.compactMap { run in run.headline.map { "\($0.cell).\($0.figure.metric)" } })
    headline = headlines.count == 1 ? headlines.first : nil
  }

  var html: String {
    var notes: [String] = []
    if let failure = listing.failure { notes.append(failure) }
    if listing.unread > 0 { notes.append("\(listing.unread) more runs are being read.") }
    notes += listing.problems.map { "Left out: \($0)" }
    let shown = notes.prefix(20).map { "<p class=\"note warning\">\(HTMLText.escapedLine($0))</p>\n" }
      .joined()
    guard !runs.isEmpty else {
      let words =
        listing.runs.isEmpty
        ? "There are no finished runs yet; 'towerbook run RECIPE' makes one." : "No run is like that."
      return shown + "<p role=\"status\">\(HTMLText.escapedLine(words))</p>\n"
    }
    let columns = settings.prefix(Self.mostSettings)
    let count =
      runs.count == listing.runs.count
      ? "\(runs.count) \(runs.count == 1 ? "run" : "runs")" : "\(runs.count) of \(listing.runs.count) runs"
    let hidden = settings.count - columns.count
    let more = hidden > 0 ? "; of the settings that differ, \(hidden) are not shown" : ""
    let heads =
      [head("run", "run"), head("date", "ended (UTC)"), head("recipe", "recipe")]
      + [headline.map { head($0, $0, isNumber: true) } ?? head(nil, "headline")]
      + columns.map { head($0.name, $0.name) } + [head("seconds", "took", isNumber: true)]
    let rows = runs.indices.map { row(runs[$0], columns.map { $0.values }, $0) }
    return shown + """
      <form class="compare" action="/compare" method="get">
      <p role="status">\(count)\(more)</p>
      <p><button>Compare the chosen runs</button> <span class="aside" id="runs.chosen">Choose two to five.</span></p>
      <div class="scroll">
      <table>
      <thead><tr><td></td>\(heads.joined())</tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      </table>
      </div>
      </form>

      """
  }

  /// A heading that sorts, the highest first; again, the lowest; a third time, not at all.
  private func head(_ name: String?, _ title: String, isNumber: Bool = false) -> String {
    let label = HTMLText.escapedLine(title)
    let style = isNumber ? " class=\"number\"" : ""
    guard let name else { return "<th scope=\"col\"\(style)>\(label)</th>" }
    let isSorted = search.sort == name
    let state = isSorted ? " aria-sort=\"\(search.isAscending ? "ascending" : "descending")\"" : ""
    var query = text.isEmpty ? "" : "q=\(PageAddress.encoded(text))&amp;"
    if isSorted, search.isAscending {
      if query.hasSuffix("&amp;") { query.removeLast(5) }
    } else {
      query += "sort=\(PageAddress.encoded(name))&amp;order=\(isSorted ? "ascending" : "descending")"
    }
    return
      "<th scope=\"col\"\(style)\(state)><a class=\"sort\" data-target=\"runs.list\" href=\"/\(query.isEmpty ? "" : "?" + query)\">\(label)</a></th>"
  }

  private func row(_ run: StoredRun, _ columns: [[String?]], _ place: Int) -> String {
    let name = HTMLText.escapedLine("\(run.recipeFolder)/\(run.id)")
    let date = run.document.date.prefix(16).replacing("T", with: " ")
    let tags = run.tags.map { " <span class=\"tag\">\(HTMLText.escapedLine($0))</span>" }.joined()
    var cells = [
      "<td><input type=\"checkbox\" name=\"run\" value=\"\(name)\" aria-label=\"Compare \(name)\"/></td>",
      "<th scope=\"row\"><a href=\"\(PageAddress.path("run", run.recipeFolder, run.id))\" "
        + "title=\"\(HTMLText.escapedLine(run.document.title))\">\(HTMLText.escapedLine(run.id))</a>\(tags)</th>",
      "<td>\(HTMLText.escapedLine(String(date)))</td>",
      "<td>\(HTMLText.escapedLine(run.document.recipe))</td>",
      "<td class=\"number\">\(HTMLText.escapedLine(figure(of: run)))</td>",
    ]
    cells += columns.map { values in
      var value = values[place] ?? NumberFormat.notANumber
      if value.count > Self.longestValue { value = value.prefix(Self.longestValue - 1) + "…" }
      return "<td>\(HTMLText.escapedLine(value))</td>"
    }
    cells.append("<td class=\"number\">\(NumberFormat.duration(seconds: run.seconds))</td>")
    return "<tr>\(cells.joined())</tr>\n"
  }

  private func figure(of run: StoredRun) -> String {
    guard let (cell, figure) = run.headline else { return NumberFormat.notANumber }
    return headline == nil ? "\(cell).\(figure.metric) \(figure.figure)" : figure.figure
  }
}
