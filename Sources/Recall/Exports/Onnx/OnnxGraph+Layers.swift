import Glibc
import Numerics

/// The layers of a tower as operators; their formulas are those of `Numerics/Layers` and of FORMAT.md.
extension OnnxGraph {
  /// The vectors of `model` that `tower` puts together: of an ensemble those of its models side by side, as `joined` of
  /// `TwoTowerModel` has them.
  mutating func joined(_ model: TwoTowerModel, _ tower: (TwoTowerModel, inout OnnxGraph) throws -> Value)
    throws
    -> Value
  {
    guard !model.members.isEmpty else { return try tower(model, &self) }
    var vectors: [Value] = []
    for (place, member) in model.members.enumerated() {
      prefix = TwoTowerModel.prefix(ofMember: place)
      vectors.append(try tower(member, &self))
    }
    prefix = ""
    let whole = apply("Concat", vectors, [("axis", .int(1))])
    guard model.shape.similarity == .cosine else { return whole }
    return apply("Mul", [whole, constant([1 / Float(vectors.count).squareRoot()])])
  }

  /// A whole number of each row as an input, `[batch]`.
  mutating func codes(_ name: String, _ explanation: String) -> Value {
    input(name, .int64, [.batch], explanation)
  }

  /// The rows of a table of weights, one for each of `codes`.
  mutating func rows(of table: String, at codes: Value) throws -> Value {
    apply("Gather", [try weight(table), codes], [("axis", .int(0))])
  }

  /// The sum of what is as wide; nil of nothing.
  mutating func sum(_ values: [Value]) -> Value? {
    guard var total = values.first else { return nil }
    for value in values.dropFirst() { total = apply("Add", [total, value]) }
    return total
  }

  /// `x / sqrt(|x|^2 + epsilon)` along the last axis.
  mutating func unit(_ value: Value, epsilon: Double) -> Value {
    let squares = sumOfSquares(value)
    let square = apply("Add", [squares, constant([Float(epsilon)])])
    return apply("Div", [value, apply("Sqrt", [square])])
  }

  /// `x / sqrt(max(|x|^2, 1e-12))` along the last axis.
  mutating func flooredUnit(_ value: Value) -> Value {
    let squares = sumOfSquares(value)
    let square = apply("Max", [squares, constant([Float(1e-12)])])
    return apply("Div", [value, apply("Sqrt", [square])])
  }

  private mutating func sumOfSquares(_ value: Value) -> Value {
    apply("ReduceSumSquare", [value], [("axes", .ints([-1])), ("keepdims", .int(1))])
  }

  /// The sum along the second axis, which stays with length 1.
  mutating func rowSum(_ value: Value) -> Value {
    apply("ReduceSum", [value, constant([Int64(1)], [1])], [("keepdims", .int(1))])
  }

  /// The same elements with one more axis of length 1.
  mutating func unsqueezed(_ value: Value, axis: Int) -> Value {
    apply("Unsqueeze", [value, constant([Int64(axis)], [1])])
  }

  /// The same elements without an axis of length 1.
  mutating func squeezed(_ value: Value, axis: Int) -> Value {
    apply("Squeeze", [value, constant([Int64(axis)], [1])])
  }

  /// `sum_j weights[row, j] * rows[row, j]`: of `[batch, n]` and `[batch, n, width]` gives `[batch, width]`.
  mutating func weighedSum(_ weights: Value, of rows: Value) -> Value {
    squeezed(apply("MatMul", [unsqueezed(weights, axis: 1), rows]), axis: 1)
  }

  /// A table of buckets `width` apart, read at `numbers` (32-bit, `[batch]`) between two of its rows.
  mutating func interpolated(_ table: String, at numbers: Value, width: Double) throws -> Value {
    let rows = try rowCount(of: table)
    let scaled = apply("Mul", [numbers, constant([Float(1 / width)])])
    let place = apply("Clip", [scaled, constant([Float(0)]), constant([Float(rows - 1)])])
    let bucket = apply("Min", [apply("Floor", [place]), constant([Float(rows - 2)])])
    let share = unsqueezed(apply("Sub", [place, bucket]), axis: 1)
    let code = cast(bucket, to: .int64)
    let low = try self.rows(of: table, at: code)
    let high = try self.rows(of: table, at: apply("Add", [code, constant([Int64(1)], [1])]))
    let rest = apply("Sub", [constant([Float(1)]), share])
    return apply("Add", [apply("Mul", [low, rest]), apply("Mul", [high, share])])
  }

  /// Where numbers (64-bit, `[batch]`) lie among `edges`, as `NumberColumn.place`; 0 for no number.
  mutating func places(_ numbers: Value, among edges: [Double]) -> Value {
    var place = constant([Double(1)])
    if edges.count > 1 {
      // Each gap between two edges counts as far as a number has come in it.
      let starts = constant(Array(edges.dropLast()), [1, edges.count - 1])
      let gaps = constant(zip(edges, edges.dropFirst()).map { $1 - $0 }, [1, edges.count - 1])
      let shares = apply("Div", [apply("Sub", [unsqueezed(numbers, axis: 1), starts]), gaps])
      let held = apply("Clip", [shares, constant([Double(0)]), constant([Double(1)])])
      place = apply("Add", [squeezed(rowSum(held), axis: 1), place])
    }
    return known(numbers, place)
  }

  /// Where ages in hours (64-bit, `[batch]`) lie, as `AgeBuckets.place`; 0 for no number.
  mutating func places(ofAges hours: Value, among buckets: AgeBuckets) -> Value {
    let held = apply("Clip", [hours, constant([Double(0)]), constant([buckets.longestHours])])
    // ln(1 + x): ONNX has no log1p, and 64 bits leave enough of a small age.
    let log = apply("Log", [apply("Add", [held, constant([Double(1)])])])
    let scale = Double(buckets.count - 1) / log1p(buckets.longestHours)
    let place = apply("Add", [apply("Mul", [log, constant([scale])]), constant([Double(1)])])
    return known(hours, place)
  }

  /// `places` as 32-bit numbers where `numbers` are numbers, 0 where they are not.
  private mutating func known(_ numbers: Value, _ places: Value) -> Value {
    let isMissing = apply("IsNaN", [numbers])
    return cast(apply("Where", [isMissing, constant([Double(0)]), places]), to: .float)
  }

  /// The weighed sum of the rows that the codes name, `[batch, any number]`; code 0 is none.
  mutating func bag(_ table: String, _ codes: Value, _ weights: Value) throws -> Value {
    // One more column: what has none gives zeros, and not every program multiplies nothing.
    let pads = constant([Int64(0), 0, 0, 1], [4])
    let (codes, weights) = (apply("Pad", [codes, pads]), apply("Pad", [weights, pads]))
    let isValue = cast(apply("Greater", [codes, constant([Int64(0)], [1])]), to: .float)
    return weighedSum(apply("Mul", [weights, isValue]), of: try rows(of: table, at: codes))
  }

  /// What a tower makes of its blocks `[batch, width]`: `summed` ones, and behind them one that goes through a matrix where
  /// blocks are added up.
  mutating func tower(_ name: String, _ kind: TowerKind, summed: [Value], mapped: Value?, layers: Int) throws
    -> Value
  {
    let blocks = summed + (mapped.map { [$0] } ?? [])
    if kind == .identity {
      guard let mapped else { return sum(summed) ?? blocks[0] }
      let map = apply("MatMul", [mapped, try weight("\(name)_newest_kernel")])
      return sum(summed + [map]) ?? map
    }
    var hidden = blocks.count == 1 ? blocks[0] : apply("Concat", blocks, [("axis", .int(1))])
    for layer in 0..<layers {
      let product = apply("MatMul", [hidden, try weight("\(name)_dense\(layer)_kernel")])
      hidden = apply("Relu", [apply("Add", [product, try weight("\(name)_dense\(layer)_bias")])])
    }
    guard kind == .residual else { return hidden }
    let residual = apply("MatMul", [hidden, try weight("\(name)_residual_kernel")])
    return sum(summed + [residual]) ?? residual
  }
}
