import Notebook
import Recipe
import Report

/// The recipes that there are, each with its problems.
struct RecipesPage: LivePage {
  let house: House

  let pause = 500

  func stamp() -> String { house.recipes.stamp() }

  func content() throws -> PageContent {
    let entries = house.recipes.entries()
    let wrong = entries.count { $0.errors > 0 }
    let words =
      entries.isEmpty
      ? "There are no recipes in '\(house.settings.recipes)'; 'towerbook init' begins one of your data."
      : "\(entries.count) \(entries.count == 1 ? "recipe" : "recipes"), \(wrong == 0 ? "none" : "\(wrong)") with errors."
    let sections = entries.enumerated().map { place, entry in section(entry, "recipe.\(place)") }
    return PageContent(
      title: "Recipes",
      place: .recipes,
      contents: entries.enumerated().map { ($1.path, "recipe.\($0)") },
      regions: [
        .init(id: "recipes.head", html: "<h1>Recipes</h1>\n<p>\(HTMLText.escapedLine(words))</p>\n"),
        .init(id: "recipes.list", html: sections.joined()),
      ],
      status: wrong == 0 ? "" : "\(wrong) with errors."
    )
  }

  private func section(_ entry: RecipeBook.Entry, _ anchor: String) -> String {
    let warnings = entry.problems.count - entry.errors
    let counts = [(entry.errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }
      .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
    let state = counts.isEmpty ? "no problems" : counts.joined(separator: ", ")
    let kind = entry.errors > 0 ? "bad" : counts.isEmpty ? "good" : "warn"
    let lines = entry.problems.flatMap {
      $0.rendered().split(separator: "\n", omittingEmptySubsequences: false)
    }
    let problems =
      lines.isEmpty
      ? "" : "<pre><code>\(lines.map { HTMLText.escaped(String($0)) }.joined(separator: "\n"))</code></pre>\n"
    let title = entry.title.map { "<p>\(HTMLText.escapedLine($0))</p>\n" } ?? ""
    return """
      <section aria-labelledby="\(anchor)">
      <h2 id="\(anchor)">\(HTMLText.escapedLine(entry.path)) <span class="state \(kind)">\(state)</span></h2>
      \(title)\(problems)<p class="aside">\(newest(entry))</p>
      </section>

      """
  }

  private func newest(_ entry: RecipeBook.Entry) -> String {
    let command = "towerbook watch \(entry.path)"
    let hint = "<code>\(HTMLText.escapedLine(command))</code> runs it whenever it is saved."
    guard let id = house.store.latest(of: entry.name) else { return "No finished run. \(hint)" }
    return "<a href=\"\(PageAddress.path("run", entry.name, id))\">Its newest run</a>. \(hint)"
  }
}
