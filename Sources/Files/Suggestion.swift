/// "Did you mean": the known name nearest to one that is not known.
package enum Suggestion {
  /// The candidate most likely meant, or nil where none is near; the first of equals.
  ///
  /// Near means within a third of the word's length (at most 3 edits, at least 1), or that one name begins
  /// with the other. Letter case, `_`, `-` and blanks do not count. Of long lists the first thousand are looked at.
  package static func nearest(to word: String, among candidates: [String]) -> String? {
    let letters = plainLetters(word)
    let limit = min(3, max(1, letters.count / 3))
    var best: (name: String, distance: Int)?
    for candidate in candidates.prefix(1000) {
      let other = plainLetters(candidate)
      let distance = isBeginning(letters, other) ? 1 : nearDistance(letters, other, limit: limit)
      if let distance, distance < (best?.distance ?? Int.max) { best = (candidate, distance) }
    }
    return best?.name
  }

  /// The one candidate that is near, as ``nearest(to:among:)`` has it; nil where there is none, or more than one.
  package static func only(near word: String, among candidates: [String]) -> String? {
    guard let name = nearest(to: word, among: candidates) else { return nil }
    return nearest(to: word, among: candidates.filter { $0 != name }) == nil ? name : nil
  }

  /// The text in lower case without separators, cut after 80 letters.
  private static func plainLetters(_ text: String) -> [Unicode.Scalar] {
    text.lowercased().unicodeScalars.prefix(80).filter { !"_- ".unicodeScalars.contains($0) }
  }

  /// Whether one of two different names, each of 3 letters or more, begins with the other; a section's name is no
  /// beginning of the settings in it.
  private static func isBeginning(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Bool {
    let (short, long) = a.count < b.count ? (a, b) : (b, a)
    return short.count >= 3 && short.count < long.count && long.starts(with: short)
      && long[short.count] != "."
  }

  private static func nearDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar], limit: Int) -> Int? {
    guard abs(a.count - b.count) <= limit, !a.isEmpty || !b.isEmpty else { return nil }
    let distance = distance(a, b)
    return distance <= limit && distance < max(a.count, b.count) ? distance : nil
  }

  /// `; did you mean 'epochs'?`, or nothing where no candidate is near.
  package static func clause(for word: String, among candidates: [String]) -> String {
    nearest(to: word, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
  }

  /// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`.
  ///
  /// Source: Damerau 1964 and Levenshtein 1966, in the restricted form (optimal string alignment).
  static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [Int](repeating: i, count: b.count + 1)
      for j in 1...b.count {
        let cost = a[i - 1] == b[j - 1] ? 0 : 1
        row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          row[j] = min(row[j], beforeLast[j - 2] + 1)
        }
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
