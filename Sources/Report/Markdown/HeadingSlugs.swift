/// The anchors GitHub gives to headings, in the order of a document.
struct HeadingSlugs {
  /// How often each slug has been asked for; looked up only, never listed.
  private var uses: [String: Int] = [:]

  /// The anchor of the next heading: of headings that are the same, later ones get -1, -2 and so on.
  mutating func next(_ heading: String) -> String {
    let slug = Self.slug(heading)
    var unique = slug
    while uses[unique] != nil {
      let count = (uses[slug] ?? 0) + 1
      uses[slug] = count
      unique = "\(slug)-\(count)"
    }
    uses[unique] = 0
    return unique
  }

  /// A heading in lower case, without punctuation, spaces as hyphens; letters of any script stay.
  ///
  /// Source: github-slugger, whose fixtures are taken from github.com.
  static func slug(_ heading: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in heading.lowercased().unicodeScalars {
      if scalar == " " {
        result.append("-")
      } else if isKept(scalar) {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static func isKept(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "-" { return true }
    switch scalar.properties.generalCategory {
    case .decimalNumber, .connectorPunctuation, .nonspacingMark, .spacingMark, .enclosingMark: return true
    default: return scalar.properties.isAlphabetic
    }
  }
}
