import Files

extension SafetensorsFile {
  /// Reads the file at `path`; arrays of other kinds than `ElementKind` are refused.
  ///
  /// - Throws: `FileError` where the file cannot be read, `FormatFailure` where it is damaged: names
  ///   twice, arrays that overlap, leave gaps, or do not fill the file.
  package init(reading path: String) throws {
    let file = try FileReader(path)
    do {
      let (text, dataStart) = try Self.headerText(of: file)
      let header = try SafetensorsHeader(text)
      try header.check(dataBytes: file.size - dataStart)
      var tensors: [Tensor] = []
      for entry in header.entries {
        let at = dataStart + entry.start
        let count = (entry.end - entry.start) / entry.kind.byteCount
        let values: Values
        switch entry.kind {
        case .float32: values = .float32(try file.elements(of: Float.self, count: count, at: at))
        case .float64: values = .float64(try file.elements(of: Double.self, count: count, at: at))
        case .int32: values = .int32(try file.elements(of: Int32.self, count: count, at: at))
        case .int64: values = .int64(try file.elements(of: Int64.self, count: count, at: at))
        case .uint8: values = .uint8(try file.elements(of: UInt8.self, count: count, at: at))
        case .uint16: values = .uint16(try file.elements(of: UInt16.self, count: count, at: at))
        }
        tensors.append(Tensor(name: entry.name, shape: entry.shape, values: values))
      }
      self.init(tensors: tensors, metadata: header.metadata)
    } catch let failure as HeaderScanner.Failure {
      throw FormatFailure(path: path, problem: failure.problem)
    }
  }

  /// The longest header that is read: the format's own limit.
  private static let longestHeader = 100_000_000

  static func headerText(of file: FileReader) throws -> (text: [UInt8], dataStart: Int) {
    guard file.size >= 8 else {
      throw HeaderScanner.Failure(problem: "it has \(file.size) bytes, a safetensors file has at least 8")
    }
    let length = try file.elements(of: UInt64.self, count: 1, at: 0)[0].littleEndian
    guard length <= longestHeader, 8 + Int(length) <= file.size else {
      throw HeaderScanner.Failure(
        problem: "its header should have \(length) bytes, the file has \(file.size)"
      )
    }
    return (try file.elements(of: UInt8.self, count: Int(length), at: 8), 8 + Int(length))
  }
}
