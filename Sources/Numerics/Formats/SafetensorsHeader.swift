/// The JSON header of a safetensors file.
struct SafetensorsHeader {
  /// Where one array lies, in bytes from the end of the header.
  struct Entry {
    let name: String
    let kind: ElementKind
    let shape: [Int]
    let start: Int
    let end: Int
  }

  private(set) var entries: [Entry] = []
  private(set) var metadata: [(key: String, value: String)] = []

  init(_ text: [UInt8]) throws(HeaderScanner.Failure) {
    var scanner = HeaderScanner(text)
    try scanner.expect("{")
    var isFirst = true
    while !scanner.take("}") {
      if !isFirst { try scanner.expect(",") }
      isFirst = false
      let name = try scanner.string()
      try scanner.expect(":")
      if name == "__metadata__" {
        metadata += try Self.metadata(&scanner)
      } else {
        entries.append(try Self.entry(name, &scanner))
      }
    }
    guard scanner.isAtEnd() else {
      throw HeaderScanner.Failure(problem: "its header goes on after its end")
    }
    let names = entries.map(\.name).sorted()
    for (left, right) in zip(names, names.dropFirst()) where left == right {
      throw HeaderScanner.Failure(problem: "it has two arrays called '\(left)'")
    }
  }

  private static func metadata(
    _ scanner: inout HeaderScanner
  ) throws(HeaderScanner.Failure) -> [(key: String, value: String)] {
    var pairs: [(key: String, value: String)] = []
    try scanner.expect("{")
    while !scanner.take("}") {
      if !pairs.isEmpty { try scanner.expect(",") }
      let key = try scanner.string()
      try scanner.expect(":")
      pairs.append((key, try scanner.string()))
    }
    return pairs
  }

  private static func entry(
    _ name: String,
    _ scanner: inout HeaderScanner
  ) throws(HeaderScanner.Failure) -> Entry {
    var kind: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.expect("{")
    while !scanner.take("}") {
      if kind != nil || shape != nil || offsets != nil { try scanner.expect(",") }
      let key = try scanner.string()
      try scanner.expect(":")
      switch key {
      case "dtype": kind = try scanner.string()
      case "shape": shape = try scanner.numbers(open: "[", close: "]")
      case "data_offsets": offsets = try scanner.numbers(open: "[", close: "]")
      default: throw HeaderScanner.Failure(problem: "its array '\(name)' has an unknown key '\(key)'")
      }
    }
    guard let kind, let shape, let offsets, offsets.count == 2 else {
      throw HeaderScanner.Failure(
        problem: "its array '\(name)' lacks 'dtype', 'shape' or two 'data_offsets'"
      )
    }
    guard let known = ElementKind(rawValue: kind) else {
      let kinds = ElementKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw HeaderScanner.Failure(
        problem: "expected elements of type \(kinds), those of '\(name)' are \(kind)"
      )
    }
    return Entry(name: name, kind: known, shape: shape, start: offsets[0], end: offsets[1])
  }

  /// Holds the places of the arrays against each other, their shapes and the size of the file.
  func check(dataBytes: Int) throws(HeaderScanner.Failure) {
    var reached = 0
    for entry in entries.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
      guard entry.start == reached, entry.end >= entry.start else {
        throw HeaderScanner.Failure(
          problem: "its array '\(entry.name)' should begin at byte \(reached), it begins at \(entry.start)"
        )
      }
      guard let bytes = checkedProduct(entry.shape + [entry.kind.byteCount]),
        bytes == entry.end - entry.start
      else {
        throw HeaderScanner.Failure(
          problem: "its array '\(entry.name)' of shape \(entry.shape) does not fill "
            + "\(entry.end - entry.start) bytes"
        )
      }
      reached = entry.end
    }
    guard reached == dataBytes else {
      throw HeaderScanner.Failure(problem: "its arrays need \(reached) bytes, there are \(dataBytes)")
    }
  }
}
