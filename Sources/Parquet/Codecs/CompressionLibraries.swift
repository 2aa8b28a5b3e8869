import CBrotli
import CLZ4
import CZlib
import CZstd

/// The versions of the libraries that pages are unpacked with, as far as they say them; Snappy does not.
package enum CompressionLibraries {
  /// Names and versions, in a fixed order.
  package static var versions: [(name: String, version: String)] {
    let brotli = BrotliDecoderVersion()
    return [
      ("zlib", String(cString: zlibVersion())), ("Zstandard", String(cString: ZSTD_versionString())),
      ("LZ4", String(cString: LZ4_versionString())),
      ("Brotli", "\(brotli >> 24).\(brotli >> 12 & 0xFFF).\(brotli & 0xFFF)"),
    ]
  }
}
