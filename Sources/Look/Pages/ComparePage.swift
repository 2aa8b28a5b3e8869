import Files
import Notebook
import Report
import Steps
import Synchronization

/// Two to five runs side by side.
struct ComparePage: LivePage {
  static let most = 5

  private let house: House
  private let runs: [(recipe: String, id: String)]

  let pause = 1_000

  /// - Throws: ``PageProblem`` where these cannot be compared.
  init(_ house: House, _ names: [String]) throws {
    self.house = house
    var seen: Set<String> = []
    let names = names.filter { seen.insert($0).inserted }
    guard (2...Self.most).contains(names.count) else {
      throw PageProblem(.wrong, "Choose two to five runs; these are \(names.count).")
    }
    runs = try names.map { name in
      guard case .run(let recipe, let id) = PageAddress("/run/" + Self.path(name)) else {
        throw PageProblem(.wrong, "'\(name.prefix(200))' is no name of a run, as RECIPE/RUN.")
      }
      return (recipe, id)
    }
  }

  private static func path(_ name: String) -> String {
    name.split(separator: "/", omittingEmptySubsequences: false).map { PageAddress.encoded(String($0)) }
      .joined(separator: "/")
  }

  func stamp() -> String {
    runs.map { run in
      let folder = FilePaths.join(house.store.folder(of: run.recipe), run.id)
      return FileStamp(FilePaths.join(folder, ReportDocument.file)).map { "\($0.hashValue)" } ?? "-"
    }.joined(separator: " ")
  }

  func content() throws -> PageContent {
    let stored = try runs.map { run in
      do { return try house.store.run(run.id, of: run.recipe) } catch {
        throw PageProblem(.missing, "There is no run '\(run.recipe)/\(run.id)', or not any more: \(error)")
      }
    }
    let title = "\(stored.count) runs side by side"
    let links = runs.enumerated().map { place, run in
      let name = HTMLText.escapedLine("\(run.recipe)/\(run.id)")
      return
        "\(RunDifference.letter(place)) <a href=\"\(PageAddress.path("run", run.recipe, run.id))\">\(name)</a>"
    }
    let key = (runs.map { "\($0.recipe)/\($0.id)" } + [stamp()]).joined(separator: "\n")
    let body = try house.comparisons.html(key) { try Self.compared(stored, threads: house.settings.threads) }
    return PageContent(
      title: title,
      place: .none,
      regions: [
        .init(
          id: "compare.head",
          html: "<h1>\(title)</h1>\n<p>\(links.joined(separator: ", ")). The others are held against A.</p>\n"
        ), .init(id: "compare.body", html: body),
      ]
    )
  }

  private static func compared(_ runs: [StoredRun], threads: Int) throws -> String {
    var options = RunComparison.Options()
    options.isAnyway = true
    options.threads = threads
    let comparison: RunComparison
    do { comparison = try RunComparison(runs.map { .init($0) }, options) } catch {
      throw PageProblem(.unreadable, "These runs cannot be held against each other: \(error)")
    }
    let letters = runs.indices.map(RunDifference.letter)
    let plots = PlotOverlay.plots(of: zip(letters, runs).map { (letter: $0, document: $1.document) })
    var renderer = HTMLRenderer()
    return renderer.render(comparison.blocks + plots.map { .plot($0) }, under: 2)
  }
}

/// Comparisons that were drawn; the intervals of many users take a while.
final class ComparisonBook: Sendable {
  private static let most = 16
  private let known = Mutex<[(key: String, html: String)]>([])

  func html(_ key: String, _ make: () throws -> String) throws -> String {
    if let found = known.withLock({ known in known.first { $0.key == key }?.html }) { return found }
    let html = try make()
    known.withLock { known in
      known.append((key, html))
      if known.count > Self.most { known.removeFirst() }
    }
    return html
  }
}
