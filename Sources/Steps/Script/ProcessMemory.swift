import Files
import Glibc

/// What processes take of this machine's memory.
enum ProcessMemory {
  /// The bytes that the processes of a session have in memory together, as `/proc` tells; pages that several share count for
  /// each.
  static func resident(ofSession session: pid_t) -> Int {
    let names = (try? FilePaths.list("/proc")) ?? []
    let pages = names.filter { $0.allSatisfy(\.isNumber) }.reduce(0) { sum, name in
      sum + (pagesOfProcess("/proc/\(name)/stat", session) ?? 0)
    }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// Its resident pages where it is of the session: fields 6 and 24 of `stat`, behind the name in brackets.
  private static func pagesOfProcess(_ path: String, _ session: pid_t) -> Int? {
    guard let text = SystemFile.text(path), let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 21, fields[3] == "\(session)" else { return nil }
    return Int(fields[21])
  }
}
