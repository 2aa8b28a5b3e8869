import CXXHash

/// A 128-bit digest of content, by XXH3: for telling contents apart and finding damage, not for secrets.
///
/// Source: Y. Collet, xxHash, XXH3_128bits of libxxhash 0.8.
package struct Digest: Sendable, Hashable, Codable, CustomStringConvertible {
  private let high: UInt64
  private let low: UInt64

  /// The digest of bytes.
  package init(_ bytes: UnsafeRawBufferPointer) { self.init(XXH3_128bits(bytes.baseAddress, bytes.count)) }

  fileprivate init(_ hash: XXH128_hash_t) {
    high = hash.high64
    low = hash.low64
  }

  /// The digest of text as UTF-8.
  package init(_ text: String) {
    var text = text
    self = text.withUTF8 { Digest(UnsafeRawBufferPointer($0)) }
  }

  /// The digest of a file's content.
  /// - Throws: ``FileError`` where the file cannot be read.
  package init(contentsOf path: String) throws(FileError) {
    self = try MappedFile(path).withBytes { Digest($0) }
  }

  /// Reads what ``description`` wrote; nil for anything else.
  package init?(hexadecimal: String) {
    guard hexadecimal.utf8.count == 32, let high = UInt64(hexadecimal.prefix(16), radix: 16),
      let low = UInt64(hexadecimal.suffix(16), radix: 16)
    else { return nil }
    self.high = high
    self.low = low
  }

  /// 32 hexadecimal digits.
  package var description: String { Self.digits(high) + Self.digits(low) }

  private static func digits(_ value: UInt64) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  /// Reads the digest from its hexadecimal digits.
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let digest = Digest(hexadecimal: text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a digest: \(text)")
      )
    }
    self = digest
  }

  /// Writes the digest as hexadecimal digits.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// The digest of bytes that come piece by piece: the same as of all of them at once.
package final class GrowingDigest {
  /// What a state of libxxhash 0.8 takes.
  private static let stateBytes = 576

  private let state: OpaquePointer

  /// Begins with no bytes.
  package init() throws(OutOfMemory) {
    guard let state = XXH3_createState() else {
      throw OutOfMemory("a digest", byteCount: Self.stateBytes)
    }
    self.state = state
    XXH3_128bits_reset(state)
  }

  deinit { XXH3_freeState(state) }

  /// Takes further bytes.
  package func add(_ bytes: UnsafeRawBufferPointer) {
    XXH3_128bits_update(state, bytes.baseAddress, bytes.count)
  }

  /// Takes the bytes of further values.
  package func add<Value: BitwiseCopyable>(_ values: [Value]) { values.withUnsafeBytes { add($0) } }

  /// The digest of all bytes so far.
  package var value: Digest { Digest(XXH3_128bits_digest(state)) }
}
