import Clicks
import Files
import Memory
import Report

/// What the report says of clicks that look wrong; nothing where none do.
struct DataAudit {
  let log: ClickLog
  /// When the newest data file was last written, in seconds since 1970; nil where clicks are not read from files.
  ///
  /// Clicks after that cannot have happened. It is no part of a key or a result: the same file under another date gives the
  /// same clicks.
  let lastWritten: Int?
  let threads: Threads

  /// How many seconds a click may come after its file was written: times of other zones are up to 14 hours ahead.
  static let allowance = 86_400

  var blocks: [Block] {
    let audit = LogAudit(log, threads: threads)
    return doubled(audit) + robots(audit) + future
  }

  private func doubled(_ audit: LogAudit) -> [Block] {
    guard audit.doubledRows > 0, let times = log.times else { return [] }
    let share = Double(audit.doubledRows) / Double(log.count)
    let what = log.events == nil ? "item and time" : "item, time and event"
    let examples = audit.doubledExamples.map { row in
      let (user, item) = (log.userID(log.users[Int(row)]), log.itemID(log.items[Int(row)]))
      return "user \(MarkdownText.code(user)) on \(MarkdownText.code(item)) at \(times[Int(row)])"
    }
    let text = """
      \(NumberFormat.grouped(audit.doubledRows)) clicks (\(NumberFormat.percent(share))) repeat another one of the same user, \
      \(what), such as that of \(examples.joined(separator: ", ")). Where the file has rows twice, `deduplicate: consecutive` \
      in `split` takes most of them out, with all other clicks directly after one on the same item.
      """
    return [.note(kind: share >= 0.01 ? .warning : .note, text: text)]
  }

  private func robots(_ audit: LogAudit) -> [Block] {
    guard !audit.robots.isEmpty else { return [] }
    func count(_ number: Int) -> String { NumberFormat.grouped(number) }
    let many = audit.robots.count == 1 ? "1 user looks" : "\(count(audit.robots.count)) users look"
    let pace =
      log.times == nil ? "" : ", or \(count(LogAudit.mostClicksAnHour)) within an hour"
    let examples = audit.robots.prefix(3).map { robot in
      let hour = robot.busiestHour.map { ", up to \(count($0)) an hour" } ?? ""
      return "\(MarkdownText.code(log.userID(robot.user))) (\(count(robot.clicks)) clicks\(hour))"
    }
    let text = """
      \(many) like a robot, with more than \(count(audit.mostClicks)) clicks (ten times the 99.9th percentile of all users, \
      \(count(LogAudit.fewestClicks)) at least)\(pace): \(examples.joined(separator: ", "))\
      \(audit.robots.count > 3 ? ", …" : ""). Without them there are \(count(audit.clicksWithout)) clicks by \
      \(count(audit.usersWithout)) users on \(count(audit.itemsWithout)) items; `max_user_clicks` in `split` leaves out users \
      with more clicks than it says.
      """
    return [.note(kind: .warning, text: text)]
  }

  private var future: [Block] {
    guard let lastWritten, let times = log.times else { return [] }
    let latest = (Double(lastWritten) + Double(Self.allowance)) * Double(log.timeUnit.ticksPerSecond)
    var (late, example) = (0, Int64.min)
    for time in times where Double(time) > latest {
      late += 1
      example = max(example, time)
    }
    guard late > 0 else { return [] }
    let which =
      late == 1
      ? "1 click, of \(example), lies" : "\(NumberFormat.grouped(late)) clicks, up to \(example), lie"
    let text = """
      \(which) more than a day after the file was last written, where none can be: is `columns.time_unit` another than \
      \(log.timeUnit.words)?
      """
    return [.note(kind: .warning, text: text)]
  }
}

extension FileSource {
  /// When the newest of the files was last written, in seconds since 1970.
  var lastWritten: Int? { inputFiles.compactMap { FilePaths.modified($0.absolute) }.max() }
}
