/// The header of an `.npy` file, checked against the size of the file.
struct NumpyHeader {
  let shape: [Int]
  /// The product of the shape.
  let count: Int
  /// Where the elements begin.
  let end: Int
  /// What the elements are, one of those expected.
  let kind: ElementKind

  /// The longest header that is read; NumPy's own are some hundred bytes.
  private static let longest = 1 << 20

  init(_ file: FileReader, expecting kind: ElementKind) throws { try self.init(file, expectingAnyOf: [kind]) }

  init(_ file: FileReader, expectingAnyOf kinds: [ElementKind]) throws {
    let (text, end) = try Self.dictionary(of: file)
    self.end = end
    var description: String?
    var isFortran: Bool?
    var shape: [Int]?
    do {
      var scanner = HeaderScanner(text)
      try scanner.expect("{")
      while !scanner.take("}") {
        let key = try scanner.string()
        try scanner.expect(":")
        switch key {
        case "descr": description = try scanner.string()
        case "fortran_order": isFortran = scanner.word() == "True"
        case "shape": shape = try scanner.numbers(open: "(", close: ")")
        default: throw HeaderScanner.Failure(problem: "its header has an unknown key '\(key)'")
        }
        if scanner.take("}") { break }
        try scanner.expect(",")
      }
    } catch let failure as HeaderScanner.Failure {
      throw FormatFailure(path: file.path, problem: failure.problem)
    }
    guard let description, let isFortran, let shape else {
      throw FormatFailure(path: file.path, problem: "its header lacks 'descr', 'fortran_order' or 'shape'")
    }
    self.shape = shape
    kind = try Self.kind(file, kinds, description)
    count = try Self.count(file, kind, isFortran, shape, end)
  }

  private static func dictionary(of file: FileReader) throws -> (text: [UInt8], end: Int) {
    let start = try file.elements(of: UInt8.self, count: min(file.size, 12), at: 0)
    guard start.count >= 10, Array(start[..<6]) == NumpyFile.magic else {
      throw FormatFailure(path: file.path, problem: "it is no .npy file: its first bytes are others")
    }
    guard start[6] == 1 || start[6] == 2, start[6] == 1 || start.count == 12 else {
      throw FormatFailure(
        path: file.path,
        problem: "expected .npy version 1 or 2, it has version \(start[6])"
      )
    }
    let body = start[6] == 1 ? 10 : 12
    let length = start[8..<body].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= longest, body + length <= file.size else {
      throw FormatFailure(
        path: file.path,
        problem: "it ends within its header, which should have \(length) bytes"
      )
    }
    return (try file.elements(of: UInt8.self, count: length, at: body), body + length)
  }

  private static func kind(_ file: FileReader, _ kinds: [ElementKind], _ description: String) throws
    -> ElementKind
  {
    let found = kinds.first { description == "<" + $0.numpyName || description == "=" + $0.numpyName }
    guard let found else {
      let expected = kinds.map { "'<\($0.numpyName)'" }.joined(separator: " or ")
      throw FormatFailure(
        path: file.path,
        problem: "expected elements of type \(expected), they are '\(description)'"
      )
    }
    return found
  }

  private static func count(
    _ file: FileReader,
    _ kind: ElementKind,
    _ isFortran: Bool,
    _ shape: [Int],
    _ end: Int
  ) throws -> Int {
    guard !isFortran || shape.count < 2 else {
      throw FormatFailure(path: file.path, problem: "expected C order, it is in Fortran order")
    }
    guard let count = checkedProduct(shape), let bytes = checkedProduct([count, kind.byteCount]) else {
      throw FormatFailure(path: file.path, problem: "its shape \(shape) is larger than any memory")
    }
    guard file.size - end == bytes else {
      throw FormatFailure(
        path: file.path,
        problem: "its shape \(shape) needs \(bytes) bytes of elements, there are \(file.size - end)"
      )
    }
    return count
  }
}
