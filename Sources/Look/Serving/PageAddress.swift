import Notebook
import Web

/// What a path asks for.
enum PageAddress: Equatable, Sendable {
  case runs
  case run(recipe: String, id: String)
  case compare
  case study(recipe: String, id: String)
  case recipes
  /// A file of a run's, by the parts of its path under the outputs.
  case file([String])
  /// What a page is told while it is open.
  indirect case live(PageAddress)
  /// What a button asks for.
  case stop(recipe: String, id: String)
  case resume(recipe: String, id: String)

  /// Reads a path; nil where it asks for nothing we have, or could lead out of the folder of outputs.
  init?(_ path: String) {
    guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count <= 4096 else { return nil }
    var parts: [String] = []
    for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) where path != "/" {
      guard let text = Self.name(part) else { return nil }
      parts.append(text)
    }
    self.init(parts: parts[...])
  }

  private init?(parts: ArraySlice<String>) {
    switch (parts.first, parts.count) {
    case (nil, _): self = .runs
    case ("live", _):
      guard let page = PageAddress(parts: parts.dropFirst()), page.isPage else { return nil }
      self = .live(page)
    case ("compare", 1): self = .compare
    case ("recipes", 1): self = .recipes
    case ("run", 3): self = .run(recipe: parts[parts.startIndex + 1], id: parts[parts.startIndex + 2])
    case ("study", 3): self = .study(recipe: parts[parts.startIndex + 1], id: parts[parts.startIndex + 2])
    case ("study", 4):
      let (recipe, id) = (parts[parts.startIndex + 1], parts[parts.startIndex + 2])
      switch parts.last {
      case "stop": self = .stop(recipe: recipe, id: id)
      case "resume": self = .resume(recipe: recipe, id: id)
      default: return nil
      }
    case ("files", 2...): self = .file(Array(parts.dropFirst()))
    default: return nil
    }
  }

  private var isPage: Bool {
    switch self {
    case .runs, .run, .compare, .study, .recipes: true
    case .file, .live, .stop, .resume: false
    }
  }

  /// A part of a path as the name of a file that is not hidden; nil where it is none.
  private static func name(_ part: Substring) -> String? {
    // In paths a plus is itself.
    guard let text = QueryReader.decoded(Substring(part.replacing("+", with: "%2B"))) else { return nil }
    guard !text.isEmpty, !text.hasPrefix("."), !text.contains("/"), !text.utf8.contains(0),
      text.utf8.count <= 255
    else { return nil }
    return text
  }

  /// A path with every byte percent-encoded that is no plain part of one.
  static func path(_ parts: String...) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    return parts.map { part in
      var bytes: [UInt8] = [UInt8(ascii: "/")]
      for byte in part.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
          UInt8(ascii: "~"):
          bytes.append(byte)
        default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }.joined()
  }

  /// The same for a part of a query.
  static func encoded(_ text: String) -> String { String(path(text).dropFirst()) }
}
