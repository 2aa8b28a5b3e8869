import Files
import Foundation
import TestSupport
import Testing

@testable import Numerics

@Suite("NumPy files")
struct FormatsNumpyTests {
  @Test("what is written is read again, for every type and shape")
  func roundTrip() throws {
    let directory = try ScratchFolder()
    let path = directory.file("a.npy")
    func check<Element: ArrayElement & Equatable>(_ values: [Element], _ shape: [Int]) throws {
      try NumpyFile.write(values, shape: shape, to: path)
      let read = try NumpyFile.read(path, as: Element.self)
      #expect(read.values == values && read.shape == shape)
      let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
      #expect((size - values.count * MemoryLayout<Element>.size) % 64 == 0, "elements begin aligned")
    }
    try check([Float](), [0])
    try check([1.5, -2, .infinity] as [Float], [3])
    try check([1.5, -2, 1e300, 0, 1, 2] as [Double], [3, 2])
    try check([Int32.min, 0, .max], [3, 1, 1])
    try check([Int64.min, .max], [2])
    try check([Int64(7)], [])
    try check(Array(repeating: Float(1), count: 1), Array(repeating: 1, count: 40_000))
  }

  @Test("the header is the one NumPy writes")
  func header() throws {
    let directory = try ScratchFolder()
    let path = directory.file("a.npy")
    try NumpyFile.write(Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6]), to: path)
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    #expect(bytes.count == 128 + 24)
    #expect(Array(bytes[..<10]) == [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0])
    #expect(
      String(decoding: bytes[10..<128], as: UTF8.self) == text
        + String(repeating: " ", count: 117 - text.count) + "\n"
    )
    #expect(try NumpyFile.readMatrix(path).values == [1, 2, 3, 4, 5, 6])
  }

  /// An `.npy` file of version 1 with this dictionary and so many bytes after it.
  private func write(_ dictionary: String, data: Int, to path: String, version: UInt8 = 1) throws {
    let text = Array(dictionary.utf8)
    let length = [UInt8(text.count & 0xff), UInt8(text.count >> 8)]
    try AtomicFile.write(to: path) { file in
      try file.append([0x93] + Array("NUMPY".utf8) + [version, 0] + length + text)
      try file.append([UInt8](repeating: 0, count: data))
    }
  }

  @Test(
    "damage is told, and sizes are never trusted",
    arguments: [
      (
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 11,
        "its shape [3] needs 12 bytes of elements, there are 11"
      ),
      (
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 13,
        "its shape [3] needs 12 bytes of elements, there are 13"
      ),
      (
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", 16,
        "its shape [4611686018427387904, 4] is larger than any memory"
      ),
      (
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", 16,
        "its header has no number that fits at byte 51"
      ),
      (
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }", 16,
        "its shape [1000000000000] needs 4000000000000 bytes of elements, there are 16"
      ),
      (
        "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }", 16,
        "expected elements of type '<f4', they are '<i8'"
      ),
      (
        "{'descr': '>f4', 'fortran_order': False, 'shape': (4,), }", 16,
        "expected elements of type '<f4', they are '>f4'"
      ),
      (
        "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", 16,
        "expected C order, it is in Fortran order"
      ),
      ("{'descr': '<f4', 'shape': (4,), }", 16, "its header lacks 'descr', 'fortran_order' or 'shape'"),
      (
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (4,), }", 16,
        "its header has no '\"' at byte 10"
      ),
      ("{'descr': '<f4", 16, "a string in its header has no end"),
      (
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-4,), }", 16,
        "its header has no number that fits at byte 51"
      ),
    ]
  )
  func damage(dictionary: String, data: Int, problem: String) throws {
    let directory = try ScratchFolder()
    let path = directory.file("a.npy")
    try write(dictionary, data: data, to: path)
    let error = #expect(throws: FormatFailure.self) { try NumpyFile.read(path, as: Float.self) }
    #expect(error?.description == "'\(path)' cannot be used: \(problem)")
  }

  @Test("every truncation of a good file is an error")
  func truncation() throws {
    let directory = try ScratchFolder()
    let path = directory.file("a.npy")
    try NumpyFile.write([1, 2, 3] as [Float], to: path)
    let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    for length in 0..<whole.count {
      try AtomicFile.write(to: path) { try $0.append(Array(whole[..<length])) }
      #expect(throws: FormatFailure.self) { try NumpyFile.read(path, as: Float.self) }
    }
  }

  @Test("other versions, other shapes and missing files are told")
  func others() throws {
    let directory = try ScratchFolder()
    let path = directory.file("a.npy")
    try write("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", data: 4, to: path, version: 3)
    let version = #expect(throws: FormatFailure.self) { try NumpyFile.read(path, as: Float.self) }
    #expect(version?.problem == "expected .npy version 1 or 2, it has version 3")
    try NumpyFile.write([1, 2] as [Float], to: path)
    let axes = #expect(throws: FormatFailure.self) { try NumpyFile.readMatrix(path) }
    #expect(axes?.problem == "expected an array of 2 axes, it has 1")
    let missing = #expect(throws: FileError.self) { try NumpyFile.readMatrix(directory.file("b.npy")) }
    #expect(missing?.description == "cannot read '\(directory.file("b.npy"))': No such file or directory")
    let folder = #expect(throws: FileError.self) { try NumpyFile.readMatrix(directory.path) }
    #expect(folder?.description == "cannot read '\(directory.path)': Is a directory")
  }
}
