import CCrypto
import FoundationEssentials

/// What the pages of the house share, whoever writes them.
package enum PageParts {
  /// The style sheet of reports: colours for light and dark, text, tables, buttons, facts and headlines.
  package static let style = "\n" + String(decoding: PackageResources.report_css, as: UTF8.self)
  /// The script of reports: contents that stand open where there is room, cells that fold, boxes that scroll, tables that
  /// sort. A page that gets other tables later sends the event `towerbook-content` to what holds them.
  package static let script = String(decoding: PackageResources.report_js, as: UTF8.self)
  /// `towerbookCombobox`: a text field that offers what matches, as ARIA describes it.
  package static let combobox = String(decoding: PackageResources.combobox_js, as: UTF8.self)

  /// A script as it stands in a page: to XML it is text only within marks, which to HTML are comments.
  package static func marked(_ script: String) -> String { "//<![CDATA[\n" + script + "//]]>" }

  /// What a page's policy names a script or a style sheet by: `sha256-` and the digest of its text in base64.
  package static func digest(_ text: String) -> String {
    var bytes = [UInt8](repeating: 0, count: 32)
    let content = Array(text.utf8)
    EVP_Digest(content, content.count, &bytes, nil, EVP_sha256(), nil)
    return "sha256-" + Data(bytes).base64EncodedString()
  }
}
