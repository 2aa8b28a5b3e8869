import Files

/// The arrays of a safetensors file, mapped: only the header is read when it is opened, and the rest as it is needed.
package final class MappedTensors {
  private let file: MappedFile
  private let dataStart: Int
  private let entries: [String: SafetensorsHeader.Entry]
  /// The names of the arrays, in the order of the file.
  package let names: [String]

  /// Opens the file at `path`.
  ///
  /// - Throws: `FileError` where the file cannot be read, `FormatFailure` where it is damaged: names twice, arrays that
  ///   overlap, leave gaps, or do not fill the file.
  /// - Parameter isCopied: whether all is read now, into memory, so that nothing hangs on the file any more.
  package init(_ path: String, isCopied: Bool = false) throws {
    let (header, dataStart) = try Self.header(path)
    file = try MappedFile(path, isScanned: false, isCopied: isCopied)
    self.dataStart = dataStart
    names = header.entries.map(\.name)
    entries = Dictionary(header.entries.map { ($0.name, $0) }) { first, _ in first }
    let end = header.entries.map(\.end).max() ?? 0
    guard file.count == dataStart + end else {
      throw FormatFailure(path: path, problem: "it changed while it was opened")
    }
  }

  private static func header(_ path: String) throws -> (SafetensorsHeader, dataStart: Int) {
    let reader = try FileReader(path)
    do {
      let (text, dataStart) = try SafetensorsFile.headerText(of: reader)
      let header = try SafetensorsHeader(text)
      try header.check(dataBytes: reader.size - dataStart)
      return (header, dataStart)
    } catch let failure as HeaderScanner.Failure {
      throw FormatFailure(path: path, problem: failure.problem)
    }
  }

  /// Whether there is an array called `name`.
  package func has(_ name: String) -> Bool { entries[name] != nil }

  /// The two-dimensional Float32 array called `name`, not copied.
  /// - Throws: `FormatFailure` where it is missing or another.
  package func matrix(_ name: String) throws -> Matrix {
    let entry = try entry(name, .float32)
    guard entry.shape.count == 2 else { throw failure("'\(name)' has \(entry.shape.count) axes, not 2") }
    let offset = dataStart + entry.start
    guard offset % 4 == 0 else {
      throw failure("'\(name)' begins at byte \(offset), which is no multiple of 4")
    }
    return Matrix(mapped: file, at: offset, rows: entry.shape[0], columns: entry.shape[1])
  }

  /// A copy of the array called `name`, whose elements must be of type `Element`, as one list.
  /// - Throws: `FormatFailure` where it is missing or another.
  package func values<Element: ArrayElement>(_ name: String, as type: Element.Type = Element.self) throws
    -> [Element]
  {
    let entry = try entry(name, Element.elementKind)
    return file.withBytes { bytes in
      let part = UnsafeRawBufferPointer(rebasing: bytes[dataStart + entry.start..<dataStart + entry.end])
      return [Element](unsafeUninitializedCapacity: part.count / MemoryLayout<Element>.stride) {
        room,
        count in
        UnsafeMutableRawBufferPointer(room).copyMemory(from: part)
        count = part.count / MemoryLayout<Element>.stride
      }
    }
  }

  /// How many bytes the array called `name` has, which must be of bytes.
  /// - Throws: `FormatFailure` where it is missing or another.
  package func byteCount(_ name: String) throws -> Int {
    let entry = try entry(name, .uint8)
    return entry.end - entry.start
  }

  /// Some bytes of the array called `name` as text; the caller has checked with ``byteCount(_:)`` that they are there.
  package func text(_ name: String, _ range: Range<Int>) -> String {
    guard let entry = entries[name] else { return "" }
    let start = dataStart + entry.start
    precondition(range.lowerBound >= 0 && start + range.upperBound <= dataStart + entry.end)
    return file.withBytes { bytes in
      String(decoding: bytes[start + range.lowerBound..<start + range.upperBound], as: UTF8.self)
    }
  }

  private func entry(_ name: String, _ kind: ElementKind) throws -> SafetensorsHeader.Entry {
    guard let entry = entries[name] else { throw failure("there are no '\(name)'") }
    guard entry.kind == kind else {
      throw failure("'\(name)' should be of type \(kind.rawValue), it is \(entry.kind.rawValue)")
    }
    return entry
  }

  /// What is wrong with the file.
  package func failure(_ problem: String) -> FormatFailure {
    FormatFailure(path: file.path, problem: problem)
  }
}
