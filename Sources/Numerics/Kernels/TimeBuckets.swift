/// A table of buckets of time, or of another number, read with linear interpolation between neighbours. Nothing is
/// owned.
struct TimeBuckets {
  /// Row `b` stands for the moment `b * width`, `[rows, columns]`; two rows at least.
  var table: UnsafePointer<Float>
  /// The number of rows.
  var rows: Int
  /// 1 / width, per hour.
  var inverseWidth: Float

  /// The bucket at or before `hours`, and how far it is to the next, 0 ... 1; moments outside are held at the ends.
  func place(_ hours: Float) -> (bucket: Int, share: Float) {
    let place = min(max(hours * inverseWidth, 0), Float(rows - 1))
    let bucket = min(place.isNaN ? 0 : Int(place), rows - 2)
    return (bucket, place - Float(bucket))
  }
}
