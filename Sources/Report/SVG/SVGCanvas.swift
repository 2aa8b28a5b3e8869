/// Collects the elements of a picture as text: everything escaped, numbers short, the same bytes each time.
struct SVGCanvas {
  /// Attributes in the order they are written.
  typealias Attributes = KeyValuePairs<String, String>

  /// The elements so far, one a line.
  private(set) var lines: [String] = []
  private var depth = 0

  /// An element with nothing inside.
  mutating func element(_ name: String, _ attributes: Attributes) {
    add("<\(name)\(Self.text(of: attributes))/>")
  }

  /// An element with text inside.
  mutating func element(_ name: String, _ attributes: Attributes, text: String) {
    add("<\(name)\(Self.text(of: attributes))>\(Self.escaped(text))</\(name)>")
  }

  /// An element around others; without any it is left out.
  mutating func group(_ name: String = "g", _ attributes: Attributes, _ body: (inout SVGCanvas) -> Void) {
    let start = lines.count
    add("<\(name)\(Self.text(of: attributes))>")
    depth += 1
    body(&self)
    depth -= 1
    if lines.count == start + 1 {
      lines.removeLast()
    } else {
      add("</\(name)>")
    }
  }

  /// A straight line.
  mutating func line(from: Point, to: Point) {
    element(
      "line",
      ["x1": number(from.x), "y1": number(from.y), "x2": number(to.x), "y2": number(to.y)]
    )
  }

  private mutating func add(_ line: String) {
    lines.append(String(repeating: " ", count: depth) + line)
  }

  private static func text(of attributes: Attributes) -> String {
    attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
  }

  /// Text that XML reads as it is meant; characters that XML forbids are left out.
  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "\n", "\t", "\r": result.append(" ")
      case "\u{FFFE}", "\u{FFFF}": break
      default: if !MarkdownText.isControl(scalar) { result.append(scalar) }
      }
    }
    return String(result)
  }
}

/// A coordinate with at most one digit after the point: a tenth of a unit is finer than the eye.
func number(_ value: Double) -> String {
  let tenths = Int((min(max(value, -1e6), 1e6) * 10).rounded())
  let sign = tenths < 0 ? "-" : ""
  let (whole, fraction) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
  return fraction == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(fraction)"
}
