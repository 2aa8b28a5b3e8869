/// The ticks of one axis.
struct AxisTicks: Equatable {
  var ticks: [Tick]
  /// The power of ten to multiply the labels by, 0 where they are plain.
  var factorExponent = 0
}
