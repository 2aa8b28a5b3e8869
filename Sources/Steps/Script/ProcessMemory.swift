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
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 2048)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0, let end = bytes[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = String(decoding: bytes[(end + 1)..<count], as: UTF8.self).split(separator: " ")
    guard fields.count > 21, fields[3] == "\(session)" else { return nil }
    return Int(fields[21])
  }
}
