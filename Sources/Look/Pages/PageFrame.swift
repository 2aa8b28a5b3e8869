import Files
import HTTPTypes
import Hummingbird
import NIOCore
import Report

/// The frame of every page: what a browser is told, the navigation, and where the parts stand. It is XML as well as HTML.
enum PageFrame {
  private static let style =
    PageParts.style + "\n" + String(decoding: PackageResources.look_css, as: UTF8.self)
  private static let scripts = [
    PageParts.marked(PageParts.script),
    PageParts.marked(String(decoding: PackageResources.look_js, as: UTF8.self)),
  ]

  /// Scripts are known by their digests, and nothing is asked but of ourselves. Styles come with plots that are not there
  /// yet, so that they are not.
  private static let policy = [
    "default-src 'none'",
    "script-src \(scripts.map { "'\(PageParts.digest($0))'" }.joined(separator: " "))",
    "style-src 'unsafe-inline'", "connect-src 'self'", "img-src 'self' data:", "base-uri 'none'",
    "form-action 'self'", "frame-ancestors 'none'",
  ].joined(separator: "; ")

  /// A page; `live` is the address of what it is told while it is open, nil for nothing.
  static func response(
    _ content: PageContent,
    live: String?,
    outputs: String,
    status: HTTPResponse.Status = .ok
  )
    -> Response
  {
    let title = HTMLText.escapedLine(content.title)
    let address = live.map { " data-live=\"\(HTMLText.escapedLine($0))\"" } ?? ""
    let regions = content.regions.map { region in
      "<div class=\"region\" id=\"\(HTMLText.escapedLine(region.id))\">\n\(region.html)</div>\n"
    }
    let text = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <link rel="icon" href="data:,"/>
      <title>\(title) – towerbook</title>
      <style>\(style)</style>
      </head>
      <body>
      <a class="skip" href="#page.main">Skip to the page</a>
      <nav aria-label="Pages and contents">
      <ul class="pages">
      \(link("/", "Runs", content.place == .runs))\(link("/recipes", "Recipes", content.place == .recipes))</ul>
      <details\(content.contents.isEmpty ? " hidden=\"\"" : "")>
      <summary>Contents</summary>
      <ol id="page.contents">
      \(contents(content))</ol>
      </details>
      </nav>
      <main id="page.main" tabindex="-1"\(address)>
      <p class="lost" id="page.lost" role="status"></p>
      <p class="aside" id="page.status" role="status"></p>
      \(regions.joined())</main>
      <footer>
      <p>Of the folder <code>\(HTMLText.escapedLine(outputs))</code>.</p>
      </footer>
      \(scripts.map { "<script>\($0)</script>\n" }.joined())\
      </body>
      </html>

      """
    var headers = common
    headers[.contentType] = "text/html; charset=utf-8"
    headers[.contentSecurityPolicy] = policy
    return Response(
      status: status,
      headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: text))
    )
  }

  /// What every answer says.
  static let common: HTTPFields = {
    var headers: HTTPFields = [.xContentTypeOptions: "nosniff", .cacheControl: "no-store"]
    for (name, value) in [
      ("Referrer-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
      ("Cross-Origin-Opener-Policy", "same-origin"),
    ] {
      if let name = HTTPField.Name(name) { headers[name] = value }
    }
    return headers
  }()

  /// The entries of a page's contents.
  static func contents(_ content: PageContent) -> String {
    content.contents.map { entry in
      "<li><a href=\"#\(HTMLText.escapedLine(entry.anchor))\">\(HTMLText.escapedLine(entry.title))</a></li>\n"
    }.joined()
  }

  private static func link(_ address: String, _ name: String, _ isCurrent: Bool) -> String {
    "<li><a href=\"\(address)\"\(isCurrent ? " aria-current=\"page\"" : "")>\(name)</a></li>\n"
  }

  /// A page that says what is wrong.
  static func problem(_ problem: PageProblem, outputs: String) -> Response {
    let (title, status): (String, HTTPResponse.Status) =
      switch problem.kind {
      case .missing: ("Not there", .notFound)
      case .wrong: ("Not understood", .badRequest)
      case .unreadable: ("Cannot be shown", .internalServerError)
      }
    let html =
      "<h1>\(title)</h1>\n<p>\(HTMLText.escapedLine(problem.message))</p>\n<p><a href=\"/\">All runs</a></p>\n"
    let content = PageContent(title: title, place: .none, regions: [.init(id: "page.problem", html: html)])
    return response(content, live: nil, outputs: outputs, status: status)
  }
}
