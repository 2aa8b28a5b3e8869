/// A value at a place.
struct MapPoint: Equatable {
  var x: Double
  var y: Double
  var value: Double
}
