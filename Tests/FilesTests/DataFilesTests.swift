import Files
import Foundation
import TestSupport
import Testing

@Suite("Data files by path, pattern and folder")
struct DataFilesTests {
  let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    for name in [
      "logs/day=2/b.csv", "logs/day=2/a.csv", "logs/day=10/a.csv", "logs/_day=3/a.csv",
      "logs/day=2/sub/a.csv",
      "logs/_SUCCESS", "logs/.hidden.csv", "logs/day=2/.a.csv.crc", "logs/day=2/a.csv.crc", "logs/_tmp/a.csv",
      "logs/.git/a.csv", "other/odd [1].csv", "odd [1]/a.csv",
    ] { try folder.write(name, "x") }
    try FileManager.default.createDirectory(
      atPath: folder.file("none"),
      withIntermediateDirectories: true
    )
  }

  private func found(_ path: String) throws -> [String] {
    try DataFiles.at(folder.file(path)).map { String($0.path.dropFirst(folder.path.count + 1)) }
  }

  @Test("a folder is all data files in it, by the bytes of their paths")
  func folders() throws {
    #expect(
      try found("logs") == [
        "logs/_day=3/a.csv", "logs/day=10/a.csv", "logs/day=2/a.csv", "logs/day=2/b.csv",
        "logs/day=2/sub/a.csv",
      ]
    )
    #expect(try found("none").isEmpty && found("nowhere").isEmpty)
    #expect(DataFiles.hasAny(folder.file("none")) && !DataFiles.hasAny(folder.file("nowhere")))
  }

  @Test("patterns match as in a shell, ** any folders, a folder that is matched stands for its files")
  func patterns() throws {
    #expect(try found("logs/day=*/*.csv") == ["logs/day=10/a.csv", "logs/day=2/a.csv", "logs/day=2/b.csv"])
    #expect(try found("logs/day=[0-9]/?.csv") == ["logs/day=2/a.csv", "logs/day=2/b.csv"])
    #expect(
      try found("**/a.csv") == [
        "logs/_day=3/a.csv", "logs/day=10/a.csv", "logs/day=2/a.csv", "logs/day=2/sub/a.csv",
        "odd [1]/a.csv",
      ]
    )
    #expect(try found("logs/**") == found("logs") && found("logs/*") == found("logs"))
    #expect(try found("logs/**/sub/*") == ["logs/day=2/sub/a.csv"])
    #expect(try found("logs/day=2/**/a.csv") == ["logs/day=2/a.csv", "logs/day=2/sub/a.csv"])
    #expect(try found("logs/_t*/*") == ["logs/_tmp/a.csv"] && found("logs/.h*") == ["logs/.hidden.csv"])
    #expect(try found("logs/day=2/*.crc") == ["logs/day=2/a.csv.crc"])
    #expect(try found("logs/x*").isEmpty && found("gone/*.csv").isEmpty)
  }

  @Test("what is called like a pattern is no pattern")
  func literal() throws {
    #expect(!DataFiles.isPattern(folder.file("other/odd [1].csv")))
    #expect(try found("other/odd [1].csv") == ["other/odd [1].csv"])
    #expect(try found("odd [1]/*.csv") == ["odd [1]/a.csv"])
  }

  @Test("key=value folders are columns where they were found, not where they were written")
  func partitions() throws {
    func partitions(_ path: String) throws -> [String] {
      try DataFiles.at(folder.file(path)).map { file in
        file.partitions.map { "\($0.key):\($0.value)" }.joined(separator: " ")
      }
    }
    #expect(try partitions("logs") == ["_day:3", "day:10", "day:2", "day:2", "day:2"])
    #expect(try partitions("logs/day=2/*.csv") == ["", ""])
    #expect(try partitions("logs/day=1*/a.csv") == ["day:10"])
    let file = FoundFile(
      path: "/x",
      found: "a=1%3A2/b=__HIVE_DEFAULT_PARTITION__/c=x=y/=z/d%20e=%zz/f=1.csv"
    )
    #expect(file.partitions.map(\.key) == ["a", "b", "c", "d e"])
    #expect(file.partitions.map(\.value) == ["1:2", "", "x=y", "%zz"])
  }

  @Test("a link that leads back is an error, another is followed")
  func links() throws {
    let links = FileManager.default
    try links.createSymbolicLink(
      atPath: folder.file("none/linked"),
      withDestinationPath: folder.file("other")
    )
    #expect(try found("none") == ["none/linked/odd [1].csv"])
    try links.createSymbolicLink(atPath: folder.file("other/back"), withDestinationPath: folder.file("none"))
    let error = #expect(throws: FileError.self) { try found("none") }
    #expect(error?.reason == "a link leads back to a folder above it")
  }
}
