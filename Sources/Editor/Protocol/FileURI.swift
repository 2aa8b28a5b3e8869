import Files

/// Paths as addresses of the protocol, `file:///home/me/news%20log.yaml`, and back.
enum FileURI {
  /// The path of an address of a local file; nil for any other address.
  static func path(_ uri: String) -> String? {
    guard uri.hasPrefix("file://") else { return nil }
    let rest = uri.dropFirst("file://".count)
    guard let slash = rest.firstIndex(of: "/"), ["", "localhost"].contains(rest[..<slash]) else { return nil }
    var bytes: [UInt8] = []
    var left = rest[slash...].utf8[...]
    while let byte = left.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let digits = String(left.prefix(2)), digits.utf8.count == 2, let value = UInt8(digits, radix: 16)
      else {
        return nil
      }
      bytes.append(value)
      left = left.dropFirst(2)
    }
    return bytes.contains(0) ? nil : FilePaths.tidy(String(decoding: bytes, as: UTF8.self))
  }

  /// The address of an absolute path.
  static func uri(_ path: String) -> String {
    var text = "file://"
    for byte in path.utf8 {
      let isPlain =
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || "/-._~".utf8.contains(byte)
      if isPlain {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let hex = String(byte, radix: 16, uppercase: true)
        text += "%" + (hex.utf8.count == 1 ? "0" : "") + hex
      }
    }
    return text
  }
}
