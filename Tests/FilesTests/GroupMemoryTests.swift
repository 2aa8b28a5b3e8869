import TestSupport
import Testing

@testable import Files

/// What control groups of both versions allow, read from folders like theirs.
@Suite("Memory of control groups")
struct GroupMemoryTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  /// Writes files below the root, and asks for what the groups of `membership` allow.
  private func current(_ membership: String, _ files: [String: String]) throws -> GroupMemory? {
    let root = FilePaths.join(scratch.path, "root")
    try Folders.make(root)
    for (name, text) in files {
      let path = FilePaths.join(root, name)
      try Folders.make(FilePaths.parent(of: path))
      try AtomicFile.write(text, to: path)
    }
    let list = FilePaths.join(scratch.path, "membership")
    try AtomicFile.write(membership, to: list)
    return GroupMemory.current(membership: list, root: root)
  }

  @Test("of the second version's groups that hold one another the one with the least left counts")
  func second() throws {
    let found = try current(
      "0::/batch/job\n",
      [
        "batch/memory.max": "1000\n", "batch/memory.stat": "anon 700\nfile 5000\nkernel 90\nshmem 50\n",
        "batch/job/memory.max": "600\n", "batch/job/memory.stat": "anon 100\nfile 400\nshmem 0\n",
        "memory.stat": "anon 9\n",
      ]
    )
    #expect(found == GroupMemory(limit: 1000, used: 750))
    #expect(found?.free == 250)
  }

  @Test("the first version's groups are in a folder of their own, and one that is unlimited is none")
  func first() throws {
    let statistics = "rss 1\ntotal_rss 4096\ntotal_shmem 1024\ntotal_cache 99999\n"
    let membership = "9:name=systemd:/\n4:cpuacct,memory:/jobs/7\n0::/\n"
    let found = try current(
      membership,
      [
        "memory/jobs/7/memory.limit_in_bytes": "8192\n", "memory/jobs/7/memory.stat": statistics,
        "memory/memory.limit_in_bytes": "9223372036854771712\n", "memory/memory.stat": statistics,
      ]
    )
    #expect(found == GroupMemory(limit: 8192, used: 5120))
  }

  @Test("in a container, which does not see its own path, the root's limit counts")
  func container() throws {
    let found = try current(
      "0::/docker/0a1b\n",
      ["memory.max": "4096\n", "memory.stat": "anon 5000\nshmem 0\n"]
    )
    #expect(found == GroupMemory(limit: 4096, used: 5000))
    #expect(found?.free == 0)
  }

  @Test(
    "without a limit, or with files that make no sense, there is none",
    arguments: ["max\n", "", "a lot\n", "99999999999999999999\n"]
  )
  func none(limit: String) throws {
    #expect(try current("0::/\n", ["memory.max": limit, "memory.stat": "anon 1\n"]) == nil)
    #expect(try current("what is this\n4:memory\n\n", [:]) == nil)
  }

  @Test("pages of files that are written to in memory alone are counted, and no others")
  func mapped() {
    let maps = """
      55d0c0000000-55d0c0001000 r--p 00000000 fe:00 131 /usr/bin/a
      55d0c0001000-55d0c0003000 rw-p 00001000 fe:00 131 /usr/bin/a
      7f0000000000-7f0010000000 rw-p 00010000 fe:00 9 /tmp/with blanks/a b
      7f1000000000-7f1000100000 rw-s 00000000 fe:00 10 /tmp/shared
      7f2000000000-7f2000100000 rw-p 00000000 00:00 0
      7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0 [stack]
      odd
      """
    #expect(GroupMemory.mappedBytes(in: maps) == 0x2000 + 0x1000_0000)
  }
}
