import Clicks
import Files

/// What was shown with samples' targets, in bundles.
extension SampleImpressions {
  /// Nil where the bundle, which is of `samples` samples, has none; names begin with `prefix`.
  /// - Throws: `BundleError` where they do not fit the samples.
  init?(bundle: Bundle, samples: Int, prefix: String = "") throws {
    guard bundle.has("\(prefix)impression.offsets") else { return nil }
    self.init(
      offsets: try bundle.ints("\(prefix)impression.offsets"),
      items: try bundle.int32("\(prefix)impression.items")
    )
    guard offsets.count == samples + 1, offsets.first == 0, offsets.last == items.count,
      zip(offsets, offsets.dropFirst()).allSatisfy(<=)
    else { throw BundleError.damaged("its impressions do not fit its samples") }
    unknown = try bundle.ints("\(prefix)impression.unknown").first ?? 0
  }

  func add(to bundle: inout Bundle, prefix: String = "") {
    bundle.add("\(prefix)impression.offsets", offsets)
    bundle.add("\(prefix)impression.items", items)
    bundle.add("\(prefix)impression.unknown", [unknown])
  }
}
