/// The frame of a page: what a browser is told, the list of contents, and where the parts stand.
struct HTMLPage {
  var title: String
  /// The titles and ids of the list of contents.
  var contents: [(title: String, anchor: String)]
  /// The page itself.
  var main: String
  /// Where it comes from.
  var footer: String
  /// The style sheets of its pictures.
  var pictureStyles: [String]
  /// The section that it has besides the report; its elements stand in ``main``.
  var addition: HTMLAddition?

  private static let script = PageParts.marked(PageParts.script)

  private var scripts: [String] { [Self.script] + (addition.map { [PageParts.marked($0.script)] } ?? []) }
  private var ownStyles: [String] { [PageParts.style] + (addition.map { ["\n" + $0.style] } ?? []) }

  /// The whole text of a file.
  var html: String {
    let name = HTMLText.escapedLine(title)
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta http-equiv="Content-Security-Policy" content="\(policy)"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <meta name="generator" content="towerbook"/>
      <title>\(name.isEmpty ? "Report" : name)</title>
      \(ownStyles.map { "<style>\($0)</style>\n" }.joined())\
      </head>
      <body>
      <a class="skip" href="#page.main">Skip to the report</a>
      <nav aria-label="Contents">
      <details>
      <summary>Contents</summary>
      <ol>
      \(contents.map(entry).joined())</ol>
      </details>
      </nav>
      <main id="page.main" tabindex="-1">
      \(main)</main>
      <footer>
      \(footer)</footer>
      \(addition?.dataElement ?? "")\(scripts.map { "<script>\($0)</script>\n" }.joined())\
      </body>
      </html>

      """
  }

  private func entry(_ title: String, _ anchor: String) -> String {
    "<li><a href=\"#\(HTMLText.escaped(anchor))\">\(HTMLText.escapedLine(title))</a></li>\n"
  }

  /// Nothing is asked of a network; of scripts and styles only its own run, whatever else came to stand in the page.
  /// Pictures beside the page are shown.
  private var policy: String {
    var seen: Set<String> = []
    let sheets = (ownStyles + pictureStyles).map(PageParts.digest).filter { seen.insert($0).inserted }
    return [
      "default-src 'none'",
      "script-src \(scripts.map { "'\(PageParts.digest($0))'" }.joined(separator: " "))",
      "style-src \(sheets.map { "'\($0)'" }.joined(separator: " "))", "img-src 'self' file: data:",
      "base-uri 'none'", "form-action 'none'",
    ].joined(separator: "; ")
  }
}
