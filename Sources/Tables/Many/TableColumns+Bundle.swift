import Files

extension ColumnValues {
  /// Puts the values into a bundle, under names that begin with `name`.
  package func add(to bundle: inout Bundle, as name: String) {
    switch self {
    case .integers(let values): bundle.add("\(name).integers", values)
    case .reals(let values): bundle.add("\(name).reals", values)
    case .names(let codes, let names):
      bundle.add("\(name).codes", codes)
      bundle.add("\(name).names", texts: names)
    case .moments(let values, let unit):
      bundle.add("\(name).moments", values)
      bundle.add("\(name).unit", text: unit.rawValue)
    case .lists(let offsets, let codes, let names):
      bundle.add("\(name).offsets", offsets)
      bundle.add("\(name).codes", codes)
      bundle.add("\(name).names", texts: names)
    case .vectors(let values, let width):
      bundle.add("\(name).vectors", values)
      bundle.add("\(name).width", [width])
    }
  }

  /// Takes what ``add(to:as:)`` put into a bundle; messages call the column `column`.
  /// - Throws: `BundleError` where it is not there, or does not hold together.
  package init(_ bundle: Bundle, _ name: String, column: String) throws {
    if bundle.has("\(name).integers") {
      self = .integers(try bundle.int64("\(name).integers"))
    } else if bundle.has("\(name).reals") {
      self = .reals(try bundle.float64("\(name).reals"))
    } else if bundle.has("\(name).moments") {
      guard let unit = TimeUnit(rawValue: try bundle.text("\(name).unit")) else {
        throw BundleError.damaged("the unit of the column '\(column)' is unknown")
      }
      self = .moments(try bundle.int64("\(name).moments"), unit)
    } else if bundle.has("\(name).vectors") {
      let values = try bundle.float32("\(name).vectors")
      guard let width = try bundle.ints("\(name).width").first, width > 0, values.count.isMultiple(of: width)
      else { throw BundleError.damaged("the vectors of the column '\(column)' are odd") }
      self = .vectors(values, width: width)
    } else {
      self = try Self.named(bundle, name, column: column)
    }
  }

  private static func named(_ bundle: Bundle, _ name: String, column: String) throws -> ColumnValues {
    let names = try bundle.texts("\(name).names")
    let codes = try bundle.int32("\(name).codes")
    guard codes.allSatisfy({ names.indices.contains(Int($0)) }) else {
      throw BundleError.damaged("the column '\(column)' has codes without a name")
    }
    guard bundle.has("\(name).offsets") else { return .names(codes: codes, names: names) }
    let offsets = try bundle.ints("\(name).offsets")
    guard offsets.first == 0, offsets.last == codes.count, zip(offsets, offsets.dropFirst()).allSatisfy(<=)
    else { throw BundleError.damaged("the lists of the column '\(column)' are odd") }
    return .lists(offsets: offsets, codes: codes, names: names)
  }
}

extension TableColumns {
  /// The columns as a bundle.
  var bundle: Bundle {
    var bundle = Bundle()
    bundle.add("rows", [rows, droppedRows])
    for (place, values) in columns.enumerated() { values.add(to: &bundle, as: "\(place)") }
    for (place, name) in namesSince.enumerated() {
      if let name { bundle.add("\(place).since", text: name) }
    }
    return bundle
  }
}
