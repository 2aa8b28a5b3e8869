import Files
import Foundation
import TestSupport
import Testing

@testable import Numerics

@Suite("Writing files of arrays")
struct FormatsWritingTests {
  struct Stop: Error {}

  @Test("a file appears whole, replaces an older one, and nothing else is left")
  func replaces() throws {
    let directory = try ScratchFolder()
    let path = directory.file("a.txt")
    for text in ["first", "second"] {
      try AtomicFile.write(to: path, synchronized: true) { try $0.append(text) }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
      #expect(try directory.names() == ["a.txt"])
    }
  }

  @Test("when writing fails the older file stays and the temporary one goes")
  func failing() throws {
    let directory = try ScratchFolder()
    let path = directory.file("a.txt")
    try AtomicFile.write(to: path) { try $0.append("old") }
    #expect(throws: Stop.self) {
      try AtomicFile.write(to: path) { file in
        try file.append("new")
        throw Stop()
      }
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    #expect(try directory.names() == ["a.txt"])
  }

  @Test("a missing directory, a directory in the way and a full disk are told with the path")
  func refused() throws {
    let directory = try ScratchFolder()
    let missing = directory.file("no/a.npy")
    let error = #expect(throws: FileError.self) { try NumpyFile.write([Float(1)], to: missing) }
    #expect(error?.description == "cannot write '\(missing)': No such file or directory")
    try FileManager.default.createDirectory(atPath: directory.file("d"), withIntermediateDirectories: false)
    let taken = #expect(throws: FileError.self) { try NumpyFile.write([Float(1)], to: directory.file("d")) }
    #expect(taken?.description == "cannot write '\(directory.file("d"))': Is a directory")
    #expect(try directory.names() == ["d"])
    let full = FileError("cannot write", "a.npy", code: ENOSPC)
    #expect(full.description == "cannot write 'a.npy': No space left on device")
  }

  @Test(
    "a full disk is told",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "no /dev/full")
  )
  func full() throws {
    // The kernel's own full device: every write to it fails with ENOSPC.
    let path = try ScratchFolder().file("a.faiss")
    let error = #expect(throws: FileError.self) {
      let index = try FaissIndex(factory: "Flat", dimension: 4)
      try index.add(Matrix(rows: 100_000, columns: 4), ids: Array(0..<100_000))
      try index.write(toOpenPlace: "/dev/full", path)
    }
    #expect(error?.description == "cannot write '\(path)': No space left on device")
  }
}
