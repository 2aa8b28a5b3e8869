import FoundationEssentials

/// A picture that a program drew, as it drew it.
package struct Picture: Sendable, Codable, Equatable {
  /// What it is written in.
  package enum Form: String, Sendable, Codable, CaseIterable {
    case svg, png

    /// The media type.
    var mediaType: String { self == .svg ? "image/svg+xml" : "image/png" }

    /// Whether `bytes` are of this form, as far as their beginning tells: SVG is text whose first element is `svg`.
    func holds(_ bytes: [UInt8]) -> Bool {
      switch self {
      case .png: return bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
      case .svg:
        guard let text = String(validating: bytes, as: UTF8.self),
          let start = text.firstRange(of: "<svg")?.lowerBound
        else { return false }
        // Before it stand a declaration, a type and remarks at most.
        return text[..<start].split(separator: "<").allSatisfy { part in
          part.allSatisfy(\.isWhitespace) || part.first == "?" || part.first == "!"
        }
      }
    }
  }

  /// What prose quotes it by, unique in its cell.
  package var name: String
  /// What it shows, for who does not see it; plain text.
  package var description: String
  /// Where the run has it, as a path relative to the report.
  package var file: String
  /// What it is written in.
  package var form: Form
  /// Its bytes, in base 64.
  package var base64: String

  /// A picture of `bytes`; nil where these are no picture of the form.
  package init?(name: String, description: String, file: String, form: Form, bytes: [UInt8]) {
    guard form.holds(bytes) else { return nil }
    self.name = name
    self.description = description
    self.file = file
    self.form = form
    base64 = Data(bytes).base64EncodedString()
  }

  /// An address that holds the picture. What a page shows by it runs no scripts and loads nothing.
  var address: String { "data:\(form.mediaType);base64,\(base64)" }
}
