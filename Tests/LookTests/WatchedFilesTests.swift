import Files
import Glibc
import TestSupport
import Testing

@testable import Look

/// What counts as a change of what is watched.
@Suite("Files that are watched")
struct WatchedFilesTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func file(_ name: String) -> String { FilePaths.join(scratch.path, name) }

  @Test("a text is what it says, however it was saved; data is another file where it was written")
  func contents() throws {
    try Folders.make(file("data"))
    try AtomicFile.write("a: 1\n", to: file("r.yaml"))
    try AtomicFile.write("1,2\n", to: file("data/c.csv"))
    let first = WatchedFiles(texts: [file("r.yaml"), file(".env")], data: [file("data/c.csv")])
    #expect(first.isUntouched(since: first.again()))
    try AtomicFile.write("a: 1\n", to: file("r.yaml"))
    #expect(first.isUntouched(since: first.again()))
    try AtomicFile.write("a: 2\n", to: file("r.yaml"))
    let second = first.again()
    #expect(!second.isSame(as: first) && !second.isUntouched(since: first))
    try AtomicFile.write("1,2\n", to: file("data/c.csv"))
    #expect(!second.again().isSame(as: second))
    unlink(file("r.yaml"))
    #expect(!first.again().isSame(as: first))
  }

  @Test("a file that comes into a folder of data is a reason to look, and alone none to run")
  func folder() throws {
    try Folders.make(file("data"))
    try AtomicFile.write("a: 1\n", to: file("r.yaml"))
    try AtomicFile.write("1,2\n", to: file("data/c.csv"))
    let first = WatchedFiles(texts: [file("r.yaml")], data: [file("data/c.csv")])
    usleep(20_000)  // a folder is changed at a tick of the clock
    try AtomicFile.write("1,2\n", to: file("data/d.csv"))
    #expect(!first.again().isUntouched(since: first))
    #expect(first.again().isSame(as: first))
  }

  @Test("folders are listened to, also those that links lead to")
  func links() throws {
    try Folders.make(file("real"))
    try AtomicFile.write("a: 1\n", to: file("real/r.yaml"))
    symlink("real/r.yaml", file("r.yaml"))
    let files = WatchedFiles(texts: [file("r.yaml")], data: [])
    #expect(files.listenedFolders == [scratch.path, FilePaths.real(file("real"))])
    let events = try FolderEvents()
    events.listen(to: files.listenedFolders)
    try AtomicFile.write("a: 2\n", to: file("real/r.yaml"))
    var heard = pollfd(fd: events.descriptor, events: Int16(POLLIN), revents: 0)
    #expect(poll(&heard, 1, 2_000) == 1)
    events.drain()
    #expect(poll(&heard, 1, 0) == 0)
  }
}
