/// The recipe of a run as its report carries it: a code block of its own, found again by its mark.
package struct RecipeFence: Sendable, Equatable {
  /// What stands behind the opening fence.
  private static let mark = "yaml towerbook-recipe"
  private static let nameMark = "# recipe: "
  private static let factMark = "# measured under: "

  /// The recipe's name.
  package var name: String
  /// The recipe as YAML.
  package var text: String
  /// What the run's figures were measured under.
  package var measuredUnder: [ReportDocument.Fact]
  /// How many lines of the report stand before the recipe's first.
  package private(set) var linesBefore = 0

  /// The recipe of a run; nil where its record has none.
  package init?(_ document: ReportDocument) {
    guard let text = document.recipeText else { return nil }
    self.text = text
    name = document.recipe
    measuredUnder = document.measuredUnder
  }

  /// The block, Markdown.
  package var markdown: String {
    var longest = 2
    var run = 0
    for character in text {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    let facts = measuredUnder.map { "\(Self.factMark)\($0.name) = \($0.value)\n" }.joined()
    let end = text.hasSuffix("\n") ? "" : "\n"
    return "\(fence)\(Self.mark)\n\(Self.nameMark)\(name)\n\(facts)\(text)\(end)\(fence)"
  }

  /// Finds the block in a report; nil where there is none, or it has no end. Of several it is the last, for the prose of a
  /// recipe comes before.
  package init?(in report: String) {
    let lines = report.split(omittingEmptySubsequences: false) { $0.isNewline }
    var open: (mark: Character, length: Int, start: Int, isRecipe: Bool)?
    var found: Range<Int>?
    for (place, line) in lines.enumerated() {
      let content = line.drop { $0 == " " }
      guard line.count - content.count < 4, let mark = content.first, mark == "`" || mark == "~" else {
        continue
      }
      let length = content.prefix { $0 == mark }.count
      guard length >= 3 else { continue }
      let rest = content.dropFirst(length)
      if let fence = open {
        guard mark == fence.mark, length >= fence.length, rest.allSatisfy(\.isWhitespace) else { continue }
        if fence.isRecipe { found = fence.start..<place }
        open = nil
      } else if mark == "~" || !rest.contains("`") {
        let isRecipe = rest.split(separator: " ").joined(separator: " ") == Self.mark
        open = (mark, length, place + 1, isRecipe)
      }
    }
    guard let found else { return nil }
    let body = lines[found]
    linesBefore = found.lowerBound
    text = body.map { $0 + "\n" }.joined()
    name = body.first { $0.hasPrefix(Self.nameMark) }.map { String($0.dropFirst(Self.nameMark.count)) } ?? ""
    measuredUnder = body.filter { $0.hasPrefix(Self.factMark) }.compactMap { line in
      let fact = line.dropFirst(Self.factMark.count)
      guard let cut = fact.lastRange(of: " = ") else { return nil }
      return ReportDocument.Fact(String(fact[..<cut.lowerBound]), String(fact[cut.upperBound...]))
    }
  }
}

extension Substring {
  fileprivate func lastRange(of text: String) -> Range<Index>? { ranges(of: text).last }
}
