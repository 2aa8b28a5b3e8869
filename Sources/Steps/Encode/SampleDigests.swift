import CCrypto
import Clicks
import Report

/// SHA-256 of the sample columns, so that they can be compared with those of other tools to the bit.
enum SampleDigests {
  /// The digests of the columns as little-endian int32: user `[N]`, history `[N, max_seq_len]` padded on the
  /// left, item `[N]`, category `[N]`.
  static func table(_ clicks: EncodedClicks) -> Table {
    let samples = clicks.samples
    let digests = [
      ("user", sha256([samples.users])), ("history", history(clicks)), ("item", sha256([samples.items])),
      ("category", sha256([samples.categories])),
    ]
    return Table(
      name: "digests",
      caption: "SHA-256 of the sample columns as little-endian int32.",
      columns: [.init("Column"), .init("SHA-256")],
      rows: digests.map { [.text($0.0), .markdown("`\($0.1)`")] }
    )
  }

  private static func history(_ clicks: EncodedClicks) -> String {
    let block = 16_384
    return sha256(
      stride(from: 0, to: clicks.samples.count, by: block).lazy.map { start in
        clicks.paddedHistory(start..<min(start + block, clicks.samples.count))
      }
    )
  }

  static func sha256(_ parts: some Sequence<[Int32]>) -> String {
    guard let context = EVP_MD_CTX_new() else { return "" }
    defer { EVP_MD_CTX_free(context) }
    EVP_DigestInit_ex(context, EVP_sha256(), nil)
    for part in parts {
      _ = part.map(\.littleEndian).withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }
    var digest = [UInt8](repeating: 0, count: 32)
    EVP_DigestFinal_ex(context, &digest, nil)
    return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
