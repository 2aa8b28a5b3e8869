import Files
import Foundation
import TestSupport
import Testing

@testable import Numerics

@Suite("Safetensors files")
struct FormatsSafetensorsTests {
  private func sample() -> SafetensorsFile {
    SafetensorsFile(
      tensors: [
        .init(name: "z.bias", shape: [3], values: .float32([1, 2, 3])),
        .init(name: "a \"quoted\"\n", matrix: Matrix(rows: 1, columns: 2, values: [4, 5])),
        .init(name: "ids", shape: [2], values: .int64([.min, .max])),
        .init(name: "empty", shape: [0, 7], values: .int32([])),
        .init(name: "one", shape: [], values: .float64([0.1])),
      ],
      metadata: [("towerbook", "1"), ("naïve\\", "é\u{1}😀")]
    )
  }

  @Test("what is written is read again; wide elements first, names ascending, the header aligned")
  func roundTrip() throws {
    let directory = try ScratchFolder()
    let path = directory.file("a.safetensors")
    try sample().write(to: path)
    let read = try SafetensorsFile(reading: path)
    #expect(read.tensors.map(\.name) == ["ids", "one", "a \"quoted\"\n", "empty", "z.bias"])
    #expect(read.tensors.map(\.shape) == [[2], [], [1, 2], [0, 7], [3]])
    #expect(read.tensors.map(\.values) == sample().tensors.map(\.values))
    #expect(read.metadata.map(\.key) == ["naïve\\", "towerbook"])
    #expect(read.metadata.map(\.value) == ["é\u{1}😀", "1"])
    #expect(read.tensor("z.bias")?.values == .float32([1, 2, 3]) && read.tensor("nope") == nil)
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(bytes[0] % 8 == 0 && bytes[8] == UInt8(ascii: "{"))
  }

  @Test("a file without arrays is a file")
  func empty() throws {
    let directory = try ScratchFolder()
    let path = directory.file("a.safetensors")
    try SafetensorsFile(tensors: []).write(to: path)
    #expect(try SafetensorsFile(reading: path).tensors.isEmpty)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == 16)
  }

  @Test("every truncation of a good file is an error, and so is a byte too many")
  func truncation() throws {
    let directory = try ScratchFolder()
    let path = directory.file("a.safetensors")
    try sample().write(to: path)
    let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    for length in 0..<whole.count {
      try AtomicFile.write(to: path) { try $0.append(Array(whole[..<length])) }
      #expect(throws: FormatFailure.self) { try SafetensorsFile(reading: path) }
    }
    try AtomicFile.write(to: path) { try $0.append(whole + [0]) }
    let error = #expect(throws: FormatFailure.self) { try SafetensorsFile(reading: path) }
    #expect(error?.description == "'\(path)' cannot be used: its arrays need 44 bytes, there are 45")
  }

  @Test(
    "a header that lies is told",
    arguments: [
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}"#, 12,
        "its array 'a' of shape [2] does not fill 12 bytes"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
        "its array 'a' should begin at byte 0, it begins at 4"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
        4,
        "its array 'b' should begin at byte 4, it begins at 0"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#,
        0,
        "it has two arrays called 'a'"
      ),
      (
        #"{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}"#, 2,
        "expected elements of type F32, F64, I32, I64, U8, U16, those of 'a' are BF16"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0,
        "its array 'a' of shape [4611686018427387904, 4] does not fill 0 bytes"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}"#, 8,
        "its array 'a' should begin at byte 0, it begins at 8"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "its array 'a' lacks 'dtype', 'shape' or two 'data_offsets'"
      ),
      (#"{"a":[1]}"#, 4, "its header has no '{' at byte 5"),
      (#"{"__metadata__":{"a":"\ud800"}}"#, 0, "a string in its header has half a character"),
      (#"{} {}"#, 0, "its header goes on after its end"),
    ]
  )
  func lies(header: String, data: Int, problem: String) throws {
    let directory = try ScratchFolder()
    let path = directory.file("a.safetensors")
    try AtomicFile.write(to: path) { file in
      try file.append([UInt64(header.utf8.count)])
      try file.append(header)
      try file.append([UInt8](repeating: 0, count: data))
    }
    let error = #expect(throws: FormatFailure.self) { try SafetensorsFile(reading: path) }
    #expect(error?.description == "'\(path)' cannot be used: \(problem)")
  }

  @Test("a header length beyond the file is told before memory is taken")
  func headerLength() throws {
    let directory = try ScratchFolder()
    let path = directory.file("a.safetensors")
    try AtomicFile.write(to: path) { try $0.append([UInt64.max, 0]) }
    let error = #expect(throws: FormatFailure.self) { try SafetensorsFile(reading: path) }
    #expect(error?.problem == "its header should have 18446744073709551615 bytes, the file has 16")
  }
}
