import Files

/// The JSON Schema of single settings.
enum FieldSchema {
  /// A string with a reference in it; an escaped `$${` is none.
  static let interpolated = JSONValue.object([
    ("type", .string("string")), ("pattern", .string("(^|[^$])\\$\\{")),
  ])

  /// The forms a value of this kind may be written in, apart from a reference.
  static func forms(of kind: FieldKind) -> [JSONValue] {
    switch kind {
    case .integer(let range): [integer(range ?? Int.min...Int.max)]
    case .number(let range): [number(range)]
    case .exactNumber: [number(.any)]
    case .numberOrText(let isWhole, _):
      [
        isWhole ? integer(Int.min...Int.max) : number(.any),
        .object([("type", .string("string")), ("minLength", .int(1))]),
      ]
    case .integerOrSource(let range):
      [
        integer(range),
        .object([("type", .string("string")), ("pattern", .string("^\(FieldKind.sourceWord).*[^ ]"))]),
      ]
    case .boolean: [type("boolean")]
    case .switchOrWord(let names): forms(of: .boolean) + forms(of: .choice(names))
    case .string: [type("string")]
    case .path: [.object([("type", .string("string")), ("minLength", .int(1))])]
    case .choice(let names): [.object([("enum", .array(names.map { .string($0) }))])]
    case .column: [.object([("type", .string("string")), ("minLength", .int(1))]), integer(1...Int.max)]
    case .list(let item, let count): list(of: item, count)
    case .section: [type("object")]
    case .scalarMap: [scalarMap]
    case .sectionMap: [type("object")]
    case .anyValue: [.object([])]
    }
  }

  private static func type(_ name: String) -> JSONValue { .object([("type", .string(name))]) }

  private static func integer(_ range: ClosedRange<Int>) -> JSONValue {
    .object([
      ("type", .string("integer")), ("minimum", .int(range.lowerBound)), ("maximum", .int(range.upperBound)),
    ])
  }

  private static func number(_ range: DoubleRange) -> JSONValue {
    let largest = Double.greatestFiniteMagnitude
    let lower = range.lower ?? DoubleRange.Bound(value: -largest, isIncluded: true)
    let upper = range.upper ?? DoubleRange.Bound(value: largest, isIncluded: true)
    return .object([
      ("type", .string("number")),
      (lower.isIncluded ? "minimum" : "exclusiveMinimum", .real(lower.value)),
      (upper.isIncluded ? "maximum" : "exclusiveMaximum", .real(upper.value)),
      // Not-a-number passes every bound, so it must be refused by one that all numbers fail.
      ("not", .object([("exclusiveMaximum", .real(-largest))])),
    ])
  }

  private static func list(of item: FieldKind, _ count: ClosedRange<Int>) -> [JSONValue] {
    var members: [(key: String, value: JSONValue)] = [
      ("type", .string("array")), ("items", .object([("anyOf", .array(forms(of: item) + [interpolated]))])),
    ]
    if count.lowerBound > 0 { members.append(("minItems", .int(count.lowerBound))) }
    if count.upperBound < Int.max { members.append(("maxItems", .int(count.upperBound))) }
    return [.object(members)] + (count.contains(1) ? forms(of: item) : [])
  }

  private static var scalarMap: JSONValue {
    // Within 64-bit integers: the largest Double below 2^63.
    let largest = Double(0x1p63).nextDown
    let number = JSONValue.object([
      ("type", .string("number")), ("minimum", .real(-largest)), ("maximum", .real(largest)),
      ("not", .object([("exclusiveMaximum", .real(-largest))])),
    ])
    let scalar = JSONValue.object([
      ("anyOf", .array([type("string"), type("boolean"), type("null"), number]))
    ])
    return .object([("type", .string("object")), ("additionalProperties", scalar)])
  }
}
