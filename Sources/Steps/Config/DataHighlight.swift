import Clicks
import Tables
import Files
import Report

/// What the first page says of the data, and what figures on it are measured under.
struct DataHighlight {
  let data: ConfigArtifact
  let users: Int
  let clicked: Int
  /// The files that were read, Markdown; empty where clicks are made up.
  let files: [String]

  /// `1,112,623 clicks of 200,000 users on 31,116 of 364,047 items, 2017-10-03 to 2017-11-12 (clicks.csv)`.
  func text(_ digest: Digest) -> String {
    var text =
      "\(NumberFormat.grouped(data.log.count)) clicks of \(NumberFormat.grouped(users)) users on \(NumberFormat.grouped(clicked))"
    if clicked != data.items.count { text += " of \(NumberFormat.grouped(data.items.count))" }
    text += " items"
    if let span { text += ", \(span)" }
    let source = files.isEmpty ? "made up" : files.joined(separator: ", ")
    return text + " (\(source), content digest `\("\(digest)".prefix(8))`)"
  }

  /// From the first day to the last; nil where there are no times, or these are no days of ours.
  private var span: String? {
    guard let extremes = data.log.times?.extremes else { return nil }
    let days = [extremes.least, extremes.greatest].map { time -> String? in
      let seconds = Double(time) / Double(data.log.timeUnit.ticksPerSecond)
      // Counts that begin at 0 are no dates.
      return seconds >= 86_400 * 365 ? String(UTCTime.iso8601(seconds).prefix(10)) : nil
    }
    guard let first = days[0], let last = days[1] else { return nil }
    return first == last ? first : "\(first) to \(last)"
  }

  /// The content of the log as it was read, the order of its rows too.
  /// - Throws: where there is no memory.
  func digest() throws -> Digest {
    let growing = try GrowingDigest()
    growing.add(data.log.users)
    growing.add(data.log.items)
    if let times = data.log.times { growing.add(times) }
    for names in [data.log.userNames, data.log.itemNames] {
      growing.add([Int64(names?.count ?? -1)])
      for name in names ?? [] { growing.add(Array(name.utf8) + [0]) }
    }
    return growing.value
  }
}
