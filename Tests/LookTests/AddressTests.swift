import Files
import Glibc
import TestSupport
import Testing

@testable import Look

/// What is asked for by a path, and who may ask.
@Suite("Addresses of pages")
struct AddressTests {
  @Test(
    "a path asks for one page, whatever signs its names have",
    arguments: [
      ("/", PageAddress.runs), ("/live", .live(.runs)),
      ("/run/news/watch", .run(recipe: "news", id: "watch")),
      ("/live/run/a%20b/x+y", .live(.run(recipe: "a b", id: "x+y"))), ("/compare", .compare),
      ("/study/news/sweep-0a1b", .study(recipe: "news", id: "sweep-0a1b")),
      ("/study/news/sweep-0a1b/stop", .stop(recipe: "news", id: "sweep-0a1b")),
      ("/files/news/watch/plots/a%C3%A4.svg", .file(["news", "watch", "plots", "aä.svg"])),
    ]
  )
  func pages(path: String, address: PageAddress) { #expect(PageAddress(path) == address) }

  @Test(
    "what could lead out of the outputs, or to what is hidden there, asks for nothing",
    arguments: [
      "", "run", "//", "/run", "/run/a", "/run/a/", "/run//a", "/run/a/b/c", "/run/../b", "/run/%2e%2e/b",
      "/run/a/%2E%2e", "/run/a/.cache", "/run/a/.%2e", "/files", "/files/", "/files/..", "/files/a/../../b",
      "/files/a%2F..%2Fb", "/files/%2Fetc%2Fpasswd", "/files//etc/passwd", "/files/a%00.svg", "/files/a%2",
      "/files/a%zz", "/files/%ff%fe", "/live/live", "/live/files/a/b", "/live/study/a/b/stop", "/favicon.ico",
      "/study/a/b/remove", "/run/a/b%2Fc", "/files/.cache/x", "/files/r/.filling-abc/.progress.json",
    ]
  )
  func nothing(path: String) { #expect(PageAddress(path) == nil) }

  @Test("a path that is made of names is read as these names")
  func roundTrip() {
    for name in ["a", "a b", "ä+%", "x.y~-_", "q?#&='\"<>", String(repeating: "n", count: 255)] {
      #expect(PageAddress(PageAddress.path("run", name, name)) == .run(recipe: name, id: name))
    }
    #expect(PageAddress(PageAddress.path("run", "a", String(repeating: "n", count: 256))) == nil)
  }

  @Test(
    "this machine is asked for by an address or its own names, with any port",
    arguments: [
      "127.0.0.1", "127.0.0.1:8090", "localhost:1", "LOCALHOST", "[::1]:8090", "[::1]", "10.1.2.3:80",
    ]
  )
  func own(host: String) { #expect(RequestGuard.isOurs(host)) }

  @Test(
    "a name that another may have let lead here is none of ours",
    arguments: [
      "", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8090", "evil.example:8090",
      "[::1",
      "[::1]x", "[evil]", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:999999", "localhost:80:80", "127.1.evil",
      "localhost@evil.example", ":8090",
    ]
  )
  func others(host: String) { #expect(!RequestGuard.isOurs(host)) }

  @Test("of files only plain ones under the outputs are given, whatever links there are")
  func files() throws {
    let scratch = try ScratchFolder()
    let root = FilePaths.join(scratch.path, "outputs")
    try Folders.make(FilePaths.join(root, "r/one"))
    try AtomicFile.write("secret", to: FilePaths.join(scratch.path, "secret"))
    try AtomicFile.write("shown", to: FilePaths.join(root, "r/one/a.csv"))
    try AtomicFile.write("ledger", to: FilePaths.join(root, "r/one/study.db"))
    symlink("../../../secret", FilePaths.join(root, "r/one/link"))
    symlink("../..", FilePaths.join(root, "r/up"))
    symlink("one", FilePaths.join(root, "r/latest"))
    mkfifo(FilePaths.join(root, "r/one/pipe"), 0o600)
    #expect(ServedFile(["r", "one", "a.csv"], under: root)?.size == 5)
    for parts in [
      ["r", "one", "link"], ["r", "up", "secret"], ["r", "latest", "a.csv"], ["r", "one"],
      ["r", "one", "pipe"],
      ["r", "one", "study.db"], ["r", "one", "none"], ["r", "one", "a.csv", "x"], ["..", "secret"],
    ] where parts[0] != ".." {
      #expect(ServedFile(parts, under: root) == nil, "\(parts)")
    }
  }
}
