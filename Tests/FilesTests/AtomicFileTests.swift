import Files
import TestSupport
import Testing

@Suite("Files written beside their place")
struct AtomicFileTests {
  private let scratch: ScratchFolder
  private var folder: String { scratch.path }

  init() throws { scratch = try ScratchFolder() }

  @Test("appear whole with commit, and not at all without")
  func commitOrNothing() throws {
    let path = FilePaths.join(folder, "a.txt")
    #expect(throws: CancellationError.self) {
      try AtomicFile.write(to: path) { file in
        try file.append("half")
        throw CancellationError()
      }
    }
    #expect(try FilePaths.list(folder) == [])
    try AtomicFile.write("whole", to: path)
    #expect(try FilePaths.list(folder) == ["a.txt"])
    #expect(try MappedFile.readText(path) == "whole")
  }

  @Test("hold more than the buffer takes, in order")
  func large() throws {
    let path = FilePaths.join(folder, "b")
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try AtomicFile.write(to: path) { file in
      try file.append(Array(bytes[..<10]))
      try file.append(Array(bytes[10..<2_500_000]))
      try file.append(Array(bytes[2_500_000...]))
    }
    #expect((try MappedFile.read(path)) == bytes)
  }

  @Test("errors name the action, the path and the reason")
  func errors() throws {
    let missing = #expect(throws: FileError.self) { try AtomicFile.write("", to: folder + "/no/a.txt") }
    #expect(missing?.description == "cannot write '\(folder)/no/a.txt': No such file or directory")
    let unreadable = #expect(throws: FileError.self) { try MappedFile(folder + "/none") }
    #expect(unreadable?.description == "cannot read '\(folder)/none': No such file or directory")
    let isFolder = #expect(throws: FileError.self) { try MappedFile(folder) }
    #expect(isFolder?.description == "cannot read '\(folder)': it is a folder")
    let isPipe = #expect(throws: FileError.self) { try MappedFile("/dev/null") }
    #expect(isPipe?.description == "cannot read '/dev/null': it is no regular file")
  }

  @Test("a second name for a file replaces what stood there")
  func link() throws {
    try AtomicFile.write("new", to: folder + "/source")
    try AtomicFile.write("old", to: folder + "/target")
    try Folders.link(folder + "/source", to: folder + "/target")
    try Folders.link(folder + "/source", to: folder + "/target")
    #expect(try MappedFile.readText(folder + "/target") == "new")
    #expect(try FilePaths.list(folder) == ["source", "target"])
  }
}

@Suite("Paths as text")
struct FilePathsTests {
  @Test("are joined, split and made absolute")
  func text() {
    #expect(FilePaths.join("a", "b") == "a/b")
    #expect(FilePaths.join("a/", "b") == "a/b")
    #expect(FilePaths.join("a", "/b") == "/b")
    #expect(FilePaths.join("", "b") == "b")
    #expect(FilePaths.parent(of: "a/b/c") == "a/b")
    #expect(FilePaths.parent(of: "c") == ".")
    #expect(FilePaths.parent(of: "/c") == "/")
    #expect(FilePaths.name(of: "a/b.c") == "b.c")
    #expect(FilePaths.stem(of: "a/news.two.yaml") == "news.two")
    #expect(FilePaths.stem(of: "a/.env") == ".env")
    #expect(FilePaths.absolute("../x/./y", from: "/a/b") == "/a/x/y")
    #expect(FilePaths.absolute("../../../x", from: "/a") == "/x")
  }
}

@Suite("Digests")
struct DigestTests {
  // Source: the test vectors of xxHash's specification, XXH3_128bits with seed 0 of the empty input.
  @Test("are XXH3's, and come back from their hexadecimal digits")
  func known() {
    let empty = Digest("")
    #expect(empty.description == "99aa06d3014798d86001c324468d497f")
    #expect(Digest(hexadecimal: empty.description) == empty)
    #expect(Digest(hexadecimal: "xyz") == nil)
    #expect(Digest("a") != Digest("b"))
  }
}
