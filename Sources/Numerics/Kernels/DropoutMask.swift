/// Which elements of one layer's output dropout keeps in one step.
///
/// The mask is a hash of keys and element number: nothing is stored, the backward pass draws the same mask
/// again, and step `n` has the same mask whether training came to it in one go or was resumed.
///
/// Inverted dropout: an element is dropped with probability `rate`, what is kept is multiplied by
/// 1 / (1 - rate). Source: N. Srivastava et al., "Dropout", JMLR 15, 2014, section 10.
struct DropoutMask: Sendable, Equatable {
  /// The two keys: of the layer and of the step.
  var keys: (UInt32, UInt32)
  /// The number of the first element.
  var first: UInt32
  /// An element is dropped where its hash is below this.
  let threshold: UInt32
  /// What is kept is multiplied by this.
  let scale: Float

  /// Makes the mask of a layer whose outputs are dropped with probability `rate`, 0 ..< 1.
  init(rate: Double, key: UInt64, first: Int = 0) {
    precondition(rate >= 0 && rate < 1, "a dropout rate lies in 0..<1")
    keys = (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    self.first = UInt32(truncatingIfNeeded: first)
    threshold = UInt32(rate * 0x1p32)
    scale = Float(1 / (1 - rate))
  }

  /// The mask from `elements` elements on.
  func advanced(by elements: Int) -> DropoutMask {
    var mask = self
    mask.first = first &+ UInt32(truncatingIfNeeded: elements)
    return mask
  }

  /// What element `index` is multiplied by: 0 or `scale`.
  ///
  /// Source: C. Wellons, "Prospecting for Hash Functions" (lowbias32), 2018; the second key is ours.
  func factor(_ index: Int) -> Float {
    var x = first &+ UInt32(truncatingIfNeeded: index) &+ keys.0
    x ^= x >> 16
    x = x &* 0x7feb_352d
    x ^= keys.1
    x ^= x >> 15
    x = x &* 0x846c_a68b
    x ^= x >> 16
    return x >= threshold ? scale : 0
  }

  /// Whether both keep the same elements.
  static func == (left: DropoutMask, right: DropoutMask) -> Bool {
    left.keys == right.keys && left.first == right.first && left.threshold == right.threshold
      && left.scale == right.scale
  }
}
