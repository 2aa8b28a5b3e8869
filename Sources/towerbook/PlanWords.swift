import Files
import Glibc
import Notebook
import Report

/// What a plan is likely to take, in words.
enum PlanWords {
  /// `4.2 s`; `?` where nothing is known, and nothing of a cell that does not run.
  static func seconds(_ cell: PlanForecast.Cell) -> String {
    guard cell.runs else { return "" }
    return cell.estimate.map { NumberFormat.duration(seconds: $0.seconds.likely) } ?? "?"
  }

  /// The memory at its height.
  static func memory(_ cell: PlanForecast.Cell) -> String {
    guard cell.runs else { return "" }
    return (cell.estimate?.memory ?? cell.memory).map(bytes) ?? "?"
  }

  /// What its result takes.
  static func disk(_ cell: PlanForecast.Cell) -> String {
    guard cell.runs else { return "" }
    return cell.estimate.map { bytes($0.disk) } ?? "?"
  }

  /// The whole in sentences, what it rests on, and what there is too little of.
  static func lines(_ forecast: PlanForecast, _ plan: Plan, cache: String) -> [String] {
    guard forecast.cells.contains(where: \.runs) else { return ["nothing has to run"] }
    var lines: [String] = []
    let records = forecast.cells.compactMap(\.estimate)
    if !records.isEmpty {
      let seconds = forecast.seconds
      func time(_ value: Double) -> String { NumberFormat.duration(seconds: value) }
      var line = "likely \(time(seconds.likely)) in all"
      if seconds.most > seconds.least * 1.05 { line += " (\(time(seconds.least)) to \(time(seconds.most)))" }
      line += ", \(bytes(forecast.disk)) of disk, by what such cells took here before"
      lines.append(line)
      let far = records.map { max($0.distance, 1 / max($0.distance, 1e-12)) }.max() ?? 1
      if far > 4 {
        let times = NumberFormat.significant(far, digits: 2)
        lines.append(
          "the nearest of these differ in size by up to \(times) times, so that it may be far from this"
        )
      }
    }
    if let memory = forecast.memory {
      let isMeasured = records.contains { $0.memory == memory }
      lines.append("\(bytes(memory)) of memory at the height" + (isMeasured ? "" : ", by sizes alone"))
      if let free = SystemRoom.memory, memory > free {
        lines.append("warning: that is more than the \(bytes(free)) of memory that are free")
      }
    }
    if let free = SystemRoom.disk(cache), forecast.disk > free {
      lines.append("warning: there are \(bytes(free)) left on the disk of the cache")
    }
    let unknown = forecast.unknown.map { plan.cells[$0].id }
    if !unknown.isEmpty {
      lines.append(
        "no such cell has run here yet, so that its time is not known: \(unknown.joined(separator: ", "))"
      )
    }
    return lines
  }

  private static func bytes(_ count: Double) -> String {
    NumberFormat.bytes(count < 1e18 ? Int(count) : Int.max)
  }
}

/// What this machine has left.
enum SystemRoom {
  /// The bytes of memory that this program can still get; nil where nobody says.
  static var memory: Double? {
    let free = [SystemFile.bytes("MemAvailable", in: "/proc/meminfo"), GroupMemory.current()?.free]
    return free.compactMap(\.self).min().map(Double.init)
  }

  /// The bytes that are free where `folder` is, or will be; nil where that cannot be told.
  static func disk(_ folder: String) -> Double? {
    var path = FilePaths.absolute(folder)
    var facts = statvfs()
    while statvfs(path, &facts) != 0 {
      let parent = FilePaths.parent(of: path)
      guard errno == ENOENT, parent != path else { return nil }
      path = parent
    }
    return Double(facts.f_bavail) * Double(facts.f_frsize)
  }
}
