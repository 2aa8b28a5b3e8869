import Files

extension SafetensorsFile {
  /// Writes the file to `path`.
  ///
  /// - Throws: `FileError`.
  package func write(to path: String) throws {
    try AtomicFile.write(to: path) { file in
      let header = self.header()
      try file.append([UInt64(header.count).littleEndian])
      try file.append(header)
      for tensor in tensors {
        switch tensor.values {
        case .float32(let values): try file.append(values)
        case .float64(let values): try file.append(values)
        case .int32(let values): try file.append(values)
        case .int64(let values): try file.append(values)
        case .uint8(let values): try file.append(values)
        case .uint16(let values): try file.append(values)
        }
      }
    }
  }

  private func header() -> [UInt8] {
    var parts: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
      parts.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var start = 0
    for tensor in tensors {
      let end = start + tensor.values.count * tensor.values.kind.byteCount
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      parts.append(
        "\(Self.quoted(tensor.name)):{\"dtype\":\"\(tensor.values.kind.rawValue)\","
          + "\"shape\":[\(shape)],\"data_offsets\":[\(start),\(end)]}"
      )
      start = end
    }
    let text = Array("{\(parts.joined(separator: ","))}".utf8)
    return text + Array(repeating: 0x20, count: (8 - text.count % 8) % 8)
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
