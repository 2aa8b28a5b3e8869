/// A point that can be drawn; the interval's ends may lie anywhere.
struct DataPoint: Equatable {
  var x: Double
  var y: Double
  /// The interval about the value, or nil.
  var low: Double?
  var high: Double?
  /// What a cell is coloured by, or nil.
  var shade: Double?
}
