import Clicks
import Files

/// What was shown with samples' targets, in bundles.
extension SampleImpressions {
  /// Nil where the bundle, which is of `samples` samples, has none.
  /// - Throws: `BundleError` where they do not fit the samples.
  init?(bundle: Bundle, samples: Int) throws {
    guard bundle.has("impression.offsets") else { return nil }
    self.init(offsets: try bundle.ints("impression.offsets"), items: try bundle.int32("impression.items"))
    guard offsets.count == samples + 1, offsets.first == 0, offsets.last == items.count,
      zip(offsets, offsets.dropFirst()).allSatisfy(<=)
    else { throw BundleError.damaged("its impressions do not fit its samples") }
    unknown = try bundle.ints("impression.unknown").first ?? 0
  }

  func add(to bundle: inout Bundle) {
    bundle.add("impression.offsets", offsets)
    bundle.add("impression.items", items)
    bundle.add("impression.unknown", [unknown])
  }
}
