/// The candidate that `name` was most likely meant to be, or nil where none is near.
///
/// Near means that at most a third of the letters (two at least) have to change, or that one name holds
/// the other; letter case and `_`, `-`, `.` and spaces do not count.
func nearestName(to name: String, among candidates: [String]) -> String? {
  let wanted = plainLetters(name)
  guard !wanted.isEmpty else { return nil }
  var best: (name: String, distance: Int)?
  for candidate in candidates.prefix(1000) {
    let letters = plainLetters(candidate)
    guard !letters.isEmpty, letters.count <= 200 else { continue }
    var distance = editDistance(wanted, letters)
    let shorter = min(wanted.count, letters.count)
    if shorter >= 3, letters.starts(with: wanted) || wanted.starts(with: letters) {
      distance = min(distance, 1)
    }
    let limit = max(2, wanted.count / 3)
    guard distance <= limit, distance < shorter else { continue }
    if distance < best?.distance ?? Int.max { best = (candidate, distance) }
  }
  return best?.name
}

/// `text` in lower case without separators, as bytes (at most the first 200).
private func plainLetters(_ text: String) -> [UInt8] {
  text.lowercased().utf8.prefix(200).filter { !"_-. ".utf8.contains($0) }
}

/// The Levenshtein distance: the fewest insertions, deletions and changes from `a` to `b`.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      let change = diagonal + (x == y ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(change, row[j] + 1, diagonal + 1)
    }
  }
  return row[b.count]
}
