import CXXHash

/// The 64-bit hash of text as UTF-8: the same on every machine and in every version.
///
/// Source: Y. Collet, xxHash, XXH3_64bits of libxxhash 0.8, seed 0.
package enum TextHash {
  /// The hash of `text`.
  package static func xxh3(_ text: String) -> UInt64 {
    var text = text
    return text.withUTF8 { XXH3_64bits($0.baseAddress, $0.count) }
  }
}
