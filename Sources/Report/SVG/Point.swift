/// A place in the picture, in its units: x to the right, y downwards.
struct Point: Equatable {
  var x: Double
  var y: Double
}
