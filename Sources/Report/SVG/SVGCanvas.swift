/// Collects the elements of a picture as text: everything escaped, numbers short, the same bytes each time.
///
/// Where a fill or a stroke is an ``Ink``, the element gets its class, and ``darkStyle`` a rule for it.
struct SVGCanvas {
  /// Attributes in the order they are written.
  typealias Attributes = KeyValuePairs<String, String>

  /// The picture's own id, with which all ids in it begin, so that several pictures can stand in one page.
  let id: String
  /// The elements so far, one a line.
  private(set) var lines: [String] = []
  private var depth = 0
  private var classes: Set<String> = []

  /// Makes an empty picture.
  init(id: String) { self.id = id }

  /// An id within the picture.
  func id(_ name: String) -> String { "\(id)-\(name)" }

  /// The rules that give the elements so far their colours on dark pages; they hold in this picture only.
  var darkStyle: String {
    let rules = InkedProperty.allCases.flatMap { property in
      Ink.allCases.filter { classes.contains(property.className($0)) }
        .map { "#\(id) .\(property.className($0)){\(property):\($0.dark)}" }
    }
    let root = "#\(id){fill:\(Ink.text.dark)}"
    return "@media screen and (prefers-color-scheme:dark){\(([root] + rules).joined())}"
  }

  /// An element with nothing inside.
  mutating func element(_ name: String, _ attributes: Attributes) {
    add("<\(name)\(written(attributes))/>")
  }

  /// An element with text inside.
  mutating func element(_ name: String, _ attributes: Attributes, text: String) {
    add("<\(name)\(written(attributes))>\(Self.escaped(text))</\(name)>")
  }

  /// An element around others; without any it is left out.
  mutating func group(_ name: String = "g", _ attributes: Attributes, _ body: (inout SVGCanvas) -> Void) {
    let start = lines.count
    add("<\(name)\(written(attributes))>")
    depth += 1
    body(&self)
    depth -= 1
    if lines.count == start + 1 {
      lines.removeLast()
    } else {
      add("</\(name)>")
    }
  }

  /// All elements of another canvas.
  mutating func append(_ other: SVGCanvas) { for line in other.lines { add(line) } }

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

  private mutating func written(_ attributes: Attributes) -> String {
    var text = attributes.map { " \($0.key)=\"\(Self.escaped($0.value))\"" }.joined()
    let inked = attributes.compactMap { name, value -> String? in
      guard let property = InkedProperty(rawValue: name), let ink = Ink(rawValue: value) else { return nil }
      return property.className(ink)
    }
    classes.formUnion(inked)
    if !inked.isEmpty { text += " class=\"\(inked.joined(separator: " "))\"" }
    return text
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
