import Files

/// A JSON Schema (2020-12) of recipes, made from the same declarations that reading uses.
///
/// What reading rejects for a wrong key, type or range, the schema rejects. A recipe that extends another may leave
/// out what a section must have, because it may come from there. Every scalar may be a string with a `${…}`.
/// `warnings` are the names that a cell may allow, `sweep` the settings of the section of that name.
package func jsonSchema(
  steps: [StepDeclaration],
  warnings: [String] = [],
  sweep: [FieldSpec] = []
) -> String {
  RecipeSchema(steps: steps, warnings: warnings, sweep: sweep).json.text(.indented) + "\n"
}

/// Builds the schema.
private struct RecipeSchema {
  let steps: [StepDeclaration]
  let warnings: [String]
  let sweep: [FieldSpec]

  var json: JSONValue {
    let text = JSONValue.object([("type", .array([.string("string"), .string("null")]))])
    var properties: [(key: String, value: JSONValue)] = [
      (TopLevel.title, Self.described(text, Self.topHelp(TopLevel.title))),
      (TopLevel.text, Self.described(text, Self.topHelp(TopLevel.text))),
      (TopLevel.extends, Self.extends),
    ]
    if !sweep.isEmpty { properties.append((TopLevel.sweep, search)) }
    // A step's plain name stands among the properties, where editors look for what they can complete.
    properties += steps.map { ($0.name, .object([("$ref", .string("#/$defs/\($0.name)"))])) }
    var patterns: [(key: String, value: JSONValue)] = steps.map { step in
      ("^\(step.name) as \(CellHeader.idPattern)$", .object([("$ref", .string("#/$defs/\(step.name)"))]))
    }
    patterns.append(("^\(TopLevel.freePrefix)", .bool(true)))
    return .object([
      ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
      ("title", .string("Towerbook recipe")),
      ("type", .string("object")),
      ("properties", .object(properties)),
      ("patternProperties", .object(patterns)),
      ("additionalProperties", .bool(false)),
      ("if", Self.required([TopLevel.extends])), ("else", demands),
      ("$defs", .object(steps.map { ($0.name, cell($0)) })),
    ])
  }

  /// What a recipe that extends none must write: the settings without a default in each section it has.
  private var demands: JSONValue {
    var properties: [(key: String, value: JSONValue)] = []
    var patterns: [(key: String, value: JSONValue)] = []
    for step in steps {
      guard let demand = Self.demand(step.fields) else { continue }
      properties.append((step.name, demand))
      patterns.append(("^\(step.name) as ", demand))
    }
    return .object([("properties", .object(properties)), ("patternProperties", .object(patterns))])
  }

  /// What must be written among `fields` and in the sections among them, or nil for nothing.
  private static func demand(_ fields: [FieldSpec]) -> JSONValue? {
    let missing = fields.filter(\.isRequired).map(\.name)
    let inner = fields.compactMap { field in demand(field.fields).map { (key: field.name, value: $0) } }
    guard !missing.isEmpty || !inner.isEmpty else { return nil }
    guard case .object(var members) = required(missing) else { return nil }
    if !inner.isEmpty { members.append(("properties", .object(inner))) }
    return .object(members)
  }

  private static func required(_ keys: [String]) -> JSONValue {
    .object([("required", .array(keys.map { .string($0) }))])
  }

  private static var extends: JSONValue {
    let path = JSONValue.object([("type", .string("string")), ("minLength", .int(1))])
    let list = JSONValue.object([("type", .string("array")), ("items", path)])
    return described(anyOf([path, list]), topHelp(TopLevel.extends))
  }

  private func cell(_ step: StepDeclaration) -> JSONValue {
    let text = JSONValue.object([("type", .array([.string("string"), .string("null")]))])
    let forms = [
      "text": text, "note": text, "expect": Self.expectations, "claim": Self.claims, "allow": allowed,
    ]
    var properties = RecipeKeys.cell.map { key in
      (key: key.name, value: Self.described(forms[key.name] ?? text, key.help))
    }
    properties += step.fields.map { ($0.name, Self.field($0)) }
    return .object([
      ("description", .string(step.summary)),
      ("type", .array([.string("object"), .string("null"), .string("boolean")])),
      // `true` says nothing; `false` leaves the cell out.
      ("not", .object([("const", .bool(true))])),
      ("properties", .object(properties)),
      ("additionalProperties", .bool(false)),
    ])
  }

  private var search: JSONValue {
    .object([
      ("description", .string(Self.topHelp(TopLevel.sweep))),
      ("type", .array([.string("object"), .string("null")])),
      ("properties", .object(sweep.map { ($0.name, Self.field($0)) })),
      ("additionalProperties", .bool(false)),
    ])
  }

  private var allowed: JSONValue {
    let kind = FieldKind.list(of: .choice(warnings), count: 0...Int.max)
    let null = JSONValue.object([("type", .string("null"))])
    return Self.anyOf(FieldSchema.forms(of: kind) + [Self.interpolated, null])
  }

  private static var expectations: JSONValue {
    let condition = anyOf([
      .object([("type", .string("string")), ("pattern", .string(Expectation.pattern))]),
      .object([("type", .array([.string("number"), .string("null")]))]), interpolated,
    ])
    let list = JSONValue.object([("type", .string("array")), ("items", condition)])
    return anyOf([
      .object([("type", .string("object")), ("additionalProperties", anyOf([condition, list]))]),
      .object([("type", .string("null"))]), interpolated,
    ])
  }

  private static var claims: JSONValue {
    let text = anyOf([.object([("type", .array([.string("string"), .string("null")]))]), interpolated])
    let number = anyOf([.object([("type", .array([.string("number"), .string("null")]))]), interpolated])
    let word = JSONValue.object([
      ("type", .array(["string", "number", "boolean", "null"].map(JSONValue.string)))
    ])
    let points = JSONValue.object([
      ("type", .array([.string("object"), .string("null")])), ("additionalProperties", word),
    ])
    let claim = JSONValue.object([
      ("type", .string("object")), ("required", .array([.string("source")])),
      ("properties", .object([("source", text), ("table", text), ("protocol", points)])),
      ("additionalProperties", number),
    ])
    return anyOf([
      claim, .object([("type", .string("array")), ("items", claim)]), .object([("type", .string("null"))]),
      interpolated,
    ])
  }

  private static func field(_ spec: FieldSpec) -> JSONValue {
    var forms: [JSONValue]
    if spec.kind == .section {
      forms = [
        .object([
          ("type", .string("object")),
          ("properties", .object(spec.fields.map { ($0.name, field($0)) })),
          ("additionalProperties", .bool(false)),
        ]), .object([("type", .string("null"))]), interpolated,
      ]
      if let inner = spec.fields.first(where: { $0.name == spec.shorthand }) {
        forms += FieldSchema.forms(of: inner.kind)
      }
    } else if spec.kind == .sectionMap {
      let inner = JSONValue.object([
        ("type", .array([.string("object"), .string("null")])),
        ("properties", .object(spec.fields.map { ($0.name, field($0)) })),
        ("additionalProperties", .bool(false)),
      ])
      forms = [
        .object([("type", .string("object")), ("additionalProperties", inner)]),
        .object([("type", .string("null"))]),
      ]
    } else {
      forms = FieldSchema.forms(of: spec.kind) + [interpolated]
      // Null is the default of what has one.
      if spec.isOptional || !spec.isRequired { forms.append(.object([("type", .string("null"))])) }
    }
    var members: [(key: String, value: JSONValue)] = [("description", .string(spec.help))]
    if let reference = spec.defaultReference { members.append(("default", .string("${\(reference)}"))) }
    if let value = spec.defaultValue { members.append(("default", value.json)) }
    members.append(("anyOf", .array(forms)))
    return .object(members)
  }

  private static func topHelp(_ key: String) -> String { RecipeKeys.help(key, among: RecipeKeys.top) }

  private static func described(_ schema: JSONValue, _ help: String) -> JSONValue {
    guard case .object(let members) = schema else { return schema }
    return .object([("description", .string(help))] + members)
  }

  private static func anyOf(_ schemas: [JSONValue]) -> JSONValue { .object([("anyOf", .array(schemas))]) }

  /// A string with a reference; `$${` is none.
  private static var interpolated: JSONValue { FieldSchema.interpolated }
}
