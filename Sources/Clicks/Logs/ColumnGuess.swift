import Tables

/// What the columns of a click log most likely are, for a starter recipe.
package struct ColumnGuess: Sendable, Equatable {
  /// What a column is for.
  package enum Role: String, CaseIterable, Sendable, Hashable {
    /// Who clicked.
    case user
    /// What was clicked.
    case item
    /// When.
    case time
    /// What kind of item it is.
    case category
  }

  /// A column that was recognised.
  package struct Column: Sendable, Equatable {
    /// What it is for.
    package var role: Role
    /// Its place, from 0.
    package var index: Int
    /// Its name, or its number from 1 where there is no header.
    package var name: String
    /// Why it was taken for that, to be shown.
    package var reason: String
    /// Whether its name says so; else its values or its place do.
    package var isNamed = false
  }

  /// The recognised columns, in the order of `Role`.
  package var columns: [Column]

  /// The column for `role`, if one was recognised.
  package func column(_ role: Role) -> Column? { columns.first { $0.role == role } }
}

/// Guesses which columns of a log are user, item, time and category, by their names and first values.
///
/// `header` holds the names, or numbers where the file has none. A time must hold what is read as one: numbers
/// or dates. Where no name tells the users or the items, the first columns that are left do.
/// - Parameter reader: what the rows are of; with it, times for which a log is refused give way to others.
package func guessColumns(
  header: [String],
  firstRows: [[String]],
  of reader: (any TableReader)? = nil
) -> ColumnGuess {
  var found: [ColumnGuess.Column] = []
  let samples = header.indices.map { column in firstRows.compactMap { column < $0.count ? $0[column] : nil } }
  for role in [ColumnGuess.Role.time, .user, .item, .category] {
    let free = header.indices.filter { index in !found.contains { $0.index == index } }
    guard let best = bestByName(role, free, header, samples, reader) else { continue }
    found.append(
      ColumnGuess.Column(
        role: role,
        index: best,
        name: header[best],
        reason: "its name says \(role.rawValue)",
        isNamed: true
      )
    )
  }
  let named = found.first { $0.role == .time }
  if named.map({ isRefused(samples[$0.index], reader) }) ?? true {
    let index = header.indices.first { index in
      // A log of the nineties has counts that ids may have too; these stand first.
      !found.contains { $0.index == index }
        && looksLikeTime(samples[index], since: index < 2 ? 1_000_000_000 : 631_152_000)
    }
    if let index {
      found.removeAll { $0.role == .time }
      found.append(
        ColumnGuess.Column(
          role: .time,
          index: index,
          name: header[index],
          reason: "its values look like times since 1970"
        )
      )
    }
  }
  let hasNames = header.contains { wholeNumber($0) == nil }
  for role in [ColumnGuess.Role.user, .item] where !found.contains(where: { $0.role == role }) {
    let free = header.indices.filter { index in
      !found.contains { $0.index == index } && !looksLikeFraction(samples[index])
        && (firstRows.isEmpty || samples[index].contains { !$0.isEmpty })
    }
    guard let next = free.first else { continue }
    // A log without names may be sorted by its items.
    let several = role == .item && hasNames ? free.first { !isConstant(samples[$0]) } : nil
    let index = several ?? next
    found.append(
      ColumnGuess.Column(
        role: role,
        index: index,
        name: header[index],
        reason: "no name says \(role.rawValue); it is the next column"
          + (index == next ? "" : " with several values")
      )
    )
  }
  let order = ColumnGuess.Role.allCases
  return ColumnGuess(columns: order.compactMap { role in found.first { $0.role == role } })
}

/// The column among `free` whose name speaks most strongly for a role, the first of equals; nil where none does.
private func bestByName(
  _ role: ColumnGuess.Role,
  _ free: [Int],
  _ header: [String],
  _ samples: [[String]],
  _ reader: (any TableReader)?
) -> Int? {
  var scored: [(index: Int, score: Int)] = []
  for index in free {
    let score = nameScore(header[index], role, samples[index])
    guard score > 0 else { continue }
    scored.append((index, role == .time && isRefused(samples[index], reader) ? 1 : score))
  }
  func best(_ columns: [(index: Int, score: Int)]) -> Int? {
    columns.max { $0.score < $1.score || ($0.score == $1.score && $0.index > $1.index) }?.index
  }
  guard let first = best(scored) else { return nil }
  guard role == .item, isConstant(samples[first]) else { return first }
  // What all rows have is no item, where another column of ids has several values.
  let others = scored.filter { isNamedLikeIDs(header[$0.index]) && !isConstant(samples[$0.index]) }
  return best(others) ?? first
}

/// Whether several rows have a value, and all of them the same.
private func isConstant(_ values: [String]) -> Bool {
  let filled = values.filter { !$0.isEmpty }
  return filled.count > 1 && filled.allSatisfy { $0 == filled[0] }
}

/// Whether a name is one word, or holds `id`.
private func isNamedLikeIDs(_ name: String) -> Bool {
  let words = nameWords(name)
  return words.count == 1 || words.contains("id")
}

/// Whether a log with these times is refused, as one is with dates of the calendar that are written as numbers.
private func isRefused(_ values: [String], _ reader: (any TableReader)?) -> Bool {
  let filled = values.filter { !$0.isEmpty }
  let times = filled.compactMap { wholeNumber($0) }
  guard let reader, !times.isEmpty, times.count == filled.count else { return false }
  return (try? TimeUnit.decided(by: times, of: reader)) == nil
}

/// The first column of `header` that is called as times are, whatever it holds, and its first value.
package func namedLikeTime(header: [String], firstRows: [[String]]) -> (name: String, value: String)? {
  for (column, name) in header.enumerated() {
    let values = firstRows.compactMap { column < $0.count && !$0[column].isEmpty ? $0[column] : nil }
    if isNamedLikeTime(name), let value = values.first(where: { !$0.isTime }) { return (name, value) }
  }
  return nil
}

private let roleWords: [(role: ColumnGuess.Role, words: [String])] = [
  (
    .user,
    [
      "user", "uid", "visitor", "customer", "member", "reviewer", "client", "account", "person", "viewer",
      "reader", "shopper", "session",
    ]
  ),
  (
    .item,
    [
      "item", "iid", "article", "movie", "product", "sku", "asin", "news", "video", "track", "song", "book",
      "isbn", "offer", "listing", "content", "post", "photo", "game", "recipe", "document", "doc", "page",
      "ad",
      "anime", "artist", "business", "job", "hotel", "item",
    ]
  ),
  (.time, ["timestamp", "ts", "unixtime", "time", "datetime", "date", "clicked", "when", "epoch"]),
  (.category, ["category", "cat", "categories", "genre", "genres", "topic", "section", "department"]),
]

/// Whether a column is called as times are, of clicks or of items.
func isNamedLikeTime(_ name: String) -> Bool {
  nameWords(name).contains { timeWords.contains($0) }
}

/// Whether a column is called as the time is that somebody spent on an item, such as `play_time_ms`.
package func isNamedLikeDwelling(_ name: String) -> Bool {
  let words = Set(nameWords(name))
  return !words.isDisjoint(with: ["playtime", "watchtime", "dwelltime"])
    || !words.isDisjoint(with: dwellingWords)
      && !words.isDisjoint(with: ["time", "times", "ms", "sec", "seconds", "duration"])
}

private let dwellingWords: Set<String> = [
  "watch", "watched", "watching", "play", "played", "playing", "dwell", "stay",
]

private let timeWords: Set<String> = [
  "timestamp", "timestamps", "ts", "unixtime", "time", "datetime", "date", "clicked", "when", "epoch",
  "created", "updated", "published", "released", "release",
]

/// How strongly a name speaks for a role: 0 not at all; words earlier in the list count more, and so do `id`
/// beside them and nothing else beside them.
private func nameScore(_ name: String, _ role: ColumnGuess.Role, _ values: [String]) -> Int {
  guard let list = roleWords.first(where: { $0.role == role })?.words else { return 0 }
  if role == .time {
    let filled = values.filter { !$0.isEmpty }
    guard !filled.isEmpty, filled.allSatisfy(\.isTime),
      !isNamedLikeDwelling(name) || looksLikeTime(filled, since: 631_152_000)
    else { return 0 }
  }
  let words = nameWords(name)
  let joined = words.joined()
  var score = 0
  for (place, word) in list.enumerated() {
    // Such a column of 0 and 1 says whether, and not when.
    if word == "clicked", values.allSatisfy({ ["", "0", "1", "0.0", "1.0"].contains($0) }) { continue }
    let rank = (list.count - place) * 10
    // "visitorid" and "movieid" carry the id in the same word.
    if joined == word || joined == word + "id" { score = max(score, rank + 400) }
    if words.contains(word) { score = max(score, rank + (words.contains("id") ? 200 : 100)) }
    if words.contains(word + "id") || words.contains("id" + word) { score = max(score, rank + 200) }
  }
  // The category of an item is no item, whatever else its name holds.
  if role == .item,
    words.contains(where: { ["category", "cat", "genre", "type", "name", "title"].contains($0) })
  {
    return 0
  }
  return score
}

/// The words of a name in lower case: cut at `_`, `-`, `.`, `:` and spaces, and where a capital follows a small
/// letter.
package func nameWords(_ name: String) -> [String] {
  var words: [String] = []
  var word = ""
  var wasSmall = false
  for letter in name {
    let isBorder = "_-. :".contains(letter)
    if isBorder || (letter.isUppercase && wasSmall) {
      if !word.isEmpty { words.append(word) }
      word = ""
    }
    if !isBorder { word += letter.lowercased() }
    wasSmall = letter.isLowercase
  }
  return word.isEmpty ? words : words + [word]
}

/// Dates, or whole numbers between `earliest`, in seconds since 1970, and the year 2286, counted in seconds,
/// milliseconds, microseconds or nanoseconds.
func looksLikeTime(_ values: [String], since earliest: Int64) -> Bool {
  guard !values.isEmpty else { return false }
  if values.allSatisfy({ Moment($0) != nil }) { return true }
  return values.allSatisfy { text in
    guard case .value(let value) = Array(text.utf8).withUnsafeBufferPointer(integerField) else {
      return false
    }
    return [1, 1000, 1_000_000, 1_000_000_000].contains {
      (earliest..<10_000_000_000).contains(value / $0)
    }
  }
}

private func looksLikeFraction(_ values: [String]) -> Bool {
  values.contains { isNumber($0) && wholeNumber($0) == nil }
}
