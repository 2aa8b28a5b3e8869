import Clicks
import Files
import Notebook

/// Writes made-up clicks and their items as CSV files, in the form of the notebook's data.
struct LogProbe: Probe {
  /// What was written.
  struct Answer: Codable {
    var clicks: Int
  }

  /// The files' names.
  static let (clicksName, itemsName) = ("train_click_log.csv", "articles.csv")
  /// The log's columns.
  static let columns = (user: "user_id", item: "click_article_id", time: "click_timestamp")

  var folder: String
  var clicks: Int
  var users: Int
  var items: Int
  var threads: Int

  var request: ProbeRequest { .log(self) }

  func answer() throws -> Answer {
    var options = SyntheticOptions()
    (options.clicks, options.users, options.items) = (clicks, users, items)
    options.interests = min(100, items)
    options.interestsPerUser = min(2, options.interests)
    let made = try SyntheticClicks(options, threads: threads)
    try Folders.make(folder)
    let log = made.log
    try write(Self.clicksName, header: "user_id,click_article_id,click_timestamp", rows: log.count) {
      row,
      text in
      text += "\(log.users[row]),\(log.items[row]),\(log.times?[row] ?? 0)\n"
    }
    try write(Self.itemsName, header: "article_id,category_id", rows: made.table.count) { row, text in
      text += "\(made.table.items[row]),\(made.table.categories[row])\n"
    }
    return Answer(clicks: log.count)
  }

  private func write(_ name: String, header: String, rows: Int, _ line: (Int, inout String) -> Void) throws {
    try AtomicFile.write(to: FilePaths.join(folder, name)) { file in
      var text = header + "\n"
      for row in 0..<rows {
        line(row, &text)
        guard text.utf8.count > 1 << 20 || row == rows - 1 else { continue }
        try Cancellation.check()
        try file.append(text)
        text = ""
      }
    }
  }
}
