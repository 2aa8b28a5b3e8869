import Glibc
import Synchronization

/// What the control groups of this process let it have of memory, as containers and jobs of clusters are held.
///
/// A group that is full is not refused memory: the system kills a process of it, with nobody to say why. So the process takes
/// what its group allows as a limit of its own, beyond which the system does refuse.
package struct GroupMemory: Equatable, Sendable {
  /// The most bytes of the group that has the least left.
  package var limit: Int
  /// How many of them are taken by its processes, this one among them; files that can be read again are none.
  package var used: Int

  /// The bytes that are left.
  package var free: Int { max(0, limit - used) }

  /// What the tightest group of this process allows; nil where none limits memory.
  /// - Parameters:
  ///   - membership: the file that says in which groups the process is, as `/proc/self/cgroup`.
  ///   - root: where groups are, of either version.
  package static func current(
    membership: String = "/proc/self/cgroup",
    root: String = "/sys/fs/cgroup"
  ) -> GroupMemory? {
    guard let text = SystemFile.text(membership) else { return nil }
    let groups = text.split(separator: "\n").flatMap { line -> [GroupMemory] in
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return [] }
      let controllers = parts[1].split(separator: ",")
      if controllers.contains("memory") {
        return levels(of: String(parts[2]), below: FilePaths.join(root, "memory"), first)
      }
      return parts[0] == "0" ? levels(of: String(parts[2]), below: root, second) : []
    }
    return groups.min { $0.free < $1.free }
  }

  /// Where a version of control groups keeps what.
  private typealias Names = (limit: String, used: [String])
  private static let first: Names = ("memory.limit_in_bytes", ["total_rss", "total_shmem"])
  private static let second: Names = ("memory.max", ["anon", "shmem"])
  /// What is no limit at all: the first version writes the largest number of pages.
  private static let unlimited = 1 << 60

  /// The group at `path` and those that it is in. In a container the path may be the host's, and only the root is there.
  private static func levels(of path: String, below root: String, _ names: Names) -> [GroupMemory] {
    let below = path.drop { $0 == "/" }
    var folder = below.isEmpty ? root : FilePaths.join(root, String(below))
    var found: [GroupMemory] = []
    while true {
      if let limit = SystemFile.text(FilePaths.join(folder, names.limit)).flatMap({
        Int($0.filter { !$0.isWhitespace })
      }),
        limit < unlimited, let statistics = SystemFile.text(FilePaths.join(folder, "memory.stat"))
      {
        let counts = statistics.split(separator: "\n").compactMap { line -> Int? in
          let words = line.split(separator: " ")
          return words.count == 2 && names.used.contains(String(words[0])) ? Int(words[1]) : nil
        }
        found.append(GroupMemory(limit: limit, used: counts.reduce(0, +)))
      }
      guard folder.utf8.count > root.utf8.count else { return found }
      folder = FilePaths.parent(of: folder)
    }
  }

  /// Has the system refuse this process what its group has not left; without a group that limits memory nothing changes.
  ///
  /// What counts against it is memory that can be written to and is no file's, whether it is used or not.
  package static func hold() {
    let resource = __rlimit_resource_t(RLIMIT_DATA.rawValue)
    var limit = rlimit()
    guard let group = current(), let taken = SystemFile.bytes("VmData", in: "/proc/self/status"),
      getrlimit(resource, &limit) == 0
    else { return }
    // A share is for what the system itself keeps for the process.
    let most = rlim_t(taken + group.free / 50 * 49)
    guard most < limit.rlim_cur else { return }
    limit.rlim_cur = most
    guard setrlimit(resource, &limit) == 0 else { return }
    held.withLock { $0 = Held(limit: most, mapped: mappedBytes()) }
  }

  /// What ``hold()`` made of the limit, and how many bytes of files' pages there were that can be written to.
  private struct Held {
    let limit: rlim_t
    let mapped: Int
  }
  private static let held = Mutex<Held?>(nil)

  /// Lets files' pages that can be written to, as large arrays have them that were read back, not count against the limit: the
  /// system can read them again. To be called when there are others than before.
  static func allowMappedPages() {
    held.withLock { held in
      guard let held else { return }
      let resource = __rlimit_resource_t(RLIMIT_DATA.rawValue)
      var limit = rlimit()
      guard getrlimit(resource, &limit) == 0 else { return }
      limit.rlim_cur = min(limit.rlim_max, held.limit + rlim_t(max(0, mappedBytes() - held.mapped)))
      setrlimit(resource, &limit)
    }
  }

  private static func mappedBytes() -> Int { mappedBytes(in: SystemFile.text("/proc/self/maps") ?? "") }

  /// How many bytes of the process with these `maps` are files' pages that can be written to without changing the file.
  static func mappedBytes(in maps: String) -> Int {
    // A line is `START-END RIGHTS OFFSET DEVICE INODE PATH`.
    maps.split(separator: "\n").reduce(0) { sum, line in
      let words = line.split(separator: " ", maxSplits: 5)
      let ends = words[0].split(separator: "-").compactMap { Int($0, radix: 16) }
      guard words.count > 4, words[1] == "rw-p", words[4] != "0", ends.count == 2 else { return sum }
      return sum + ends[1] - ends[0]
    }
  }
}
