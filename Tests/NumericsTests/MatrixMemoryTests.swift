import Files
import Testing

@testable import Numerics

@Suite("memory of matrices")
struct MatrixMemoryTests {
  @Test("a matrix larger than any memory is an error that says what it was for")
  func tooLarge() {
    let error = #expect(throws: OutOfMemory.self) {
      try Matrix(rows: 1 << 40, columns: 1 << 18, for: "vectors of items")
    }
    #expect(error?.description == "there is no memory for vectors of items: 1152921504606846976 bytes")
  }

  @Test("large and small matrices begin with zeros", arguments: [1, 9 << 20])
  func zeros(rows: Int) throws {
    let matrix = try Matrix(rows: rows, columns: 1, for: "a test")
    #expect(matrix[0, 0] == 0 && matrix[rows - 1, 0] == 0)
  }
}
