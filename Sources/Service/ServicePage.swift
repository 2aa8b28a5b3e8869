import HTTPTypes
import Hummingbird
import NIOCore
import Report

/// The page at `/`, on which people ask the model.
///
/// It is one text, whatever the model: all that it shows its script asks of the service. It is XML as well as HTML.
enum ServicePage {
  private static let style =
    PageParts.style + "\n" + String(decoding: PackageResources.page_css, as: UTF8.self)
  private static let script = PageParts.marked(
    PageParts.combobox + String(decoding: PackageResources.page_js, as: UTF8.self)
  )

  /// Nothing runs and nothing is asked but what is the page's own, whatever a title holds; no other page may frame it.
  private static let policy = [
    "default-src 'none'", "script-src '\(PageParts.digest(script))'",
    "style-src '\(PageParts.digest(style))'",
    "connect-src 'self'", "img-src data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
  ].joined(separator: "; ")

  private static let text = String(decoding: PackageResources.page_html, as: UTF8.self)
    .replacing("<!-- style -->", with: "<style>\(style)</style>")
    .replacing("<!-- script -->", with: "<script>\(script)</script>")

  /// The page.
  static var response: Response {
    var response = Response(
      status: .ok,
      headers: [
        .contentType: "text/html; charset=utf-8", .contentSecurityPolicy: policy,
        .xContentTypeOptions: "nosniff", .cacheControl: "no-cache",
      ],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text))
    )
    if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "no-referrer" }
    return response
  }
}
