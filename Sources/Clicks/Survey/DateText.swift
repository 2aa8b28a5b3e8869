import Tables

/// Whether a column is called as times are.
func isNamedLikeTime(_ name: String) -> Bool {
  let words = nameWords(name)
  return words.contains { timeWords.contains($0) }
}

/// Words in the names of columns of times, of clicks or of items.
private let timeWords: Set<String> = [
  "timestamp", "timestamps", "ts", "unixtime", "time", "datetime", "date", "clicked", "when", "epoch",
  "created",
  "updated", "published", "released", "release",
]

/// Whether a text has the look of a date: three groups of letters or digits between `-`, `/` or `.`, one of them of four
/// digits; a time of day may follow.
package func looksLikeDate(_ text: String) -> Bool {
  let day = text.prefix { $0 != " " && $0 != "T" }
  guard day.utf8.count <= 11, let mark = day.first(where: { "-/.".contains($0) }) else { return false }
  let groups = day.split(separator: mark)
  return groups.count == 3 && groups.contains { $0.utf8.count == 4 && $0.utf8.allSatisfy { $0 &- 0x30 < 10 } }
    && groups.allSatisfy { $0.utf8.allSatisfy { $0 &- 0x30 < 10 || $0 | 0x20 &- 0x61 < 26 } }
}

extension ColumnGuess {
  /// The same with a column of dates as the time, where none is a time yet: one that is called so or looks so, and that
  /// `isRead` says is read as times.
  func withDates(_ header: [String], _ rows: [[String]], _ isRead: (Int) -> Bool) -> ColumnGuess {
    guard column(.time) == nil else { return self }
    let free = header.indices.filter { index in !columns.contains { $0.index == index } }
    func values(_ index: Int) -> [String] {
      rows.compactMap { index < $0.count && !$0[index].isEmpty ? $0[index] : nil }
    }
    let named = free.filter { isNamedLikeTime(header[$0]) && !values($0).isEmpty }
    let looking = free.filter { !values($0).isEmpty && values($0).allSatisfy(looksLikeDate) }
    guard let index = (named + looking).first(where: isRead) else { return self }
    let isNamed = named.contains(index)
    let time = Column(
      role: .time,
      index: index,
      name: header[index],
      reason: isNamed ? "its name says time, and its values are dates" : "its values are dates",
      isNamed: isNamed
    )
    let all = columns + [time]
    return ColumnGuess(columns: Role.allCases.compactMap { role in all.first { $0.role == role } })
  }
}

/// Whether a reader takes all values of the column at `index` as moments.
func readsAsTimes(path: String, _ format: TableFormat, _ index: Int) -> Bool {
  guard let reader = try? TableReaders.open(path: path, format: format),
    let read = try? reader.read([ColumnRequest(.number(index + 1), as: .time, empty: .dropRow)]),
    case .moments = read.columns.first
  else { return false }
  return true
}
